//! Session windows: for each key its open sessions.

mod saved;

use super::keys::Keys;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::metrics::PendingWindow;
use crate::mutant::Mutant;
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::Session;
use crate::window::trigger::Triggers;
use crate::window::{Firing, Sorted, SortedPlace, Verdict};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;
use std::fmt;

/// The open sessions of one instance, by key.
///
/// A key has one entry in the schedule, which is not moved when a session grows: when it is due,
/// the key is scheduled anew.
pub struct SessionStore<K, T, P: Triggers, C: Accumulator<K, T>> {
    gap: i64,
    triggers: P,
    accumulator: C,
    /// The sessions of a key, in order of time: they are at least a gap apart.
    keys: Keys<K, Sorted<OpenOf<K, T, P, C>>>,
    schedule: BinaryHeap<Reverse<(EventTime, usize)>>,
    watermark: EventTime,
    /// The number of events folded so far.
    folded: u64,
}

type OpenOf<K, T, P, C> =
    OpenSession<<C as Accumulator<K, T>>::State, <P as Triggers>::FiringCounts>;

/// An open session of a key.
struct OpenSession<S, M> {
    first: i64,
    last: i64,
    state: S,
    counts: M,
    phase: SessionPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SessionPhase {
    /// It has not fired on time.
    Open,
    /// It has fired on time, and is kept for late events.
    OnTime,
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> fmt::Debug for SessionStore<K, T, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStore").field("gap", &self.gap).finish_non_exhaustive()
    }
}

impl<S, M> OpenSession<S, M> {
    /// Returns its bounds: from its first event to the gap after its last.
    fn bounds(&self, gap: i64) -> Bounds {
        let end = EventTime::from_micros(self.last.saturating_add(gap));
        Bounds { start: EventTime::from_micros(self.first), end }
    }

    /// Returns whether it contains an event at `time`.
    #[inline]
    fn takes(&self, time: i64, gap: i64) -> bool {
        time < self.last.saturating_add(gap) && self.first < time.saturating_add(gap)
    }
}

/// The position of the session that contains an event at `time`, or else that of a session of its
/// own.
#[inline]
fn position<S, M>(open: &Sorted<OpenSession<S, M>>, time: i64, gap: i64) -> SortedPlace {
    open.place(|session| session.last.saturating_add(gap) <= time)
}

impl<K: Key, T, P: Triggers, C: Accumulator<K, T>> SessionStore<K, T, P, C> {
    /// Creates an empty store.
    pub(in crate::window) fn new(kind: &Session<P>, accumulator: C) -> Self {
        Self {
            gap: kind.gap,
            triggers: kind.triggers.clone(),
            accumulator,
            keys: Keys::default(),
            schedule: BinaryHeap::new(),
            watermark: EventTime::MIN,
            folded: 0,
        }
    }

