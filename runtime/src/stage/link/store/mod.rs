//! Windows and joins: a store buffers events and emits results as the watermark advances.

mod behind;
mod counted;
mod emitting;
mod late;
mod outputs;
mod room;
mod saved;

use self::emitting::{Emitting, Occasion};
pub use self::outputs::StoreOutputs;
use super::{DueTurn, Link};
use crate::checkpoint::{PartKind, RowsWriter};
use crate::env::Env;
use crate::error::Result;
use crate::event::{ArrivalPlace, Carrying, Mark, Meta, Passed, SplitsReceived, WithKey};
use crate::key::Key;
use crate::metrics::{InstanceCounters, StepFlow, StepKind};
use crate::mutant::Mutant;
use crate::operator::{Advancing, AtEventOf, Emit, OperatorPlace, Uncounted};
use crate::stage::VisitSides;
use crate::stage::instance::ArrivalClock;
use crate::state::{Kept, Memory, WrittenShapes};
use crate::time::{EventTime, InputIndex};
use crate::window::{KeptStore, Reorder, Store, Verdict};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Inserts events into a store of windows or of a join, advances it with the watermark, and emits
/// the results.
pub struct StoreLink<K, T, S: Store<K, T>, D> {
    /// The windows, or the sides of the join.
    store: S,
    /// Names the node if an aggregate, a trigger or a closure of a join panics.
    place: OperatorPlace,
    /// Late and unmatched events.
    outputs: StoreOutputs<T, S::Unmatched>,
    counters: Arc<InstanceCounters>,
    flow: Arc<StepFlow>,
    carrying: Carrying,
    splits: SplitsReceived,
    /// What the split of the events being received had passed.
    passed: Passed,
    /// Events behind their split that wait until the store has passed what the split had passed.
    held: Reorder<ArrivalPlace, (WithKey<K, T>, Meta, ArrivalPlace)>,
    /// The last watermark before the end of input: what checkpoints keep, since the input may be
    /// longer at the next start.
    last: Option<EventTime>,
    /// Results since the last end of a batch.
    emitted: u64,
    /// Received, not yet inserted; at most [`AHEAD`], and empty before any mark passes.
    ahead: Ahead<K, T>,
    /// The job's clock, if the store goes by it.
    clock: Option<Box<ArrivalClock>>,
    /// Its last reading, as a checkpoint has it.
    read: Option<EventTime>,
    memory: PhantomData<fn() -> D>,
}

/// Events of the current batch that are not yet in the store.
type Ahead<K, T> = Vec<(WithKey<K, T>, Meta)>;

/// How many events have their keys prefetched together. State is spread over memory, and waiting
/// for one cache miss after the other would take most of the time.
const AHEAD: usize = 32;

impl<K, T, S: Store<K, T>, D> fmt::Debug for StoreLink<K, T, S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watermark = self.store.watermark();
        f.debug_struct("StoreLink").field("watermark", &watermark).finish_non_exhaustive()
    }
}

