//! Events behind their split: inserted at once, held, or late.
//!
//! An event is inserted when the store has passed exactly what the event's split had passed. Of
//! several splits, another one may be further behind: the event is held until all have passed that.
//! If there is no other split, nothing follows that belongs before, and the store passes it at
//! once; but not where the insertion emits, which waits for the watermark in every layout.

use super::StoreLink;
use super::emitting::{Emitting, Occasion};
use crate::error::Result;
use crate::event::{ArrivalPlace, Meta, Passed, SplitsReceived, WithKey};
use crate::mutant::Mutant;
use crate::operator::{AtEventOf, Emit, Uncounted};
use crate::time::EventTime;
use crate::window::{Results, Store, Verdict};

impl<K, T: Send, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// What to do with an event at `time`, which is behind its split.
    #[inline(never)]
    pub(super) fn judge<E: Emit<S::Out>>(
        &mut self,
        time: EventTime,
        into: &mut E,
    ) -> Result<Verdict> {
        let passed = self.passed.watermark;
        match self.store.judge(time, passed) {
            // The split was idle: the store has passed more than the split had.
            Verdict::Hold if passed < self.store.watermark() => Ok(Verdict::Insert),
            _ if self.passed.is_everything() => Ok(Verdict::Late),
            Verdict::Hold if self.follows_split() => {
                self.last = Some(passed);
                if !S::AHEAD && self.store.pass(passed) {
                    return Ok(Verdict::Insert);
                }
                self.fire_until(passed, into)
            }
            verdict => Ok(verdict),
        }
    }

    /// Whether the store may advance to what the split of an event had passed. Events are held all
    /// the same while others are, from a checkpoint of a job with several splits.
    #[inline]
    fn follows_split(&self) -> bool {
        let never = const { !S::HOLDS || S::INSERT_EMITS };
        !never && self.splits == SplitsReceived::One && self.held.is_empty()
    }

    /// Advances the store to what the split of an event had passed.
    #[cold]
    #[inline(never)]
    fn fire_until<E: Emit<S::Out>>(&mut self, passed: EventTime, into: &mut E) -> Result<Verdict> {
        self.insert_ahead(into)?;
        self.advance_store(passed, into)?;
        Ok(Verdict::Insert)
    }

    /// Holds or reports an event. Out of line, so that the loop over events stays small.
    #[cold]
    #[inline(never)]
    pub(super) fn receive_behind<E: Emit<S::Out>>(
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

    /// Advances the store. Meanwhile each event held for less than `watermark` is inserted, once
    /// the store has passed exactly what the event's split had passed.
    pub(super) fn advance<E: Emit<S::Out>>(
        &mut self,
        watermark: EventTime,
        into: &mut E,
    ) -> Result<()> {
        if const { S::HOLDS } {
            while let Some((passed, held)) = self.held.next_before(Some(watermark)) {
                if !self.store.pass(passed) {
                    self.advance_store(passed, into)?;
                }
                self.release(passed, held, into)?;
            }
        }
        self.advance_store(watermark, into)
    }

    /// Inserts an event that was held. By dynamic calls: the loop over a batch is then the only
    /// caller of the store's own code, which is inlined there.
    #[inline(never)]
    pub(super) fn release<E: Emit<S::Out>>(
        &mut self,
        watermark: EventTime,
        (event, meta, place): (WithKey<K, T>, Meta, ArrivalPlace),
        into: &mut E,
    ) -> Result<()> {
        self.passed = Passed { watermark, place };
        let Self { store, place, outputs, counters, passed, carrying, .. } = self;
        // Only results carry what the split had passed.
        let (unmatched, cause, carried) =
            (&mut outputs.unmatched, Occasion::Event(*passed, *carrying), Passed::NOTHING);
        let mut emitting = Emitting { unmatched, counters, cause, carried, emitted: 0, into };
        let mut results: &mut dyn Results<S::Out, S::Unmatched> = &mut emitting;
        let at = AtEventOf(meta.time);
        let watch = place.watch(Uncounted, &at);
        let inserted = store.insert(event, meta, &mut results);
        watch.end();
        let refused = inserted?;
        self.emitted += emitting.emitted;
        let carried = emitting.carried;
        self.refused(refused, meta.time)?;
        self.passed = Passed::NOTHING;
        if carried.is_nothing() { Ok(()) } else { into.passed(self.passed) }
    }
}
