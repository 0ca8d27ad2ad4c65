//! Event time, watermarks, timers and clocks.
//!
//! *Event time* is when something happened, not when it is processed. Windows, joins and timers go
//! by it, so replaying the same events gives the same result at any speed.
//!
//! A *watermark* `w` states that no more events with a time before `w` are expected; an event that
//! arrives anyway is *late*. Watermarks are made where event time is assigned, by a strategy:
//! [`lateness`] when events are out of order by a bounded time, [`punctuated`] when some events
//! carry the watermark, or a [`Watermarks`] of your own. A node with several inputs uses the least
//! of their watermarks to decide when windows fire.
//!
//! # What is late
//! An event is late by the watermark that the events before it in its own *split* have made; a
//! split is what one instance of `event_time` reads. So the same events are late at any batch
//! size, number of instances and interleaving, and the same windows fire. Exceptions are what
//! depends on arrival: early results, [`counted`](crate::window::counted) windows and keyed state
//! fed by several splits, splits that wake after they were idle ([`Lateness::never_idle`] waits
//! for them), and what follows the clock.
//!
//! Lateness is exact: an event that is later than the bound is late even if its window has not
//! fired, because another split is slower. Raise the bound if too many are.
//!
//! # Idle inputs
//! An input without events would hold that least watermark back for ever. It counts as *idle* after
//! 60 s, or as its strategy says ([`Idleness`]), is then left out, and counts again from its next
//! event. An input that has ended is left out for good.
//!
//! *Processing time* comes from the job's [`Clock`], which a test can replace.
//!
//! # Examples
//! Readings are out of order by up to 2 s; the one 7 s behind is late:
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let (seen, late) = (Collected::new(), Collected::new());
//! topology!(
//!     seconds = source(from_iter([1, 3, 2, 9, 0]))
//!         >> event_time(|second| EventTime::from_secs(*second), lateness(2.secs())),
//!     sorted = seconds >> in_order(|_| ()),
//!     sorted >> sink(seen.sink()),
//!     sorted.late >> sink(late.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! assert_eq!(seen.take(), [1, 2, 3, 9]);
//! assert_eq!(late.take().len(), 1);
//! # Ok(())
//! # }
//! ```
mod at_most_ahead;
mod clock;
mod duration;
pub(crate) mod event_clock;
pub(crate) mod frontier;
mod lateness;
mod peeked;
mod punctuated;
mod rate;
mod text;
mod timer;
mod timestamp;
mod watermarks;

pub use at_most_ahead::AtMostAhead;
pub use clock::{Clock, Monotonic, Sleep, SystemClock};
pub use duration::DurationExt;
pub(crate) use event_clock::EventClock;
pub(crate) use frontier::{Advance, Frontier, InputIndex};
pub use lateness::{Lateness, lateness};
pub use punctuated::{Punctuated, punctuated};
pub use rate::{Rate, RateExt};
pub use text::ParseTimeError;
pub use timer::Timer;
pub use timestamp::EventTime;
pub(crate) use timestamp::micros;
pub use watermarks::{Idleness, Watermarks};
