//! What a chain has emitted, and an operator that awaits or a throttle has not processed.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use std::collections::VecDeque;

/// What a chain has emitted, in order.
pub(super) enum Buffered<T> {
    Event(T, Meta),
    /// What the split of the events that follow had passed.
    Passed(Passed),
    Mark(Mark),
    BatchEnd,
}

/// Whether the chain has fetched something to drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FromChain {
    Something,
    Nothing,
}

/// Buffers what a chain emits.
pub(super) struct Inbox<'a, T>(pub(super) &'a mut VecDeque<Buffered<T>>);

impl<T> Emit<T> for Inbox<'_, T> {
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.0.push_back(Buffered::Event(value, meta));
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.0.push_back(Buffered::Passed(passed));
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.0.push_back(Buffered::Mark(mark));
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        self.0.push_back(Buffered::BatchEnd);
        Ok(())
    }
}
