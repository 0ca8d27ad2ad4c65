//! Windows of so many events: for each key the one that is being filled.

use super::keys::Keys;
use super::{Results, Store};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::time::EventTime;
use crate::window::Firing;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::Counted;
use std::convert::Infallible;
use std::fmt;

/// Windows of so many events: for each key the one that is being filled.
pub struct CountStore<K, T, C: Accumulator<K, T>> {
    events: u64,
    accumulator: C,
    keys: Keys<K, Option<Filling<C::State>>>,
    watermark: EventTime,
}

struct Filling<S> {
    events: u64,
    least: EventTime,
    greatest: EventTime,
    state: S,
}

impl<S> Filling<S> {
    fn bounds(&self) -> Bounds {
        let end = EventTime::from_micros(self.greatest.as_micros().saturating_add(1));
        Bounds { start: self.least, end }
    }
}

impl<K, T, C: Accumulator<K, T>> fmt::Debug for CountStore<K, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountStore").field("events", &self.events).finish_non_exhaustive()
    }
}

impl<K: Key, T, C: Accumulator<K, T>> CountStore<K, T, C> {
    /// No event.
    pub(in crate::window) fn new(kind: Counted, accumulator: C) -> Self {
        let (keys, watermark) = (Keys::default(), EventTime::MIN);
        Self { events: kind.events, accumulator, keys, watermark }
    }

    /// Gives on the window of a key, and forgets it.
    fn give<R: Results<C::Out, Infallible>>(&mut self, at: usize, results: &mut R) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Some(filled) = row.value.held.take() else { return Ok(()) };
        let (bounds, key) = (filled.bounds(), row.key.clone());
        let meta = Meta { time: bounds.last_moment(), hash: row.hash };
        self.keys.forget(at);
        results
            .result(self.accumulator.emit_last(key, (bounds, Firing::OnTime), filled.state), meta)
    }
}

impl<K, T, C> Store<K, T> for CountStore<K, T, C>
where
    K: Key,
    T: Send + 'static,
    C: Accumulator<K, T>,
{
    type Out = C::Out;
    type Unmatched = Infallible;

    #[inline]
    fn insert<R: Results<C::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let (accumulator, time) = (&self.accumulator, meta.time);
        let at = self.keys.find(meta.hash, event.key);
        let Some(row) = self.keys.get_mut(at) else { return Ok(Some(event.value)) };
        let filling = row.value.held.get_or_insert_with(|| Filling {
            events: 0,
            least: time,
            greatest: time,
            state: accumulator.create(),
        });
        filling.events += 1;
        filling.least = filling.least.min(time);
        filling.greatest = filling.greatest.max(time);
        accumulator.add(&mut filling.state, event.value, time);
        if filling.events >= self.events {
            self.give(at, results)?;
        }
        Ok(None)
    }

    fn advance<R: Results<C::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if watermark == EventTime::MAX {
            for at in 0..self.keys.places() {
                self.give(at, results)?;
            }
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}
