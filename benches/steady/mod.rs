//! Jobs that do the same for every event, however many there are.
//!
//! Their keys come again and again, and after two [periods](PERIOD) what they remember is as large
//! as it ever gets. So what a job takes on 2 N events, less what it takes on N, is what N events
//! take, without its start and end: the binary `instructions` counts that, and the test
//! `allocations` holds that it is no memory.

mod fraud;
mod input;
mod plain;
mod still;
mod timed;

pub use fraud::fraud;
pub use input::{Auctions, Events, PERIOD, Payment, Payments};
pub use plain::{chain, counts, currency, fan_out, flat_map};
pub use still::run;
pub use timed::{SLIDING_GAP, TUMBLING_GAP, by_minute, joined, last_hour};
