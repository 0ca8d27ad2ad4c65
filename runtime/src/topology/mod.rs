//! What the user declares: nodes, edges, instances.
//!
//! [`Builder`] and its streams are what [`topology!`](macro@crate::topology) expands to, and can be
//! written by hand. A [`Stream`] is not data but a declaration: it knows the type of its events
//! and, as its second type, the chain of operators before it, so that the chain can be fused when
//! the topology is laid out. What may follow what is said by the traits of [`contract`].
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

mod attach;
mod builder;
pub mod contract;
mod declared;
mod delivery;
mod draft;
mod end;
mod fan_out;
mod feedback;
mod graph;
mod join;
mod keyed;
mod lowering;
mod merge;
mod order;
mod redistribute;
mod rules;
mod side;
mod sizes;
mod split;
mod stock;
mod stream;
mod windowed;
pub mod words;

pub use attach::{Fuse, FuseKeyed, FuseUnkeyed, FuseWindows};
pub use builder::{Builder, Topology};
pub use declared::{
    AwaitedAt, Declared, EventTimeAt, FeedbackAt, InOrderAt, KeyAt, Links, LossyAt, PairedAt,
    Redistributed, SourceAt, Tap, ThenAt, ThenKeyedAt, TimeState, Timed, UnkeyAt, Untimed,
    WindowAt,
};
pub use delivery::{Delivery, EndedBy, FedBy, Promise};
pub use draft::{
    Carried, Draft, EdgeDeclared, EdgeGrouping, Endpoint, NodeDeclared, NodeId, NodeKind, Port,
};
pub use fan_out::FanOut;
pub use feedback::Feedback;
pub use join::{JoinSides, Joined, Joining, Row, SideOf, full_join, join, left_join, right_join};
pub use keyed::{ByKey, Fused, KeyedStream, PerInstance};
pub use lowering::{Copying, Last, Lowering, Placed, Route, Wiring};
pub use merge::{Streams, merge};
pub use side::{ErrorStream, LateStream, Outputs, OverflowStream, UnmatchedStream};
pub use sizes::{Bytes, BytesExt, DEFAULT_BUFFER, Instances};
pub use split::{Branches, Split, SplitOutputs, SplitStreams, Variants};
pub use stream::{Stream, TimedStream};
pub use windowed::{Aggregated, FusedWindows, WindowedStream};
