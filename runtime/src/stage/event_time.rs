//! A time for every event, and the watermarks that follow.

use super::chain::fetch_from_chain;
use super::{Chain, Sides};
use crate::error::Result;
use crate::event::{Meta, Signal};
use crate::exchange::Drive;
use crate::operator::Emit;
use crate::time::{EventTime, Lateness};
use std::fmt;

/// A time for every event of a chain, and a watermark after every batch.
pub struct EventTimed<C, F> {
    chain: C,
    assigner: Assigner<F>,
}

struct Assigner<F> {
    time: F,
    lateness: Lateness,
    greatest: EventTime,
    watermark: EventTime,
}

impl<C, F> fmt::Debug for EventTimed<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTimed")
            .field("watermark", &self.assigner.watermark)
            .finish_non_exhaustive()
    }
}

impl<C, F> EventTimed<C, F> {
    /// A time for every event of a chain.
    pub fn new(chain: C, time: F, lateness: Lateness) -> Self {
        let (greatest, watermark) = (EventTime::MIN, EventTime::MIN);
        Self { chain, assigner: Assigner { time, lateness, greatest, watermark } }
    }
}

impl<C: Chain, F: Fn(&C::Out) -> EventTime> Drive for EventTimed<C, F> {
    type Out = C::Out;

    #[inline]
    fn drive<E: Emit<C::Out>>(&mut self, into: &mut E) -> Result<()> {
        let greatest = self.assigner.greatest;
        self.chain.drive(&mut Timing { assigner: &mut self.assigner, greatest, into })
    }
}

impl<C: Chain, F: Fn(&C::Out) -> EventTime + Send + 'static> Chain for EventTimed<C, F> {
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: &mut Sides<'a>) {
        self.chain.sides(found);
    }
}

impl<F> Assigner<F> {
    /// No watermark may follow the one beyond all times: a loop goes on behind it.
    fn close(&mut self) {
        self.watermark = EventTime::MAX;
    }

    /// The watermark that follows the batch that ends, if it has risen.
    fn advance(&mut self, greatest: EventTime, signal: Signal) -> Option<EventTime> {
        self.greatest = greatest;
        let watermark = self.lateness.watermark(greatest);
        let risen = matches!(signal, Signal::BatchEnd(_)) && watermark > self.watermark;
        risen.then(|| {
            self.watermark = watermark;
            watermark
        })
    }
}

struct Timing<'a, F, E> {
    assigner: &'a mut Assigner<F>,
    greatest: EventTime,
    into: &'a mut E,
}

impl<T, F: Fn(&T) -> EventTime, E: Emit<T>> Emit<T> for Timing<'_, F, E> {
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        let time = (self.assigner.time)(&value);
        self.greatest = self.greatest.max(time);
        self.into.emit(value, Meta { time, ..meta })
    }

    #[inline(always)]
    fn signal(&mut self, signal: Signal) -> Result<()> {
        if let Some(watermark) = self.assigner.advance(self.greatest, signal) {
            self.into.signal(Signal::Watermark(watermark))?;
        }
        // A watermark from before is about another time than the one assigned here, except at the
        // end.
        if let Signal::Watermark(time) = signal {
            if time < EventTime::MAX {
                return Ok(());
            }
            self.assigner.close();
        }
        self.into.signal(signal)
    }
}
