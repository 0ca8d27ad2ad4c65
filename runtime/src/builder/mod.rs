//! Declaring a topology: a [`Builder`], its streams, and their verbs.
//!
//! [`topology!`](macro@crate::topology) expands to calls of this module, which can also be written
//! by hand. A [`Stream`] is a declaration, not data. Its type names its events and, as the last
//! parameter, the chain of operators upstream, so that a chain is fused into one loop when the job
//! starts. The compiler refuses verbs that do not fit: an operator that does not receive these
//! events, state without a key, a window without event time.
//!
//! | type | returned by | verbs |
//! |---|---|---|
//! | [`Stream`] | [`Builder::source`] and most verbs | operators, groupings, event time, sinks |
//! | [`KeyedStream`] | [`Stream::by`] | operators with state, windows, [`join`] |
//! | [`WindowedStream`] | [`KeyedStream::window`] | operators on windows, aggregates |
//! | [`FanOut`] | [`Stream::fan_out`] | one more consumer |
//! | [`Fork`] | [`Stream::fork`] | consumers whose results meet again |
//! | [`Topology`] | [`Builder::build`] | check, draw, plan, run |
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! #[operator]
//! async fn double(number: u64) -> u64 {
//!     2 * number
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let doubled = Collected::new();
//!
//! let job = Builder::new("doubling");
//! let numbers = job.source(from_iter([1, 2, 3])).named("numbers");
//! numbers.then(double {}).sink(doubled.sink());
//! job.build().run(Config::default()).await?;
//!
//! assert_eq!(doubled.take(), [2, 4, 6]);
//! # Ok(())
//! # }
//! ```

#![expect(clippy::type_complexity, reason = "a verb spells out its return type")]

pub(crate) mod attach;
mod batches;
mod bounds;
mod by;
pub(crate) mod checks;
pub(crate) mod declared;
mod dedupe;
pub(crate) mod draft;
mod end;
mod event_time;
mod fan_out;
pub(crate) mod feedback;
pub(crate) mod fork;
mod in_flight;
pub(crate) mod job;
pub(crate) mod join;
mod join_bound;
pub(crate) mod join_sides;
mod keyed;
pub(crate) mod merge;
#[doc(hidden)]
pub mod offered;
pub(crate) mod outputs;
pub(crate) mod promise;
mod redistribute;
#[doc(hidden)]
pub mod scope;
pub(crate) mod side;
mod source;
pub(crate) mod split;
mod stream;
pub(crate) mod then;
pub(crate) mod throttle;
pub(crate) mod time;
mod topology;
mod weaken;
pub(crate) mod windowed;
pub mod words;

pub use batches::Batching;
pub use fan_out::FanOut;
pub use feedback::Feedback;
pub use fork::{Fork, MeetingStreams};
pub use job::{Builder, Sourced};
pub use join::{JoinStream, Joining, full_join, join, left_join, right_join};
pub use keyed::KeyedStream;
pub use merge::merge;
pub use side::{ErrorStream, LateStream, NodeOutputs, OverflowStream, UnmatchedStream};
pub use stream::{Stream, TimedStream};
pub use time::{Timed, Untimed};
pub use topology::Topology;
pub use weaken::Weakened;
pub use windowed::WindowedStream;
