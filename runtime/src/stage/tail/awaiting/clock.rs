//! What is due by the job's clock: timers, and states that expire.

use super::AwaitSegment;
use crate::error::Result;
use crate::operator::{AwaitStep, Keying, TimerUse};
use crate::stage::Chain;
use crate::stage::instance::States;
use std::task::{Context, Poll};

impl<C, O, X, T> AwaitSegment<C, O, X, T>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
{
    /// Whether time matters to it: it sets timers, or its states expire.
    pub(super) const MINDS_TIME: bool = matches!(O::Keying::TIMERS, TimerUse::Some) || X::EXPIRES;

    /// Ready once something is due by the job's clock.
    pub(super) fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let expiry = self.states.poll_expiry(cx);
        if self.timers.poll(cx).is_ready() { Poll::Ready(()) } else { expiry }
    }

    /// Cancels that wait: the chain has events again.
    pub(super) fn interrupt(&mut self) {
        self.timers.interrupt();
        self.states.interrupt();
    }

    /// Calls the operator for the timers of processing time that are due.
    pub(super) async fn ring(&mut self) -> Result<()> {
        match self.timers.clock() {
            Some(until) => self.fire((until, self.clock.watermark())).await,
            None => Ok(()),
        }
    }
}
