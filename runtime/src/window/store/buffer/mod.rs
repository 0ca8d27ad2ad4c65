//! Full tumbling and sliding windows: for each key its events, once.
//!
//! The events of a key are in order of event time; a window is a range of them. A key is scheduled
//! at the end of its next window only, so an event costs at most one entry in the schedule, and a
//! watermark touches only the keys with a window that fires.

mod saved;

use super::events::{Carrier, Events};
use super::keys::Keys;
use super::schedule::Schedule;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::metrics::PendingWindow;
use crate::mutant::Mutant;
use crate::time::EventTime;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, EmittedWindows, Sliding};
use crate::window::{Verdict, Window};
use std::convert::Infallible;
use std::fmt;
use std::ops::Range;

/// The open full windows of one instance: for each key its events, once.
pub struct WindowBuffer<K, T> {
    assigner: Aligned,
    shown: EmittedWindows,
    keys: Keys<K, Events<T>>,
    schedule: Schedule,
    carrier: Carrier<T>,
    watermark: EventTime,
    /// The times with the same first window as the last event. Most events share it, and need no
    /// division to find it.
    pane: Range<EventTime>,
    /// The number of events folded so far.
    folded: u64,
}

impl<K, T> fmt::Debug for WindowBuffer<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowBuffer").field("assigner", &self.assigner).finish_non_exhaustive()
    }
}

impl<K: Key, T: Clone> WindowBuffer<K, T> {
    /// Creates an empty buffer.
    #[must_use]
    pub fn new(kind: Sliding) -> Self {
        let Sliding { aligned: assigner, emitted: shown, .. } = kind;
        Self {
            assigner,
            shown,
            keys: Keys::default(),
            schedule: Schedule::every(assigner.slide),
            carrier: Carrier::default(),
            watermark: EventTime::MIN,
            pane: EventTime::MAX..EventTime::MIN,
            folded: 0,
        }
    }

    #[inline]
    fn first_open_end(&mut self, time: EventTime) -> Option<EventTime> {
        if self.pane.contains(&time) && self.pane.end > self.watermark {
            return Some(self.pane.end);
        }
        let end = self.assigner.first_open_end(time, self.watermark)?;
        if time < end && end == self.assigner.first_end(time) {
            let from = self.assigner.last_end(end).max(self.assigner.start_of(end));
            self.pane = from..end;
        }
        Some(end)
    }

    /// Fires the window of a key that ends at `end`, if it has events.
    fn fire<R: Results<WithKey<K, Window<K, T>>, U>, U>(
        &mut self,
        at: usize,
        end: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let start = self.assigner.start_of(end);
        if let Some(range) = row.value.held.range(start, end)
            && (self.shown == EmittedWindows::All || row.value.held.shows(&range, end))
        {
            let (key, hash) = (row.key.clone(), row.hash);
            // The events are lent to the window, and copied only if the operator keeps it.
            let lent = self.carrier.lend(&mut row.value.held);
            let bounds = Bounds { start, end };
            let value = Window::shared(key.clone(), bounds, lent, range);
            let meta = Meta::new(bounds.last_moment(), hash);
            let emitted = results.result(WithKey { key, value }, meta);
            self.carrier.take_back(&mut row.value.held);
            emitted?;
        }
        self.reschedule(at, end);
        Ok(())
    }

    /// Schedules the next window of a key after one has fired, or drops the key.
    #[inline]
    fn reschedule(&mut self, at: usize, end: EventTime) {
        let Some(row) = self.keys.get_mut(at) else { return };
        let next = self.assigner.next_end(end);
        // At `EventTime::MAX` there is no next window.
        if next == end {
            row.value.held = Events::default();
            return self.keys.forget(at);
        }
        let Some(first) = row.value.held.drop_before(self.assigner.start_of(next)) else {
            return self.keys.forget(at);
        };
        let due = match self.shown {
            EmittedWindows::All if first < next => next,
            EmittedWindows::All => self.assigner.first_end(first),
            // The events are kept for as long as a window with a fresh event could contain them.
            EmittedWindows::WhenFresh => row.value.held.next_shown(end).unwrap_or_else(|| {
                self.assigner.end_without(row.value.held.last_time().unwrap_or(first)).max(next)
            }),
        };
        row.value.due = Some(due);
        self.schedule.add(due, at);
    }
}

impl<K: Key, T: Clone + Send + Sync + 'static> Store<K, T> for WindowBuffer<K, T> {
    type Out = WithKey<K, Window<K, T>>;
    type Unmatched = Infallible;

    fn judge(&self, time: EventTime, passed: EventTime) -> Verdict {
        self.assigner.judge(time, passed, 0)
    }

    #[inline(always)]
    fn insert<R: Results<Self::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        _: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        let Some(end) = self.first_open_end(meta.time) else { return Ok(Some(value)) };
        let at = self.keys.find(meta.hash, key);
        let Some(row) = self.keys.get_mut(at) else { return Ok(Some(value)) };
        if Mutant::LostInWindow.strikes() {
            return Ok(None);
        }
        self.folded += Tally::FOLDED;
        row.value.held.put(meta.time, end, value);
        if row.value.due.is_none_or(|due| end < due) {
            row.value.due = Some(end);
            self.schedule.add(end, at);
        }
        Ok(None)
    }

    fn advance<R: Results<Self::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        while let Some((end, at)) = self.schedule.next_until(watermark) {
            if self.keys.get(at).is_some_and(|row| row.value.due == Some(end)) {
                self.fire(at, end, results)?;
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

    fn next_window(&self) -> Option<PendingWindow> {
        let fires_at = self.schedule.next()?;
        Some(PendingWindow { fires_at, windows: self.keys.len() as u64 })
    }
}
