//! Sorts events by event time.

use super::Link;
use crate::checkpoint::{PartKind, RowsWriter};
use crate::error::Result;
use crate::event::{Carrying, Mark, Meta, Passed};
use crate::exchange::Tee;
use crate::key::Key;
use crate::metrics::{InstanceCounters, StepFlow, StepKind};
use crate::operator::{Emit, OperatorPlace, Uncounted};
use crate::stage::VisitSides;
use crate::stage::instance::report_late;
use crate::state::{Durable, Kept, Memory, WAITING_EVENT, WrittenShapes, append};
use crate::time::EventTime;
use crate::window::{Late, Reorder};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Buffers events until the watermark passes them, and emits them in the order of event time.
///
/// Memory: every event between the watermark and the greatest event time seen.
pub struct Sorter<T, B, F, D> {
    /// Orders events of equal time.
    tie: F,
    /// Events that the watermark has not passed.
    buffer: Reorder<B, T>,
    /// The last watermark before the end of input, if there was one.
    watermark: Option<EventTime>,
    carrying: Carrying,
    /// What the split of the events being received had passed.
    passed: Passed,
    /// Names the node if `tie` panics.
    place: OperatorPlace,
    /// Where late events go; without it, they are dropped and counted.
    late: Option<Tee<Late<T>>>,
    counters: Arc<InstanceCounters>,
    flow: Arc<StepFlow>,
    /// Events emitted since the last end of a batch.
    emitted: u64,
    /// Events received.
    seen: u64,
    /// The instance, from 0, and how many there are.
    share: (usize, usize),
    memory: PhantomData<fn() -> D>,
}

impl<T, B, F, D> fmt::Debug for Sorter<T, B, F, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sorter").field("emitted", &self.emitted).finish_non_exhaustive()
    }
}

impl<T: Send, B: Ord, F, D> Sorter<T, B, F, D> {
    /// Sorts by event time, and events of equal time by `tie`; one of several instances.
    pub fn new(
        (tie, carrying): (F, Carrying),
        (place, share): (OperatorPlace, (usize, usize)),
        late: Option<Tee<Late<T>>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self {
            tie,
            buffer: Reorder::new(),
            watermark: None,
            carrying,
            passed: Passed::NOTHING,
            place,
            late,
            flow: counters.add_step(StepKind::Sorter),
            counters,
            emitted: 0,
            seen: 0,
            share,
            memory: PhantomData,
        }
    }

    fn last_watermark(&self) -> EventTime {
        self.watermark.unwrap_or(EventTime::MIN)
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

impl<T, B, F, D> Link<T> for Sorter<T, B, F, D>
where
    D: Memory,
    T: Kept<D> + Send + 'static,
    B: Ord + Send + 'static,
    F: Fn(&T) -> B + Send + 'static,
{
    type Out = T;
    type Hot = ();
    const KEEPS: Option<PartKind> = if D::DURABLE { Some(PartKind::Sorter) } else { None };

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
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
            self.flow.late.add(1);
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
        if watermark < EventTime::MAX {
            self.watermark = Some(watermark);
        }
        self.release(Some(watermark), into)?;
        Ok(Some(watermark))
    }

    fn batch_end<E: Emit<T>>(&mut self, (): &mut (), _: u64, _: &mut E) -> Result<u64> {
        let emitted = std::mem::take(&mut self.emitted);
        self.flow.processed.add(emitted);
        self.flow.emitted.add(emitted);
        self.flow.buffered.set(self.buffer.len());
        Ok(emitted)
    }

    fn end<E: Emit<T>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.release(None, into)
    }

    fn resume(&mut self) -> EventTime {
        self.flow.restored.set(self.buffer.len());
        self.flow.buffered.set(self.buffer.len());
        self.last_watermark()
    }

    /// One row with the watermark and all events in order. It replaces those of all earlier
    /// checkpoints: there may have been more instances.
    fn save(&mut self, (): &mut (), into: &mut RowsWriter) -> Result<()> {
        let own = into.groups().of(().key_hash());
        into.everything(|group| group == own);
        let events = self.buffer.in_order();
        let head = (self.share.1, self.last_watermark(), events.len());
        into.put_with(
            own,
            |_| Ok(()),
            |bytes| {
                append(&head, bytes)?;
                events.iter().try_for_each(|(time, _, event)| {
                    append(time, bytes)?;
                    Kept::<D>::write(*event, bytes)
                })
            },
        )
    }

    /// With another number of instances, each of them takes its share of all rows.
    fn restore(&mut self, _: &[u8], mut value: &[u8], written: &WrittenShapes) -> Result<()> {
        let (instance, instances) = self.share;
        let (saved, watermark, events): (usize, EventTime, usize) =
            Kept::<Durable>::read(&mut value)?;
        self.watermark = Some(self.watermark.map_or(watermark, |least| least.min(watermark)));
        for at in 0..events {
            let time: EventTime = Kept::<Durable>::read(&mut value)?;
            let event = T::read_written(written.of(WAITING_EVENT), &mut value)?;
            if saved == instances || at % instances == instance {
                let watch = self.place.watch(Uncounted, &time);
                let tie = (self.tie)(&event);
                watch.end();
                self.buffer.push(time, tie, event);
            }
        }
        Ok(())
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
