//! Numbers out: what every node has taken in and given on.
//!
//! Counted once a batch, never per event. For every operator instance
//! `in = out + dropped` holds for those that give on one event for each, and drops of any kind
//! (late events that lead nowhere, ignored outputs) are counted under their reason.

mod counter;
mod snapshot;

pub use counter::{Counter, InstanceCounters, NodeCounters};
pub use snapshot::{InstanceMetrics, Metrics, NodeMetrics};
