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
    Event(Passed),
    /// A watermark; the last one was this. At the end there may be results behind it.
    Watermark(EventTime, Carrying),
}

impl Occasion {
    /// What a result at `time` carries.
    fn passed(self, time: EventTime) -> Passed {
        match self {
            Self::Event(passed) => passed,
            Self::Watermark(last, _) if time < last => Passed::until(last),
            Self::Watermark(_, carrying) => carrying.by_time(time),
        }
    }
}

impl<O, U: Send, E: Emit<O>> Results<O, U> for Emitting<'_, U, E> {
    #[inline]
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        self.emitted += 1;
        if Mutant::LostResult.strikes() {
            return Ok(());
        }
        let passed = self.cause.passed(meta.time);
        if passed != self.carried {
            self.carried = passed;
            self.into.passed(passed)?;
        }
        self.into.emit(result, meta)
    }

    fn duplicates(&mut self, events: u64) {
        self.counters.events_in.add(events);
        self.counters.duplicates.add(events);
    }

    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()> {
        match self.unmatched {
            Some(output) => {
                let meta = Meta { time, ..Meta::default() };
                output.emit_with(self.cause.passed(time), event, meta);
                Ok(())
            }
            None => {
                self.counters.count_dropped(1);
                Ok(())
            }
        }
    }
}
