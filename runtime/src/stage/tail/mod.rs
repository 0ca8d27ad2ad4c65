//! Where a chain ends: in an output, a router to other instances, a sink, a loop, or an operator
//! that awaits.

mod awaiting;
mod feedback;
mod sink;

pub use awaiting::AwaitSegment;
pub use feedback::{FeedbackTail, TailCounters};
pub use sink::SinkTail;

use super::Drive;
use crate::error::Result;
use crate::exchange::{Lanes, Outbox, Router, Splitter, Tee};
use crate::grouping::Grouping;
use crate::operator::{Emit, Outputs};

/// The end of a chain.
pub trait Tail<T>: Emit<T> + Outbox + 'static {
    /// Whether the end of the stream has passed through.
    fn has_ended(&self) -> bool;

    /// Lets a chain work through what it has fetched, into this.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn drive<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()>
    where
        Self: Sized,
    {
        chain.drive(self)
    }
}

impl<T: Send + 'static> Tail<T> for Tee<T> {
    fn has_ended(&self) -> bool {
        Self::has_ended(self)
    }
}

impl<T: Send + 'static, G: Grouping<T>> Tail<T> for Router<T, G> {
    fn has_ended(&self) -> bool {
        Self::has_ended(self)
    }
}

impl<E: Outputs + Send + 'static, L: Lanes<E::Choice>> Tail<E> for Splitter<E, L> {
    fn has_ended(&self) -> bool {
        Self::has_ended(self)
    }
}
