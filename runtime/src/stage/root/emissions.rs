//! What a root emits for a mark.

use crate::error::Result;
use crate::event::Mark;
use crate::operator::Emit;
use crate::time::EventTime;

/// Emits a mark that enters a chain at its root.
///
/// Events that a watermark or an idle mark releases are counted and flushed like a batch. The end
/// mark follows a last watermark, which releases whatever is buffered.
///
/// A loop, so that each method of `into` has a single call site: the whole rest of the chain is
/// inlined there.
pub(super) fn begin_with<T>(first: Mark, into: &mut impl Emit<T>) -> Result<()> {
    let ends = first == Mark::End;
    let mut mark = if ends { Mark::Watermark(EventTime::MAX) } else { first };
    loop {
        into.mark(mark)?;
        if mark.may_release() {
            into.batch_end(0)?;
        }
        if !ends || mark == Mark::End {
            return Ok(());
        }
        mark = Mark::End;
    }
}
