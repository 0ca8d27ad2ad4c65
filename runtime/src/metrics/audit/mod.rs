//! Whether every event is accounted for: on each edge, and in each node.
//!
//! An audit compares counts that were taken apart from each other: at both ends of an edge, by
//! each step of a node, by what a store has in it. A count that follows from another finds nothing.

mod compare;
mod nodes;
mod table;

pub(crate) use compare::audit;
pub(crate) use table::JobRest;
pub use table::{Audit, AuditedEdge, AuditedNode, Imbalance};
