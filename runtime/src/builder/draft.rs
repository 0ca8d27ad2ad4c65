//! The topology while it is being declared: its data, and how to lay out what ends in its nodes.

use crate::lowering::Layouts;
use crate::topology::Declaration;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// A topology while it is being declared.
#[derive(Default)]
pub struct Draft {
    pub(super) declaration: Declaration,
    /// Each with the node that it ends in.
    pub(super) layouts: Layouts,
}

/// The draft that all streams of a builder share.
pub type SharedDraft = Rc<RefCell<Draft>>;

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}
