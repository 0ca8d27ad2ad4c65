//! Events behind their split: inserted, held, or late.

use super::StoreLink;
use crate::error::Result;
use crate::event::{Meta, Passed, WithKey};
use crate::mutant::Mutant;
use crate::operator::Emit;
use crate::stage::instance::report_late;
use crate::time::EventTime;
use crate::window::{Late, Store, Verdict};

impl<K, T: Send, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// Reports an event that the store has refused.
    #[inline]
    pub(super) fn refused(&mut self, refused: Option<T>, time: EventTime) -> Result<()> {
        match refused {
            None => Ok(()),
            Some(event) => self.refuse(event, time),
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse(&mut self, event: T, time: EventTime) -> Result<()> {
        if Mutant::LateUncounted.strikes() {
            return Ok(());
        }
        self.flow.late.add(1);
        let late = Late { event, time, watermark: self.store.watermark().max(time) };
        report_late((late, self.passed), &mut self.outputs.late, &self.counters)
    }

    /// What to do with an event at `time`, which is behind its split.
    #[cold]
    pub(super) fn judge(&self, time: EventTime) -> Verdict {
        let passed = self.passed.watermark;
        match self.store.judge(time, passed) {
            // The split was idle: the store has passed more than the split had.
            Verdict::Hold if passed < self.store.watermark() => Verdict::Insert,
            _ if self.passed.is_everything() => Verdict::Late,
            verdict => verdict,
        }
    }

    /// Holds or reports an event. Out of line, so that the loop over events stays small.
    #[cold]
    #[inline(never)]
    pub(super) fn not_inserted<E: Emit<S::Out>>(
        &mut self,
        verdict: Verdict,
        (event, meta): (WithKey<K, T>, Meta),
        into: &mut E,
    ) -> Result<()> {
        if verdict == Verdict::Late {
            return self.report(event.value, meta.time);
        }
        if const { S::BOUNDED } && !self.has_room(meta.time, into)? {
            return self.shed(event.value, meta);
        }
        self.hold(event, meta);
        Ok(())
    }

    /// Holds an event until the store has passed what the event's split had passed.
    pub(super) fn hold(&mut self, event: WithKey<K, T>, meta: Meta) {
        if Mutant::LostHeld.strikes() {
            return;
        }
        let Passed { watermark, place } = self.passed;
        self.held.push(watermark, place, (event, meta, place));
    }

    /// Reports an event that is late by what its split had passed.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&mut self, event: T, time: EventTime) -> Result<()> {
        if Mutant::LateUncounted.strikes() {
            return Ok(());
        }
        self.flow.late.add(1);
        let late = Late { event, time, watermark: self.passed.watermark };
        report_late((late, self.passed), &mut self.outputs.late, &self.counters)
    }
}
