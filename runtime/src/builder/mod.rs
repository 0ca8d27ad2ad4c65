//! What a topology is wired with: streams and their verbs.
//!
//! [`Builder`] and its streams are what [`topology!`](macro@crate::topology) expands to, and can be
//! written by hand. A [`Stream`] is not data but a declaration: it knows the type of its events
//! and, as its last type, the chain of operators upstream, so that the chain can be fused when the
//! topology is laid out. What may follow what is said by the traits of [`checks`](crate::checks).
//!
//! Types stand below verbs: [`Stream`] and what verbs require of it, then one kind of verb a file,
//! and on top [`checks`](crate::checks), which only `topology!` calls.
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

#![expect(clippy::type_complexity, reason = "what a verb returns is written where it returns it")]

pub(crate) mod attach;
mod bounds;
pub(crate) mod checks;
pub(crate) mod draft;
mod end;
mod event_time;
mod fan_out;
mod feedback;
pub(crate) mod job;
pub(crate) mod join;
mod keyed;
pub(crate) mod merge;
pub(crate) mod outputs;
pub(crate) mod promise;
mod redistribute;
pub(crate) mod side;
mod source;
pub(crate) mod split;
mod stream;
pub(crate) mod then;
pub(crate) mod time;
mod topology;
pub(crate) mod windowed;
pub mod words;

pub use fan_out::FanOut;
pub use feedback::Feedback;
pub use job::{Builder, Sourced};
pub use join::{JoinStream, Joining, full_join, join, left_join, right_join};
pub use keyed::KeyedStream;
pub use merge::merge;
pub use side::{ErrorStream, LateStream, NodeOutputs, OverflowStream, UnmatchedStream};
pub use stream::{Stream, TimedStream};
pub use time::{Timed, Untimed};
pub use topology::Topology;
pub use windowed::WindowedStream;
