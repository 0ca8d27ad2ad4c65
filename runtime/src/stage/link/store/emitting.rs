//! Where the results of a store go, and what they carry.

use crate::error::Result;
use crate::event::{Carrying, Meta, Passed};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::mutant::Mutant;
use crate::operator::Emit;
use crate::time::EventTime;
use crate::window::Results;

/// Routes what a store emits: results downstream, unmatched events to their output.
pub(super) struct Emitting<'a, U, E> {
    pub(super) unmatched: &'a mut Option<Tee<U>>,
    pub(super) counters: &'a InstanceCounters,
    pub(super) cause: Occasion,
    /// What the results emitted last carried.
    pub(super) carried: Passed,
    pub(super) emitted: u64,
    pub(super) into: &'a mut E,
}

/// What makes a store emit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// An event whose split had passed this: its results inherit it.
    Event(Passed, Carrying),
    /// A watermark; the last one was this. At the end there may be results behind it.
    Watermark(EventTime, Carrying),
}

impl Occasion {
    /// What a result at `time` carries.
    fn passed(self, time: EventTime) -> Passed {
        match self {
            Self::Event(passed, _) => passed,
            Self::Watermark(last, _) if time < last => Passed::until(last),
            Self::Watermark(_, carrying) => carrying.by_time(time),
        }
    }

    /// What a result at `time` carries that follows from the time that has passed.
    fn passed_by_time(self, time: EventTime) -> Passed {
        match self {
            Self::Event(_, carrying) => carrying.by_time(time),
            Self::Watermark(..) => self.passed(time),
        }
    }
}

impl<O, U: Send, E: Emit<O>> Results<O, U> for Emitting<'_, U, E> {
    #[inline(always)]
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        self.emitted += 1;
        if Mutant::LostResult.strikes() {
            return Ok(());
        }
        let passed = self.cause.passed(meta.time);
        self.carry(passed)?;
        self.into.emit(result, meta)
    }

    fn result_by_time(&mut self, result: O, meta: Meta) -> Result<()> {
        let Occasion::Event(of_event, carrying) = self.cause else {
            return self.result(result, meta);
        };
        self.emitted += 1;
        if Mutant::LostResult.strikes() {
            return Ok(());
        }
        self.carry(carrying.by_time(meta.time))?;
        self.into.emit(result, meta)?;
        self.carry(of_event)
    }

    fn duplicates(&mut self, events: u64) {
        self.counters.events_in.add(events);
        self.counters.duplicates.add(events);
    }

    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()> {
        self.emit_unmatched(self.cause.passed(time), event, time);
        Ok(())
    }

    fn unmatched_by_time(&mut self, event: U, time: EventTime) -> Result<()> {
        self.emit_unmatched(self.cause.passed_by_time(time), event, time);
        Ok(())
    }
}

impl<U: Send, E> Emitting<'_, U, E> {
    /// Says what the next result carries, if it is not what the last one did.
    #[inline(always)]
    fn carry<O>(&mut self, passed: Passed) -> Result<()>
    where
        E: Emit<O>,
    {
        if passed == self.carried {
            return Ok(());
        }
        self.carried = passed;
        self.into.passed(passed)
    }

    fn emit_unmatched(&mut self, passed: Passed, event: U, time: EventTime) {
        match self.unmatched {
            Some(output) => output.emit_with(passed, event, Meta { time, ..Meta::default() }),
            None => self.counters.count_dropped(1),
        }
    }
}
