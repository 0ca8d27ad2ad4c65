//! What a root emits in one turn besides events: marks and ends of batches.

use crate::error::Result;
use crate::event::Mark;
use crate::operator::Emit;
use crate::time::EventTime;

/// What a root emits after the events of a turn, in this order.
///
/// A list, so that a root emits marks from a single call site. The whole rest of the chain is
/// inlined there: one copy of it, and its counters stay in registers since its address never
/// escapes the loop.
pub(super) type Emissions = [Option<Emission>; 3];

#[derive(Debug, Clone, Copy)]
pub(super) enum Emission {
    Mark(Mark),
    /// The end of a batch of this many events; 0 after a mark that may have released some.
    BatchEnd(u64),
}

/// One emission and nothing else.
pub(super) const fn one(step: Emission) -> Emissions {
    [Some(step), None, None]
}

/// A mark. Events that a watermark releases are counted and flushed like a batch.
pub(super) const fn mark(mark: Mark) -> Emissions {
    match mark {
        Mark::End => END,
        Mark::Watermark(_) => [Some(Emission::Mark(mark)), Some(Emission::BatchEnd(0)), None],
        _ => one(Emission::Mark(mark)),
    }
}

/// The end of a stream: a last watermark releases whatever is buffered, then the end mark follows.
pub(super) const END: Emissions = [
    Some(Emission::Mark(Mark::Watermark(EventTime::MAX))),
    Some(Emission::BatchEnd(0)),
    Some(Emission::Mark(Mark::End)),
];

/// Emits all of them.
#[inline(always)]
pub(super) fn take<T>(steps: Emissions, into: &mut impl Emit<T>) -> Result<()> {
    // A plain loop: iterator adaptors would be instantiated for every chain.
    for step in steps {
        match step {
            Some(Emission::Mark(mark)) => into.mark(mark)?,
            Some(Emission::BatchEnd(events)) => into.batch_end(events)?,
            None => {}
        }
    }
    Ok(())
}

/// Emits a mark that originates in this root.
pub(super) fn begin_with<T>(first: Mark, into: &mut impl Emit<T>) -> Result<()> {
    take(mark(first), into)
}
