//! Sorts events by event time.

use super::Link;
use crate::error::Result;
use crate::event::{Carrying, Mark, Meta, Passed};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::operator::{Emit, OperatorPlace};
use crate::stage::VisitSides;
use crate::stage::instance::report_late;
use crate::time::EventTime;
use crate::window::{Late, Reorder};
use std::fmt;
use std::sync::Arc;

/// Buffers events until the watermark passes them, and emits them in the order of event time.
///
/// Memory: every event between the watermark and the greatest event time seen.
pub struct Sorter<T, B, F> {
    /// Orders events of equal time.
    tie: F,
    /// Events that the watermark has not passed.
    buffer: Reorder<B, T>,
    carrying: Carrying,
    /// What the split of the events being received had passed.
    passed: Passed,
    /// Names the node if `tie` panics.
    place: OperatorPlace,
    /// Where late events go; without it, they are dropped and counted.
    late: Option<Tee<Late<T>>>,
    counters: Arc<InstanceCounters>,
    /// Events emitted since the last end of a batch.
    emitted: u64,
    /// Events received.
    seen: u64,
}

impl<T, B, F> fmt::Debug for Sorter<T, B, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sorter").field("emitted", &self.emitted).finish_non_exhaustive()
    }
}

impl<T: Send, B: Ord, F> Sorter<T, B, F> {
    /// Sorts by event time, and events of equal time by `tie`.
    pub fn new(
        (tie, carrying): (F, Carrying),
        place: OperatorPlace,
        late: Option<Tee<Late<T>>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        let (buffer, passed) = (Reorder::new(), Passed::NOTHING);
        Self { tie, buffer, carrying, passed, place, late, counters, emitted: 0, seen: 0 }
    }

    /// Emits what is buffered before this time, or everything.
    fn release<E: Emit<T>>(&mut self, before: Option<EventTime>, into: &mut E) -> Result<()> {
        while let Some((time, value)) = self.buffer.next_before(before) {
            self.emitted += 1;
            if self.carrying == Carrying::All {
                into.passed(Passed::until(time))?;
            }
            into.emit(value, Meta { time, ..Meta::default() })?;
        }
        if self.carrying == Carrying::All { into.passed(Passed::NOTHING) } else { Ok(()) }
    }
}

impl<T, B, F> Link<T> for Sorter<T, B, F>
where
    T: Send + 'static,
    B: Ord + Send + 'static,
    F: Fn(&T) -> B + Send + 'static,
{
    type Out = T;
    type Hot = ();

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline]
    fn event<E: Emit<T>>(
        &mut self,
        (): &mut (),
        value: T,
        (Meta { time, .. }, watermark): (Meta, EventTime),
        _: &mut E,
    ) -> Result<()> {
        self.seen += 1;
        // An event of a split that was idle may be behind the watermark, but not its split.
        let passed = self.passed;
        let watermark = if passed.is_after(time) { passed.watermark } else { watermark };
        if time < watermark {
            let late = (Late { event: value, time, watermark }, passed);
            return report_late(late, &mut self.late, &self.counters);
        }
        let watch = self.place.watch(self.seen, &time);
        let tie = (self.tie)(&value);
        self.buffer.push(time, tie, value);
        watch.end();
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Option<Passed> {
        self.passed = passed;
        None
    }

    fn watermark<E: Emit<T>>(
        &mut self,
        (): &mut (),
        watermark: EventTime,
        into: &mut E,
    ) -> Result<Option<EventTime>> {
        self.release(Some(watermark), into)?;
        Ok(Some(watermark))
    }

    fn batch_end<E: Emit<T>>(&mut self, (): &mut (), _: u64, _: &mut E) -> Result<u64> {
        Ok(std::mem::take(&mut self.emitted))
    }

    fn end<E: Emit<T>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.release(None, into)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        if let Some(late) = &mut self.late {
            visit(late);
        }
    }

    fn mark_sides(&mut self, mark: Mark) -> Result<()> {
        self.late.as_mut().map_or(Ok(()), |late| late.mark(mark))
    }

    fn end_batch_of_sides(&mut self) -> Result<()> {
        self.late.as_mut().map_or(Ok(()), |late| late.batch_end(0))
    }
}
