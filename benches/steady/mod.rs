//! Jobs in a steady state: the same work for every event, however many there are.
//!
//! Their keys repeat, and after two [periods](PERIOD) their state has its final size. So the cost
//! of 2 N events, minus the cost of N, is the cost of N events without start and end. The binary
//! `instructions` counts it, and the test `allocations` checks that it includes no allocation.

mod fraud;
mod input;
mod plain;
mod still;
mod timed;

pub use fraud::fraud;
pub use input::{Auctions, Events, PERIOD, Payment, Payments, made};
pub use plain::{bids, chain, counts, currency, fan_out, flat_map};
pub use still::{run, run_with};
pub use timed::{SLIDING_GAP, TUMBLING_GAP, by_minute, joined, last_hour};
