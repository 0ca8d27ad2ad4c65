//! Numbers out: what every node has taken in and given on.
//!
//! Counted once a batch, never per event. An operator that gives on one event for each has
//! `in = out + errors`; behind a window it takes in windows, not events. Late events are counted as
//! late, and those that lead nowhere as dropped too. What the edge into a node had no room for is
//! counted at that node in the same way: what is sent to a node is its `in + overflow`.

pub(crate) mod counter;
mod snapshot;

pub(crate) use counter::{InstanceCounters, NodeCounters};
pub use snapshot::{InstanceMetrics, Metrics, NodeMetrics};
