//! What is due by the job's clock: timers, and states that expire.

use super::AwaitSegment;
use super::seat::CallMaker;
use crate::operator::AwaitStep;
use crate::stage::Chain;
use crate::stage::instance::States;
use std::task::{Context, Poll};

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// Whether time matters to it: it sets timers, or its states expire.
    pub(super) const MINDS_TIME: bool = Self::SETS_TIMERS || X::EXPIRES;

    /// Ready once something is due by the job's clock that is not known to be.
    pub(super) fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let expiry = self.states.poll_expiry(cx);
        if self.due.is_none() && self.timers.poll(cx).is_ready() { Poll::Ready(()) } else { expiry }
    }

    /// Cancels that wait: the chain has events again.
    pub(super) fn interrupt(&mut self) {
        self.timers.interrupt();
        self.states.interrupt();
    }

    /// Notes the timers of processing time that are due, and frees what has expired.
    pub(super) fn ring(&mut self) {
        self.states.tick();
        if Self::SETS_TIMERS
            && self.due.is_none()
            && let Some(until) = self.timers.clock()
        {
            self.due = Some((until, self.clock.watermark()));
        }
    }
}
