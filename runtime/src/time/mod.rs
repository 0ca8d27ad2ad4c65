//! Event time: when something happened, and how far the job knows it has come.
//!
//! An event's time is the time at which it happened, not at which it is processed. A *watermark*
//! `w` says that no more events with a time before `w` are expected; what comes all the same is
//! *late*. Watermarks are made where event time is assigned ([`Watermarks`]) and combined by taking
//! the least over all inputs ([`Frontier`]), leaving out inputs that are idle or have ended.
//! Whoever needs to know how far event time has come keeps an [`EventClock`]: it never goes back.
//!
//! An input is *idle* when it has given no event for some time, 60 s unless its strategy says
//! otherwise ([`Idleness`]). It wakes with its next event. One that has ended does not come back.

mod clock;
mod duration;
pub(crate) mod event_clock;
pub(crate) mod frontier;
mod lateness;
mod punctuated;
mod timer;
mod timestamp;
mod watermarks;

pub use clock::{Clock, Monotonic, Sleep, SystemClock};
pub use duration::DurationExt;
pub(crate) use event_clock::EventClock;
pub(crate) use frontier::{Advance, Frontier, InputIndex};
pub use lateness::{Lateness, lateness};
pub use punctuated::{Punctuated, punctuated};
pub use timer::Timer;
pub use timestamp::EventTime;
pub(crate) use timestamp::micros;
pub use watermarks::{Idleness, Watermarks};
