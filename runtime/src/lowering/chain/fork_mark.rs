//! A fork, as its declared paths know it.

use crate::topology::NodeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A fork, as its paths know it: whether they are pushed into, which is decided where they meet.
#[derive(Debug, Clone)]
pub struct ForkMark {
    node: NodeId,
    fused: Arc<AtomicBool>,
}

impl ForkMark {
    /// A fork at this node.
    pub(crate) fn at(node: NodeId) -> Self {
        Self { node, fused: Arc::default() }
    }

    /// Where it is.
    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    /// Decides that the paths are pushed into.
    pub(crate) fn fuse(&self) {
        self.fused.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_fused(&self) -> bool {
        self.fused.load(Ordering::Relaxed)
    }

    /// Whether it is the same fork.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.fused, &other.fused)
    }
}