impl<K, T: Send, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// A link around `store`, with its side outputs.
    pub fn new(
        (store, (carrying, splits), env): (S, (Carrying, SplitsReceived), Env),
        place: OperatorPlace,
        outputs: StoreOutputs<T, S::Unmatched>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        let (passed, held, ahead) = (Passed::NOTHING, Reorder::new(), Vec::new());
        let clock =
            if const { S::BY_CLOCK } { Some(Box::new(ArrivalClock::new(env))) } else { None };
        let (last, read, emitted, memory) = (None, None, 0, PhantomData);
        let kind = store.tally().map_or(StepKind::SilentStore, |_| StepKind::Store);
        let flow = counters.add_step(kind);
        Self {
            store,
            place,
            outputs,
            counters,
            flow,
            carrying,
            splits,
            passed,
            held,
            last,
            emitted,
            ahead,
            clock,
            read,
            memory,
        }
    }

    fn advance_store<E: Emit<S::Out>>(&mut self, watermark: EventTime, into: &mut E) -> Result<()> {
        let Self { store, place, outputs, counters, carrying, passed, emitted, .. } = self;
        let (unmatched, passed) = (&mut outputs.unmatched, *passed);
        let (cause, carried) = (Occasion::Watermark(store.watermark(), *carrying), passed);
        let mut emitting = Emitting { unmatched, counters, cause, carried, emitted: 0, into };
        let advancing = Advancing(watermark);
        let watch = place.watch(Uncounted, &advancing);
        let advanced = store.advance(watermark, &mut emitting);
        watch.end();
        advanced?;
        *emitted += emitting.emitted;
        if emitting.carried == passed { Ok(()) } else { into.passed(passed) }
    }

    /// Advances a store that goes by the job's clock.
    fn tick<E: Emit<S::Out>>(&mut self, now: EventTime, into: &mut E) -> Result<()> {
        let Self { store, place, outputs, counters, carrying, emitted, .. } = self;
        let unmatched = &mut outputs.unmatched;
        let (cause, carried) = (Occasion::Watermark(store.watermark(), *carrying), Passed::NOTHING);
        let mut emitting = Emitting { unmatched, counters, cause, carried, emitted: 0, into };
        let advancing = Advancing(now);
        let watch = place.watch(Uncounted, &advancing);
        let ticked = store.tick(now, &mut emitting);
        watch.end();
        ticked?;
        *emitted += emitting.emitted;
        if emitting.carried.is_nothing() { Ok(()) } else { into.passed(self.passed) }
    }

    // Inlined, as `event` is: an event that is passed in memory is stored in parts and loaded as a
    // whole, for which the processor waits.
    #[inline(always)]
    fn insert<E: Emit<S::Out>>(
        &mut self,
        event: WithKey<K, T>,
        (meta, found): (Meta, Option<usize>),
        into: &mut E,
    ) -> Result<()> {
        let Self { store, place, outputs, counters, passed, carrying, emitted, .. } = self;
        let (unmatched, cause, carried) =
            (&mut outputs.unmatched, Occasion::Event(*passed, *carrying), *passed);
        let mut emitting = Emitting { unmatched, counters, cause, carried, emitted: 0, into };
        let refused = if const { S::CALLS } {
            let at = AtEventOf(meta.time);
            let watch = place.watch(Uncounted, &at);
            let inserted = store.insert_found(event, meta, found, &mut emitting);
            watch.end();
            inserted?
        } else {
            store.insert_found(event, meta, found, &mut emitting)?
        };
        *emitted += emitting.emitted;
        self.refused(refused, meta.time)
    }

    /// Prefetches the state of the events received, then inserts them.
    #[inline(never)]
    fn insert_ahead<E: Emit<S::Out>>(&mut self, into: &mut E) -> Result<()> {
        let mut ahead = std::mem::take(&mut self.ahead);
        if !ahead.is_empty() && Mutant::LostBeforeStore.strikes() {
            ahead.pop();
        }
        let mut found = [None; AHEAD];
        for ((event, meta), found) in ahead.iter().zip(&mut found) {
            *found = self.store.find(event, meta.hash);
        }
        let mut events = ahead.drain(..).zip(&found);
        let inserted =
            events.try_for_each(|((event, meta), found)| self.insert(event, (meta, *found), into));
        drop(events);
        self.ahead = ahead;
        inserted
    }
}