    /// Returns the watermark at which a session that ends at `end` is closed.
    fn closing(&self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_add(self.triggers.lateness()))
    }

    /// Adds an event to its session; returns the position of that among the key's sessions.
    fn put(&mut self, at: usize, event: T, time: EventTime) -> Option<SortedPlace> {
        let (gap, micros) = (self.gap, time.as_micros());
        let open = &mut self.keys.get_mut(at)?.value.held;
        if Mutant::LostInWindow.strikes() {
            return None;
        }
        self.folded += Tally::FOLDED;
        let from = position(open, micros, gap);
        if !open.get(from).is_some_and(|session| session.takes(micros, gap)) {
            let mut state = self.accumulator.create();
            self.accumulator.add(&mut state, event, time);
            let counts = P::FiringCounts::default();
            let session = OpenSession {
                first: micros,
                last: micros,
                state,
                counts,
                phase: SessionPhase::Open,
            };
            return Some(open.insert(from, session));
        }
        // An event merges at most two sessions: they are at least a gap apart.
        let next = open.next(from);
        let is_merged = open.get(next).is_some_and(|session| session.takes(micros, gap));
        let second = if is_merged { open.remove(next) } else { None };
        let session = open.get_mut(from)?;
        let (first, last) = (session.first.min(micros), session.last.max(micros));
        let last = second.as_ref().map_or(last, |second| last.max(second.last));
        if (first, last) != (session.first, session.last) {
            // It is another window now, which fires on time at an end of its own.
            (session.first, session.last, session.phase) = (first, last, SessionPhase::Open);
        }
        self.accumulator.add(&mut session.state, event, time);
        if let Some(second) = second {
            self.accumulator.merge(&mut session.state, &second.state);
            self.triggers.on_merge(&mut session.counts, &second.counts);
        }
        Some(from)
    }

    /// Returns whether an event at `time` is late: every session it could belong to is closed.
    fn is_late(&self, at: Option<usize>, time: EventTime) -> bool {
        let gap = self.gap;
        let alone = EventTime::from_micros(time.as_micros().saturating_add(gap));
        if self.closing(alone) > self.watermark {
            return false;
        }
        let open = at.and_then(|at| self.keys.get(at)).map(|row| &row.value.held);
        let micros = time.as_micros();
        let session = open.and_then(|open| open.get(position(open, micros, gap)));
        !session.is_some_and(|session| session.takes(micros, gap))
    }

    /// Fires a session early or late, if the event just added causes that.
    fn fire_for_event<R: Results<C::Out, Infallible>>(
        &mut self,
        (at, which): (usize, SortedPlace),
        results: &mut R,
    ) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Some(session) = row.value.held.get_mut(which) else { return Ok(()) };
        let bounds = session.bounds(self.gap);
        let firing = if bounds.end <= self.watermark {
            session.phase = SessionPhase::OnTime;
            Some(self.triggers.late(&mut session.counts))
        } else {
            self.triggers.on_event(&mut session.counts)
        };
        let Some(firing) = firing else { return Ok(()) };
        let result = self.accumulator.emit(&row.key, (bounds, firing), &session.state);
        results.result(result, Meta::new(bounds.last_moment(), row.hash))
    }

    /// Schedules a key, unless it is due earlier already.
    #[inline]
    fn schedule(&mut self, at: usize, due: EventTime) {
        let Some(row) = self.keys.get_mut(at) else { return };
        if row.value.due.is_none_or(|before| due < before) {
            row.value.due = Some(due);
            self.schedule.push(Reverse((due, at)));
        }
    }

    /// Fires the sessions of a key that are due, and drops those that are closed.
    fn fire_due<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        results: &mut R,
    ) -> Result<()> {
        let (gap, watermark, lateness) = (self.gap, self.watermark, self.triggers.lateness());
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        row.value.due = None;
        let (key, hash) = (row.key.clone(), row.hash);
        let mut which = SortedPlace::FIRST;
        let mut next: Option<EventTime> = None;
        // Sessions end in their order: those that are due come first.
        while let Some(session) = row.value.held.get_mut(which) {
            let bounds = session.bounds(gap);
            let closing = EventTime::from_micros(bounds.end.as_micros().saturating_add(lateness));
            let meta = Meta::new(bounds.last_moment(), hash);
            let (phase, has_ended) = (session.phase, bounds.end <= watermark);
            if closing <= watermark {
                let Some(OpenSession { state, .. }) = row.value.held.remove(which) else { break };
                if phase == SessionPhase::Open {
                    let result =
                        self.accumulator.emit_last(key.clone(), (bounds, Firing::OnTime), state);
                    results.result(result, meta)?;
                }
                continue;
            }
            if (phase, has_ended) == (SessionPhase::Open, true) {
                session.phase = SessionPhase::OnTime;
                let result = self.accumulator.emit(&key, (bounds, Firing::OnTime), &session.state);
                results.result(result, meta)?;
            }
            let due = if has_ended { closing } else { bounds.end };
            next = Some(next.map_or(due, |next| next.min(due)));
            if !has_ended {
                break;
            }
            which = row.value.held.next(which);
        }
        match next {
            Some(due) => self.schedule(at, due),
            None => self.keys.forget(at),
        }
        Ok(())
    }

    /// Fires open sessions with new events early, if the watermark has crossed an interval.
    fn fire_interval<R: Results<C::Out, Infallible>>(
        &mut self,
        before: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if !self.triggers.crossed_interval(before, self.watermark) {
            return Ok(());
        }
        for at in 0..self.keys.places() {
            let Some(row) = self.keys.get_mut(at) else { continue };
            for session in
                row.value.held.iter_mut().filter(|session| session.phase == SessionPhase::Open)
            {
                let bounds = session.bounds(self.gap);
                if let Some(firing) = self.triggers.on_interval(&mut session.counts) {
                    let result = self.accumulator.emit(&row.key, (bounds, firing), &session.state);
                    let meta = Meta::new(bounds.last_moment(), row.hash);
                    results.result(result, meta)?;
                }
            }
        }
        Ok(())
    }
}

impl<K, T, P, C> Store<K, T> for SessionStore<K, T, P, C>
where
    K: Key,
    T: Send + 'static,
    P: Triggers,
    C: Accumulator<K, T>,
{
    type Out = C::Out;
    type Unmatched = Infallible;

    /// Whether it is late depends on the sessions that are open, and what it merges on those that
    /// are closed.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Hold
    }

    #[inline(always)]
    fn insert<R: Results<C::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        if meta.time < self.watermark {
            let at = self.keys.position(meta.hash, &key);
            if self.is_late(at, meta.time) {
                return Ok(Some(value));
            }
        }
        let at = self.keys.find(meta.hash, key);
        let Some(which) = self.put(at, value, meta.time) else { return Ok(None) };
        let end = EventTime::from_micros(meta.time.as_micros().saturating_add(self.gap));
        self.schedule(at, end.max(self.watermark));
        if P::ON_TIME_ONLY { Ok(()) } else { self.fire_for_event((at, which), results) }?;
        Ok(None)
    }

    fn advance<R: Results<C::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let before = std::mem::replace(&mut self.watermark, watermark);
        while let Some(Reverse((due, at))) = self.schedule.peek().copied() {
            if due > watermark {
                break;
            }
            self.schedule.pop();
            if self.keys.get(at).is_some_and(|row| row.value.due == Some(due)) {
                self.fire_due(at, results)?;
            }
        }
        self.fire_interval(before, results)
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
        let fires_at = self.next_due()?;
        Some(PendingWindow { fires_at, windows: self.schedule.len() as u64 })
    }

    fn next_due(&self) -> Option<EventTime> {
        self.schedule.peek().map(|Reverse((due, _))| *due)
    }
}
