//! Events that wait for the job's clock, by key: incomplete batches, and the last event of a key
//! that is not silent yet.

mod batches;
mod debounce;
mod saved;

pub use batches::{BatchesOf, InBatches};
pub use debounce::Debounce;

use super::keys::Keys;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::time::EventTime;
use crate::window::Verdict;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;
use std::fmt;

/// What is gathered of the events of a key, and when it is emitted.
pub trait Gathers<T>: Clone + Send + 'static {
    /// What it emits.
    type Out: Send + 'static;
    /// What it keeps of the events of a key.
    type Held: Send + 'static;
    /// Whether each event begins the time anew. Otherwise only the first one does.
    const BEGINS_ANEW: bool;
    /// The kind of its rows in checkpoints.
    const ROWS: &'static str;

    /// How long events are gathered, in microseconds; [`i64::MAX`] for good.
    fn time(&self) -> i64;

    /// Begins with the first event of a key.
    fn begin(&self, event: T) -> Self::Held;

    /// Adds another event; returns the number of events that it replaces.
    fn add(&self, held: &mut Self::Held, event: T) -> u64;

    /// Whether nothing more can be added.
    fn is_full(&self, held: &Self::Held) -> bool;

    /// Takes what is to be emitted next; `None` if nothing is left.
    fn take(&self, held: &mut Self::Held) -> Option<Self::Out>;

    /// The events.
    fn events<'a>(&self, held: &'a Self::Held) -> &'a [T];

    /// How many instances have such events that no key gives to one of them, and which of these
    /// this is, from 0.
    fn share(&self) -> (usize, usize) {
        (0, 1)
    }
}

/// The events of each key that wait for the job's clock.
pub struct GatheredStore<K, T, G: Gathers<T>> {
    gathers: G,
    keys: Keys<K, GatheredRow<G::Held>>,
    /// When to look at a key next; never later than it is due, and once for each key.
    looks: BinaryHeap<Reverse<(EventTime, usize)>>,
    /// The last reading of the clock.
    now: EventTime,
    watermark: EventTime,
    /// The last watermark before the end of input.
    passed: EventTime,
    /// The number of events that wait, and of those that have left.
    tally: Tally,
}

/// The row of a key.
struct GatheredRow<H> {
    open: Option<GatheredEvents<H>>,
    /// Whether the key is to be looked at. It stays so if the row goes to another key.
    is_queued: bool,
}

impl<H> Default for GatheredRow<H> {
    fn default() -> Self {
        Self { open: None, is_queued: false }
    }
}

/// The events of a key that wait.
struct GatheredEvents<H> {
    /// The event time of the last one.
    time: EventTime,
    held: H,
}

impl<K, T, G: Gathers<T>> fmt::Debug for GatheredStore<K, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatheredStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl<K: Key, T, G: Gathers<T>> GatheredStore<K, T, G> {
    /// Creates an empty store.
    pub(in crate::window) fn new(gathers: G) -> Self {
        let (now, watermark, passed) = (EventTime::MIN, EventTime::MIN, EventTime::MIN);
        let (keys, looks, tally) = (Keys::default(), BinaryHeap::new(), Tally::default());
        Self { gathers, keys, looks, now, watermark, passed, tally }
    }

    /// Counts events that no longer wait.
    fn leave(&mut self, events: u64) {
        self.tally.processed += events;
        self.tally.buffered = self.tally.buffered.saturating_sub(events);
    }

    /// When what is gathered from now on is due.
    fn due(&self) -> Option<EventTime> {
        match self.gathers.time() {
            i64::MAX => None,
            time => Some(EventTime::from_micros(self.now.as_micros().saturating_add(time))),
        }
    }

    /// Looks at a key when it is due, unless it is looked at before.
    fn queue(&mut self, at: usize) {
        let Some(row) = self.keys.get_mut(at) else { return };
        if let Some(due) = row.value.due
            && !std::mem::replace(&mut row.value.held.is_queued, true)
        {
            self.looks.push(Reverse((due, at)));
        }
    }

    /// Emits what a key has, at the event time of its last event, and not before `earliest`.
    fn emit<R: Results<G::Out, Infallible>>(
        &mut self,
        at: usize,
        earliest: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Some(GatheredEvents { time, mut held }) = row.value.held.open.take() else {
            return Ok(());
        };
        let meta = Meta::new(time.max(earliest), row.hash);
        self.keys.forget(at);
        let events = self.gathers.events(&held).len() as u64;
        self.leave(events);
        while let Some(out) = self.gathers.take(&mut held) {
            results.result(out, meta)?;
        }
        Ok(())
    }
}

impl<K, T, G> Store<K, T> for GatheredStore<K, T, G>
where
    K: Key,
    T: Send + 'static,
    G: Gathers<T>,
{
    type Out = G::Out;
    type Unmatched = Infallible;
    const HOLDS: bool = false;
    const BY_CLOCK: bool = true;

    /// Events are gathered as they arrive, whatever their time.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Insert
    }

    #[inline(always)]
    fn insert<R: Results<G::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        let due = self.due();
        let at = self.keys.find(meta.hash, key);
        let Some(row) = self.keys.get_mut(at) else { return Ok(Some(value)) };
        let (is_new, open) = match &mut row.value.held.open {
            Some(open) => {
                let replaced = self.gathers.add(&mut open.held, value);
                if replaced > 0 {
                    results.duplicates(replaced);
                }
                self.tally.processed += replaced;
                self.tally.buffered = self.tally.buffered.saturating_sub(replaced);
                (false, open)
            }
            none => {
                let held = self.gathers.begin(value);
                (true, none.insert(GatheredEvents { time: meta.time, held }))
            }
        };
        self.tally.buffered += 1;
        open.time = meta.time;
        if self.gathers.is_full(&open.held) {
            self.emit(at, EventTime::MIN, results)?;
            return Ok(None);
        }
        if is_new || const { G::BEGINS_ANEW } {
            row.value.due = due;
        }
        if is_new {
            self.queue(at);
        }
        Ok(None)
    }

    /// Emits everything at the end; before that, watermarks have no effect.
    fn advance<R: Results<G::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if watermark < EventTime::MAX {
            self.passed = self.passed.max(watermark);
            return Ok(());
        }
        for at in 0..self.keys.places() {
            self.emit(at, self.passed, results)?;
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Some(self.tally)
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }

    fn tick<R: Results<G::Out, Infallible>>(
        &mut self,
        now: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.now = self.now.max(now);
        while let Some(Reverse((look, at))) = self.looks.peek().copied() {
            if look > self.now {
                break;
            }
            self.looks.pop();
            let Some(row) = self.keys.get_mut(at) else { continue };
            row.value.held.is_queued = false;
            match row.value.due {
                Some(due) if due <= self.now => self.emit(at, self.passed, results)?,
                _ => self.queue(at),
            }
        }
        Ok(())
    }

    fn next_due(&self) -> Option<EventTime> {
        self.looks.peek().map(|Reverse((look, _))| *look)
    }
}