impl<K, T, S, D> Link<WithKey<K, T>> for StoreLink<K, T, S, D>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
    S: KeptStore<K, T, D>,
    D: Memory,
{
    type Out = S::Out;
    type Hot = ();
    const WAITS: bool = S::BY_CLOCK;
    const BUFFERS: bool = S::AHEAD;
    const KEEPS: Option<PartKind> = if D::DURABLE { Some(PartKind::Store) } else { None };

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn event<E: Emit<S::Out>>(
        &mut self,
        (): &mut (),
        event: WithKey<K, T>,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        if self.passed.is_after(meta.time) {
            match self.judge(meta.time, into)? {
                Verdict::Insert => {}
                verdict => return self.receive_behind(verdict, (event, meta), into),
            }
        }
        if const { S::BOUNDED } && !self.has_room(meta.time, into)? {
            return self.shed(event.value, meta);
        }
        if const { !S::AHEAD } {
            if Mutant::LostBeforeStore.strikes() {
                return Ok(());
            }
            return self.insert(event, (meta, None), into);
        }
        self.ahead.push((event, meta));
        if self.ahead.len() < AHEAD { Ok(()) } else { self.insert_ahead(into) }
    }

    #[inline]
    fn catch_up<E: Emit<S::Out>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.insert_ahead(into)
    }

    fn passed(&mut self, passed: Passed) -> Option<Passed> {
        self.passed = passed;
        Some(passed)
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) {
        self.store.side_passed(side, watermark);
    }

    fn watermark<E: Emit<S::Out>>(
        &mut self,
        (): &mut (),
        watermark: EventTime,
        into: &mut E,
    ) -> Result<Option<EventTime>> {
        // Events may come ahead of a watermark that was emitted before them.
        let reached = watermark.max(self.store.watermark());
        if reached < EventTime::MAX {
            self.last = Some(reached);
        }
        self.advance(reached, into)?;
        Ok(Some(watermark))
    }

    /// While all inputs are idle, no watermark follows that would release an event which is held
    /// for the present one.
    fn idle<E: Emit<S::Out>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        if const { !S::HOLDS } {
            return Ok(());
        }
        let now = self.store.watermark().as_micros();
        let after = EventTime::from_micros(now.saturating_add(1));
        while let Some((passed, held)) = self.held.next_before(Some(after)) {
            self.release(passed, held, into)?;
        }
        Ok(())
    }

    fn batch_end<E: Emit<S::Out>>(&mut self, (): &mut (), events: u64, _: &mut E) -> Result<u64> {
        self.counters.shown.arrive(events);
        let emitted = std::mem::take(&mut self.emitted);
        self.publish(emitted);
        Ok(emitted)
    }

    fn is_due(&self) -> bool {
        self.clock.as_ref().is_some_and(|clock| clock.is_due())
    }

    fn due<E: Emit<S::Out>>(&mut self, (): &mut (), _: EventTime, into: &mut E) -> Result<DueTurn> {
        let Some(clock) = &mut self.clock else { return Ok(DueTurn::Nothing) };
        let (due, now, before) = (clock.take_due(), clock.read(), self.emitted);
        self.tick(now, into)?;
        Ok(match due {
            true => DueTurn::Batch,
            false if self.emitted > before => DueTurn::Emitted,
            false => DueTurn::Nothing,
        })
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = self.store.next_due();
        self.clock.as_mut().map_or(Poll::Pending, |clock| clock.poll(next, cx))
    }

    fn interrupt(&mut self) {
        if let Some(clock) = &mut self.clock {
            clock.interrupt();
        }
    }

    fn end<E: Emit<S::Out>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.advance(EventTime::MAX, into)
    }

    fn resume(&mut self) -> EventTime {
        self.resume_store()
    }

    fn save(&mut self, (): &mut (), into: &mut RowsWriter) -> Result<()> {
        self.save_rows(into)
    }

    fn restore(&mut self, key: &[u8], value: &[u8], written: &WrittenShapes) -> Result<()> {
        self.restore_row(key, value, written)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.outputs.visit(visit);
    }

    fn mark_sides(&mut self, mark: Mark) -> Result<()> {
        self.outputs.mark(mark)
    }

    fn end_batch_of_sides(&mut self) -> Result<()> {
        self.outputs.end_batch()
    }
}
