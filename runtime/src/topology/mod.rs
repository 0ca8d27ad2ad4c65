//! A topology as data: nodes, edges, instances, and the rules they must keep.
//!
//! Use this module to inspect a [`Topology`](crate::Topology), to choose numbers of [`Instances`]
//! and amounts of [`Bytes`], or to read a [`Delivery`] guarantee from a configuration. The
//! [`builder`](crate::builder) writes the data; the [plan](crate::plan) and the drawings are made
//! from it. Nothing in this module runs.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//! use millstream::topology::NodeKind;
//!
//! let topology = topology!(
//!     job("sizes"),
//!     lines = source(from_iter(["a", "bb"])),
//!     lines >> map(str::len) >> sink(for_each(|_: usize| {})),
//! );
//! let kinds: Vec<NodeKind> = topology.nodes().iter().map(|node| node.kind).collect();
//! assert!(matches!(kinds[..], [NodeKind::Source(_), NodeKind::Operator, NodeKind::Sink(_)]));
//! ```

mod chance;
pub(crate) mod declaration;
mod delivery;
pub(crate) mod edge;
pub(crate) mod endpoint;
mod files;
pub(crate) mod node;
mod reach;
pub(crate) mod rules;
mod shape;
mod sizes;

pub use crate::channel::Overflow;
pub use chance::Chance;
pub(crate) use declaration::IGNORE;
pub(crate) use declaration::{Declaration, JoinDeclared, UnconnectedLate};
pub use delivery::Delivery;
pub use edge::EdgeGrouping;
pub(crate) use edge::NextEdge;
pub(crate) use edge::{Carried, EdgeDeclared};
pub use endpoint::NodeId;
pub(crate) use endpoint::{Endpoint, OutputKind};
pub(crate) use node::NodeDeclared;
pub use node::NodeKind;
pub(crate) use node::{IfUnconnected, Naming};
pub(crate) use rules::Broken;
pub use sizes::{Bytes, BytesExt, Instances};
