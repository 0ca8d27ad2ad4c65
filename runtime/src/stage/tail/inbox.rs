//! What a chain has emitted, and an operator that awaits or a throttle has not processed.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use crate::stage::{Chain, EveryWay, Turn};
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

/// Moves what a chain has fetched into an inbox; returns the number of events.
///
/// # Errors
/// As [`Chain::drive`](crate::stage::Drive::drive).
pub(super) fn fill<C: Chain>(chain: &mut C, into: &mut VecDeque<Buffered<C::Out>>) -> Result<u64> {
    let mut inbox = Inbox { into, events: 0 };
    match chain.turn() {
        Turn::Batch => loop {
            chain.drive::<EveryWay, _>(&mut inbox)?;
            if !chain.goes_on() {
                break;
            }
        },
        Turn::Mark => chain.pass(&mut inbox)?,
    }
    Ok(inbox.events)
}

/// Buffers what a chain emits.
struct Inbox<'a, T> {
    into: &'a mut VecDeque<Buffered<T>>,
    /// The number of events among them.
    events: u64,
}

impl<T> Emit<T> for Inbox<'_, T> {
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.events += 1;
        self.into.push_back(Buffered::Event(value, meta));
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.into.push_back(Buffered::Passed(passed));
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.into.push_back(Buffered::Mark(mark));
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        self.into.push_back(Buffered::BatchEnd);
        Ok(())
    }
}
