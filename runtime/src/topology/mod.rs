//! What was declared, as data: nodes, edges, instances, and the rules they must keep.
//!
//! The [`builder`](crate::builder) writes it; the [plan](crate::plan) and the drawings are made
//! from it. Nothing in here runs.

pub(crate) mod declaration;
mod delivery;
pub(crate) mod edge;
pub(crate) mod endpoint;
pub(crate) mod node;
pub(crate) mod rules;
mod shape;
mod sizes;

pub use crate::channel::Overflow;
pub(crate) use declaration::Declaration;
pub(crate) use declaration::IGNORE;
pub use delivery::Delivery;
pub use edge::EdgeGrouping;
pub(crate) use edge::NextEdge;
pub(crate) use edge::{Carried, EdgeDeclared};
pub use endpoint::NodeId;
pub(crate) use endpoint::{Endpoint, OutputKind};
pub(crate) use node::NodeDeclared;
pub use node::NodeKind;
pub(crate) use node::{IfUnconnected, Naming};
pub use sizes::{Bytes, BytesExt, DEFAULT_BUFFER, Instances};
