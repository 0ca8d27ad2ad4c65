//! What a topology is wired with: streams and their verbs.
//!
//! [`Builder`] and its streams are what [`topology!`](macro@crate::topology) expands to, and can be
//! written by hand. A [`Stream`] is not data but a declaration: it knows the type of its events
//! and, as its last type, the chain of operators upstream, so that the chain can be fused when the
//! topology is laid out. What may follow what is said by the traits of [`checks`].
//!
//! Types stand below verbs: [`Stream`] and what verbs require of it, then one kind of verb a file,
//! and on top [`checks`], which only `topology!` calls.
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

mod attach;
mod bounds;
pub mod checks;
mod draft;
mod end;
mod event_time;
mod fan_out;
mod feedback;
mod job;
mod join;
mod keyed;
mod merge;
mod outputs;
mod promise;
mod redistribute;
mod side;
mod source;
mod split;
mod stream;
mod then;
mod time;
mod topology;
mod windowed;
pub mod words;

pub use attach::{Attach, AttachKeyed, AttachToWindows, AttachUnkeyed, Site};
pub use draft::{Draft, SharedDraft};
pub use fan_out::FanOut;
pub use feedback::Feedback;
pub use job::{Builder, SourceChain, SourceOutputs, Sourced};
pub use join::{
    JoinChain, JoinOutputs, JoinParts, JoinSides, JoinStream, Joining, Row, full_join, join,
    left_join, right_join,
};
pub use keyed::KeyedStream;
pub use merge::{Streams, merge};
pub use outputs::{OfEdge, OfNode, SideOutputs};
pub use promise::Promise;
pub use side::{ErrorStream, LateStream, Outputs, OutputsOf, OverflowStream, UnmatchedStream};
pub use split::{Branches, Split, SplitOutputs, SplitStreams, Variants};
pub use stream::{Stream, TimedStream};
pub use then::Downstream;
pub use time::{TimeState, Timed, Untimed};
pub use topology::Topology;
pub use windowed::{OfAggregate, WindowedStream};
