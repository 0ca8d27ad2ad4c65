//! Events in the order of their times.

use super::chain::fetch_from_chain;
use super::{Chain, Found};
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::exchange::{Drive, Gather};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::{EventClock, EventTime};
use crate::window::{Late, Reorder};
use std::fmt;
use std::sync::Arc;

/// The events of a chain in the order of their times, each held until the watermark has passed it.
pub struct InOrder<C: Chain, B, F> {
    chain: C,
    sorter: Sorter<C::Out, B, F>,
}

struct Sorter<T, B, F> {
    tie: F,
    buffer: Reorder<B, T>,
    clock: EventClock,
    late: Option<Gather<Late<T>>>,
    counters: Arc<InstanceCounters>,
    given: u64,
}

impl<C: Chain, B, F> fmt::Debug for InOrder<C, B, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InOrder").field("clock", &self.sorter.clock).finish_non_exhaustive()
    }
}

impl<C: Chain, B: Ord, F> InOrder<C, B, F> {
    /// The events of a chain in the order of their times, events of equal time by `tie`.
    pub fn new(
        chain: C,
        tie: F,
        late: Option<Gather<Late<C::Out>>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        let (buffer, clock) = (Reorder::new(), EventClock::default());
        Self { chain, sorter: Sorter { tie, buffer, clock, late, counters, given: 0 } }
    }
}

impl<C, B, F> Drive for InOrder<C, B, F>
where
    C: Chain<Out: Send>,
    B: Ord + Send + 'static,
    F: Fn(&C::Out) -> B + Send + 'static,
{
    type Out = C::Out;

    #[inline]
    fn drive<E: Emit<C::Out>>(&mut self, into: &mut E) -> Result<()> {
        self.chain.drive(&mut Sorting { sorter: &mut self.sorter, into })
    }
}

impl<C, B, F> Chain for InOrder<C, B, F>
where
    C: Chain<Out: Send>,
    B: Ord + Send + 'static,
    F: Fn(&C::Out) -> B + Send + 'static,
{
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
        if let Some(late) = &mut self.sorter.late {
            found(late);
        }
    }
}

struct Sorting<'a, T, B, F, E> {
    sorter: &'a mut Sorter<T, B, F>,
    into: &'a mut E,
}

impl<T: Send, B: Ord, F: Fn(&T) -> B, E: Emit<T>> Sorting<'_, T, B, F, E> {
    fn release(&mut self, before: Option<EventTime>) -> Result<()> {
        while let Some((time, value)) = self.sorter.buffer.next_before(before) {
            self.sorter.given += 1;
            self.into.emit(value, Meta { time, ..Meta::default() })?;
        }
        Ok(())
    }
}

impl<T: Send, B: Ord, F: Fn(&T) -> B, E: Emit<T>> Emit<T> for Sorting<'_, T, B, F, E> {
    #[inline]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        let sorter = &mut *self.sorter;
        let watermark = sorter.clock.watermark();
        if meta.time < watermark {
            return Late::give(value, meta.time, watermark, &mut sorter.late, &sorter.counters);
        }
        let tie = (sorter.tie)(&value);
        sorter.buffer.push(meta.time, tie, value);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        match mark {
            Mark::Watermark(time) => {
                let risen = self.sorter.clock.advance(time);
                risen.map_or(Ok(()), |time| self.release(Some(time)))?;
            }
            Mark::End => self.release(None)?,
            _ => {}
        }
        if let Some(late) = &mut self.sorter.late {
            late.mark(mark)?;
        }
        self.into.mark(mark)
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        if let Some(late) = &mut self.sorter.late {
            late.batch_end(events)?;
        }
        self.into.batch_end(std::mem::take(&mut self.sorter.given))
    }
}
