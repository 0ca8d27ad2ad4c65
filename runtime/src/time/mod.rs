//! Event time: when something happened, and how far the job knows it has come.
//!
//! An event's time is the time at which it happened, not at which it is processed. A *watermark*
//! `w` says that no more events with a time before `w` are expected; what comes all the same is
//! *late*. Watermarks are made where event time is assigned ([`Lateness`]) and combined by taking
//! the least over all inputs ([`Frontier`]), leaving out inputs that are idle or have ended.

mod clock;
mod duration;
mod frontier;
mod lateness;
mod timestamp;

pub use clock::{Clock, Monotonic, SystemClock};
pub use duration::DurationExt;
pub use frontier::{Advance, Frontier, InputIndex};
pub use lateness::{Lateness, lateness};
pub use timestamp::EventTime;
pub(crate) use timestamp::micros;
