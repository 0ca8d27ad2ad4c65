//! Where events leave a chain: an output, a router to other tasks, a sink, the end of a loop, an
//! operator that awaits, or a throttle.

mod awaiting;
mod feedback;
mod inbox;
mod sink;
mod sink_saver;
mod throttled;

pub use awaiting::{AwaitSegment, CallMaker, Seat, Work, call, kept_part};
pub use feedback::{FeedbackTail, TailCounters};
pub use sink::SinkTail;
pub use sink_saver::SinkSaver;
pub use throttled::ThrottleSegment;

use super::{Drive, Way};
use crate::error::Result;
use crate::exchange::{Lanes, Outbox, Router, Splitter, Tee};
use crate::grouping::Grouping;
use crate::operator::{Emit, Outputs};

/// What a chain emits into: receives events without waiting, and sends them when it is flushed.
pub trait Tail<T>: Emit<T> + Outbox + 'static {
    /// Whether a flush that waits may be dropped and begun again.
    const REDELIVERS: bool = true;

    /// Whether the end mark has passed, and been processed.
    fn has_ended(&self) -> bool;

    /// Drives a batch of a chain, which takes the way `W`, into this tail. Override it to keep what
    /// changes with every event on the stack.
    ///
    /// # Errors
    /// If the chain or this tail fails; the job fails with it.
    fn drive<W: Way, C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()>
    where
        Self: Sized,
    {
        chain.drive::<W, _>(self)
    }

    /// Drives a mark of a chain into this tail.
    ///
    /// # Errors
    /// If the chain or this tail fails; the job fails with it.
    #[inline(never)]
    fn pass<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()>
    where
        Self: Sized,
    {
        chain.pass(self)
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
