//! What a root emits in one turn, beside events.

use crate::error::Result;
use crate::event::Mark;
use crate::operator::Emit;
use crate::time::EventTime;

/// What a root emits beside events, one after the other.
///
/// It does so in one place. The rest of the chain is inlined there, so its address never leaves the
/// loop and the compiler can keep what it counts in registers; and it is there only once.
pub(super) type Emissions = [Option<Emission>; 3];

#[derive(Debug, Clone, Copy)]
pub(super) enum Emission {
    Mark(Mark),
    BatchEnd(u64),
}

pub(super) const fn one(step: Emission) -> Emissions {
    [Some(step), None, None]
}

/// A mark; what a watermark has released is counted and handed over like any batch.
pub(super) const fn mark(mark: Mark) -> Emissions {
    match mark {
        Mark::End => END,
        Mark::Watermark(_) => [Some(Emission::Mark(mark)), Some(Emission::BatchEnd(0)), None],
        _ => one(Emission::Mark(mark)),
    }
}

/// The end of a stream: everything that waits for a watermark is emitted, counted, and then the
/// end.
pub(super) const END: Emissions = [
    Some(Emission::Mark(Mark::Watermark(EventTime::MAX))),
    Some(Emission::BatchEnd(0)),
    Some(Emission::Mark(Mark::End)),
];

#[inline(always)]
pub(super) fn take<T>(steps: Emissions, into: &mut impl Emit<T>) -> Result<()> {
    // A plain loop: adaptors would be compiled anew for every chain.
    for step in steps {
        match step {
            Some(Emission::Mark(mark)) => into.mark(mark)?,
            Some(Emission::BatchEnd(events)) => into.batch_end(events)?,
            None => {}
        }
    }
    Ok(())
}

/// Emits a mark at the beginning of a chain.
pub(super) fn begin_with<T>(first: Mark, into: &mut impl Emit<T>) -> Result<()> {
    take(mark(first), into)
}
