//! A topology while it is being declared: data, and the layouts of its chains.

use crate::lowering::Layouts;
use crate::topology::Declaration;
use std::cell::{RefCell, RefMut};
use std::fmt;
use std::rc::Rc;

/// A topology while it is being declared.
#[derive(Default)]
pub struct Draft {
    declaration: RefCell<Declaration>,
    /// The layout of each chain, with the node where it ends.
    pub(super) layouts: Layouts,
}

/// The draft that all streams of a builder share.
pub type SharedDraft = Rc<Draft>;

impl Draft {
    pub(super) fn declaration(&self) -> RefMut<'_, Declaration> {
        self.declaration.borrow_mut()
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}
