//! The layouts of a topology while it is declared.

use super::Lowering;
use crate::error::Result;
use crate::topology::NodeId;
use std::cell::RefCell;
use std::fmt;

/// Lowers one declared chain and places its segments, after the layouts of all its consumers.
/// Called once for each attempt to run the job.
pub type Layout = Box<dyn FnMut(&mut Lowering) -> Result<()> + Send>;

/// Opens a sink and places its segment, after all layouts.
pub(crate) type SinkLayout = Box<dyn FnOnce(&mut Lowering) -> Result<()> + Send>;

/// Collects the layouts of a topology, each with the last node of its chain.
#[derive(Default)]
pub struct Layouts(RefCell<Vec<(NodeId, Layout)>>);

impl fmt::Debug for Layouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layouts").finish_non_exhaustive()
    }
}

impl Layouts {
    /// Adds the layout of a chain that ends at `node`.
    pub(crate) fn push(&self, node: NodeId, layout: Layout) {
        self.0.borrow_mut().push((node, layout));
    }

    /// Replaces the layout of the chain that ends at `node`, if there is one.
    pub(crate) fn replace(&self, node: NodeId, by: impl FnOnce(Layout) -> Layout) {
        if let Some((_, layout)) = self.0.borrow_mut().iter_mut().find(|(end, _)| *end == node) {
            let replaced = std::mem::replace(layout, Box::new(|_| Ok(())));
            *layout = by(replaced);
        }
    }

    /// Removes all layouts.
    pub(crate) fn take(&self) -> Vec<(NodeId, Layout)> {
        self.0.take()
    }
}
