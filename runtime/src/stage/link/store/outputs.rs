//! The side outputs of windows and joins.

use crate::error::Result;
use crate::event::Mark;
use crate::exchange::Tee;
use crate::operator::Emit;
use crate::stage::VisitSides;
use crate::window::Late;

/// The side outputs of a store; `None` where an output is not connected: its events are dropped and
/// counted.
#[derive(Debug)]
pub struct StoreOutputs<T, U> {
    /// Events behind the watermark and the allowed lateness.
    pub late: Option<Tee<Late<T>>>,
    /// Events of a join that found no match.
    pub unmatched: Option<Tee<U>>,
    /// Events of a join that found no room; they have no event time there.
    pub overflow: Option<Tee<T>>,
}

impl<T: Send, U: Send> StoreOutputs<T, U> {
    pub(super) fn visit<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        let Self { late, unmatched, overflow } = self;
        if let Some(late) = late {
            visit(late);
        }
        if let Some(unmatched) = unmatched {
            visit(unmatched);
        }
        if let Some(overflow) = overflow {
            visit(overflow);
        }
    }

    pub(super) fn mark(&mut self, mark: Mark) -> Result<()> {
        if let Some(late) = &mut self.late {
            late.mark(mark)?;
        }
        if let Some(unmatched) = &mut self.unmatched {
            unmatched.mark(mark)?;
        }
        match &mut self.overflow {
            Some(overflow) if !matches!(mark, Mark::Watermark(_) | Mark::Idle) => {
                overflow.mark(mark)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn end_batch(&mut self) -> Result<()> {
        if let Some(late) = &mut self.late {
            late.batch_end(0)?;
        }
        if let Some(unmatched) = &mut self.unmatched {
            unmatched.batch_end(0)?;
        }
        self.overflow.as_mut().map_or(Ok(()), |overflow| overflow.batch_end(0))
    }
}
