//! Counted windows: for each key its incomplete window.

mod saved;

use super::keys::Keys;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::mutant::Mutant;
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::Counted;
use crate::window::{Firing, Verdict};
use std::convert::Infallible;
use std::fmt;

/// The counted windows of one instance: for each key its incomplete one.
pub struct CountStore<K, T, C: Accumulator<K, T>> {
    events: u64,
    accumulator: C,
    keys: Keys<K, Option<OpenWindow<C::State>>>,
    watermark: EventTime,
    /// The number of events folded so far.
    folded: u64,
}

struct OpenWindow<S> {
    events: u64,
    least: EventTime,
    greatest: EventTime,
    state: S,
}

impl<S> OpenWindow<S> {
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
    /// Creates an empty store.
    pub(in crate::window) fn new(kind: Counted, accumulator: C) -> Self {
        let (keys, watermark) = (Keys::default(), EventTime::MIN);
        Self { events: kind.events, accumulator, keys, watermark, folded: 0 }
    }

    /// Fires the window of a key, and drops it.
    fn fire<R: Results<C::Out, Infallible>>(&mut self, at: usize, results: &mut R) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Some(open) = row.value.held.take() else { return Ok(()) };
        let (bounds, key) = (open.bounds(), row.key.clone());
        let meta = Meta::new(bounds.last_moment(), row.hash);
        self.keys.forget(at);
        results.result(self.accumulator.emit_last(key, (bounds, Firing::OnTime), open.state), meta)
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
    const HOLDS: bool = false;

    /// The number of events decides, never their time.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Insert
    }

    #[inline(always)]
    fn insert<R: Results<C::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let (accumulator, time) = (&self.accumulator, meta.time);
        let at = self.keys.find(meta.hash, event.key);
        let Some(row) = self.keys.get_mut(at) else { return Ok(Some(event.value)) };
        let open = row.value.held.get_or_insert_with(|| OpenWindow {
            events: 0,
            least: time,
            greatest: time,
            state: accumulator.create(),
        });
        if Mutant::LostInWindow.strikes() {
            return Ok(None);
        }
        self.folded += Tally::FOLDED;
        open.events += 1;
        open.least = open.least.min(time);
        open.greatest = open.greatest.max(time);
        accumulator.add(&mut open.state, event.value, time);
        if open.events >= self.events {
            self.fire(at, results)?;
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
                self.fire(at, results)?;
            }
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Tally::folded(self.folded)
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}
