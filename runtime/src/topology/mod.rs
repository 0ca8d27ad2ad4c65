//! What was declared, as data: nodes, edges, instances, and the rules they must keep.
//!
//! The [`builder`](crate::builder) writes it; the [plan](crate::plan) and the drawings are made
//! from it. Nothing in here runs.

mod declaration;
mod delivery;
mod edge;
mod endpoint;
mod node;
pub(crate) mod rules;
mod shape;
mod sizes;

pub use declaration::Declaration;
pub(crate) use declaration::IGNORE;
pub use delivery::Delivery;
pub(crate) use edge::Next;
pub use edge::{Carried, EdgeDeclared, EdgeGrouping};
pub use endpoint::{Endpoint, NodeId, Port};
pub(crate) use node::{Naming, Unconnected};
pub use node::{NodeDeclared, NodeKind};
pub use sizes::{Bytes, BytesExt, DEFAULT_BUFFER, Instances};
