//! A root and the links downstream of it, as one type.

use crate::error::Result;
use crate::exchange::Outbox;
use crate::operator::Emit;
use std::task::{Context, Poll};

/// Visits the side outputs of a chain; they are flushed together with its main output.
pub type VisitSides<'f, 'a> = &'f mut dyn FnMut(&'a mut dyn Outbox);

/// Works through what it has fetched.
pub trait Drive {
    /// The events it emits.
    type Out;

    /// Works through what was fetched: one batch or one mark.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn drive<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()>;
}

/// A root and the links downstream of it, as one type.
pub trait Chain: Drive + Send + 'static {
    /// Whether its root has something that came from the same task.
    fn fetch_local(&mut self) -> bool;

    /// Waits until its root has something that comes from outside the task.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Shows the side outputs.
    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>);
}
