//! Windows and joins: a store buffers events and emits results as the watermark advances.

use super::Link;
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::operator::{Advancing, AtEventOf, Emit, OperatorPlace, Uncounted};
use crate::stage::VisitSides;
use crate::stage::instance::report_late;
use crate::time::EventTime;
use crate::window::{Late, Results, Store};
use std::fmt;
use std::sync::Arc;

/// Inserts events into a store of windows or of a join, advances it with the watermark, and emits
/// the results.
pub struct StoreLink<K, T, S: Store<K, T>> {
    /// The windows, or the sides of the join.
    store: S,
    /// Names the node if an aggregate, a trigger or a closure of a join panics.
    place: OperatorPlace,
    /// Late and unmatched events.
    outputs: StoreOutputs<T, S::Unmatched>,
    counters: Arc<InstanceCounters>,
    /// Results since the last end of a batch.
    emitted: u64,
    /// Received, not yet inserted; at most [`AHEAD`], and empty before any mark passes.
    ahead: Ahead<K, T>,
}

/// Events of the current batch that are not yet in the store.
type Ahead<K, T> = Vec<(WithKey<K, T>, Meta)>;

/// How many events have their keys prefetched together. State is spread over memory, and waiting
/// for one cache miss after the other would take most of the time.
const AHEAD: usize = 32;

/// The side outputs of a store; `None` where an output is not connected: its events are dropped and
/// counted.
#[derive(Debug)]
pub struct StoreOutputs<T, U> {
    /// Events behind the watermark and the allowed lateness.
    pub late: Option<Tee<Late<T>>>,
    /// Events of a join that found no match.
    pub unmatched: Option<Tee<U>>,
}

impl<K, T, S: Store<K, T>> fmt::Debug for StoreLink<K, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watermark = self.store.watermark();
        f.debug_struct("StoreLink").field("watermark", &watermark).finish_non_exhaustive()
    }
}

/// Routes what a store emits: results downstream, unmatched events to their output.
struct Emitting<'a, U, E> {
    unmatched: &'a mut Option<Tee<U>>,
    counters: &'a InstanceCounters,
    emitted: u64,
    into: &'a mut E,
}

impl<O, U: Send, E: Emit<O>> Results<O, U> for Emitting<'_, U, E> {
    #[inline]
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        self.emitted += 1;
        self.into.emit(result, meta)
    }

    fn unmatched(&mut self, event: U, time: EventTime) -> Result<()> {
        match self.unmatched {
            Some(output) => output.emit(event, Meta { time, ..Meta::default() }),
            None => {
                self.counters.count_dropped(1);
                Ok(())
            }
        }
    }
}

impl<K, T: Send, S: Store<K, T>> StoreLink<K, T, S> {
    /// A link around `store`, with its side outputs.
    pub fn new(
        store: S,
        place: OperatorPlace,
        outputs: StoreOutputs<T, S::Unmatched>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self { store, place, outputs, counters, emitted: 0, ahead: Vec::new() }
    }

    fn advance<E: Emit<S::Out>>(&mut self, watermark: EventTime, into: &mut E) -> Result<()> {
        let Self { store, place, outputs, counters, emitted, .. } = self;
        let unmatched = &mut outputs.unmatched;
        let mut emitting = Emitting { unmatched, counters, emitted: 0, into };
        let advancing = Advancing(watermark);
        let watch = place.watch(Uncounted, &advancing);
        let advanced = store.advance(watermark, &mut emitting);
        watch.end();
        advanced?;
        *emitted += emitting.emitted;
        Ok(())
    }

    #[inline]
    fn insert<E: Emit<S::Out>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        into: &mut E,
    ) -> Result<()> {
        let Self { store, place, outputs, counters, emitted, .. } = self;
        let unmatched = &mut outputs.unmatched;
        let mut emitting = Emitting { unmatched, counters, emitted: 0, into };
        let refused = if const { S::CALLS } {
            let at = AtEventOf(meta.time);
            let watch = place.watch(Uncounted, &at);
            let inserted = store.insert(event, meta, &mut emitting);
            watch.end();
            inserted?
        } else {
            store.insert(event, meta, &mut emitting)?
        };
        *emitted += emitting.emitted;
        match refused {
            None => Ok(()),
            Some(event) => {
                let late = Late { event, time: meta.time, watermark: store.watermark() };
                report_late(late, &mut outputs.late, counters)
            }
        }
    }

    /// Prefetches the state of the events received, then inserts them.
    #[inline(never)]
    fn insert_ahead<E: Emit<S::Out>>(&mut self, into: &mut E) -> Result<()> {
        let mut ahead = std::mem::take(&mut self.ahead);
        for (event, meta) in &ahead {
            self.store.touch(&event.key, meta.hash);
        }
        let mut events = ahead.drain(..);
        let inserted = events.try_for_each(|(event, meta)| self.insert(event, meta, into));
        drop(events);
        self.ahead = ahead;
        inserted
    }
}

impl<K, T, S> Link<WithKey<K, T>> for StoreLink<K, T, S>
where
    K: Send + 'static,
    T: Send + 'static,
    S: Store<K, T>,
{
    type Out = S::Out;
    type Hot = ();
    const BUFFERS: bool = S::AHEAD;

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline]
    fn event<E: Emit<S::Out>>(
        &mut self,
        (): &mut (),
        event: WithKey<K, T>,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        if const { !S::AHEAD } {
            return self.insert(event, meta, into);
        }
        self.ahead.push((event, meta));
        if self.ahead.len() < AHEAD { Ok(()) } else { self.insert_ahead(into) }
    }

    #[inline]
    fn catch_up<E: Emit<S::Out>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.insert_ahead(into)
    }

    fn watermark<E: Emit<S::Out>>(
        &mut self,
        (): &mut (),
        watermark: EventTime,
        into: &mut E,
    ) -> Result<Option<EventTime>> {
        self.advance(watermark, into)?;
        Ok(Some(watermark))
    }

    fn batch_end<E: Emit<S::Out>>(&mut self, (): &mut (), _: u64, _: &mut E) -> Result<u64> {
        Ok(std::mem::take(&mut self.emitted))
    }

    fn end<E: Emit<S::Out>>(&mut self, (): &mut (), into: &mut E) -> Result<()> {
        self.advance(EventTime::MAX, into)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        if let Some(late) = &mut self.outputs.late {
            visit(late);
        }
        if let Some(unmatched) = &mut self.outputs.unmatched {
            visit(unmatched);
        }
    }

    fn mark_sides(&mut self, mark: Mark) -> Result<()> {
        if let Some(late) = &mut self.outputs.late {
            late.mark(mark)?;
        }
        self.outputs.unmatched.as_mut().map_or(Ok(()), |unmatched| unmatched.mark(mark))
    }

    fn end_batch_of_sides(&mut self) -> Result<()> {
        if let Some(late) = &mut self.outputs.late {
            late.batch_end(0)?;
        }
        self.outputs.unmatched.as_mut().map_or(Ok(()), |unmatched| unmatched.batch_end(0))
    }
}
