//! Tumbling and global windows: for each window a table of keys.

mod saved;
#[cfg(test)]
mod tests;

use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::metrics::PendingWindow;
use crate::mutant::Mutant;
use crate::state::{Row, Rows};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, Global, Tumbling};
use crate::window::trigger::Triggers;
use crate::window::{Firing, Verdict};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// How many vacant panes keep the memory of their rows.
const SPARE: usize = 2;

/// In how many windows keys are counted; those of more are estimated from that.
const LOOKED_AT: usize = 64;

/// The bounds of windows that do not overlap.
pub trait Panes: Clone + Send + 'static {
    /// Returns the bounds of the window that contains `time`, or `None` if no window does.
    fn bounds(&self, time: EventTime) -> Option<Bounds>;
}

impl Panes for Aligned {
    fn bounds(&self, time: EventTime) -> Option<Bounds> {
        let end = self.first_end(time);
        Some(Bounds { start: self.start_of(end), end })
    }
}

/// A single window over all of event time.
#[derive(Debug, Clone, Copy)]
pub struct Always;

impl Panes for Always {
    fn bounds(&self, _: EventTime) -> Option<Bounds> {
        Some(Bounds { start: EventTime::MIN, end: EventTime::MAX })
    }
}

/// The windows of one instance that do not overlap: for each a table of keys.
pub struct PaneStore<K, T, W, P: Triggers, C: Accumulator<K, T>> {
    windows: W,
    triggers: P,
    accumulator: C,
    /// In the order in which they were created; some may be vacant.
    panes: Vec<PaneOf<K, T, P, C>>,
    /// The position of each pane, by its end.
    ends: BTreeMap<EventTime, usize>,
    /// The position of the pane of the last event. Most events share it.
    last: usize,
    /// Positions of vacant panes.
    vacant: Vec<usize>,
    watermark: EventTime,
    /// The number of events folded so far.
    folded: u64,
}

type PaneRows<K, T, P, C> =
    Rows<K, PaneRow<<C as Accumulator<K, T>>::State, <P as Triggers>::FiringCounts>>;
type PaneOf<K, T, P, C> = Pane<K, <C as Accumulator<K, T>>::State, <P as Triggers>::FiringCounts>;

/// A window and its keys.
struct Pane<K, S, M> {
    bounds: Bounds,
    state: PaneState,
    rows: Rows<K, PaneRow<S, M>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PaneState {
    Open,
    /// It has fired on time, and is kept for late events.
    OnTime,
}

impl PaneState {
    fn is_open(self) -> bool {
        self == Self::Open
    }
}

/// The state of a window and key.
struct PaneRow<S, M> {
    state: S,
    counts: M,
}

impl<K, T, W, P: Triggers, C: Accumulator<K, T>> fmt::Debug for PaneStore<K, T, W, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaneStore").field("panes", &self.ends.len()).finish_non_exhaustive()
    }
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, Aligned, P, C> {
    /// Creates an empty store of tumbling windows.
    pub(in crate::window) fn tumbling(kind: &Tumbling<P>, accumulator: C) -> Self {
        Self::new(kind.aligned, kind.triggers.clone(), accumulator)
    }
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, Always, P, C> {
    /// Creates an empty store of a global window.
    pub(in crate::window) fn global(kind: &Global<P>, accumulator: C) -> Self {
        Self::new(Always, kind.triggers.clone(), accumulator)
    }
}

impl<K, T, W, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, W, P, C> {
    fn new(windows: W, triggers: P, accumulator: C) -> Self {
        let (panes, ends, vacant) = (Vec::new(), BTreeMap::new(), Vec::new());
        let watermark = EventTime::MIN;
        let (last, folded) = (0, 0);
        Self { windows, triggers, accumulator, panes, ends, last, vacant, watermark, folded }
    }

    /// Returns whether a window that ends at `end` is closed.
    fn is_closed(&self, end: EventTime) -> bool {
        end.as_micros().saturating_add(self.triggers.lateness()) <= self.watermark.as_micros()
    }

    /// Makes a pane vacant; the rows of a few are used again.
    fn vacate(&mut self, at: usize, mut rows: PaneRows<K, T, P, C>) {
        let Some(pane) = self.panes.get_mut(at) else { return };
        if self.vacant.len() < SPARE {
            rows.clear();
            pane.rows = rows;
        }
        pane.bounds = Bounds { start: EventTime::MIN, end: EventTime::MIN };
        self.vacant.push(at);
        if self.ends.is_empty() && self.panes.len() > SPARE {
            self.panes.truncate(SPARE);
            self.vacant = (0..SPARE).collect();
        }
    }
}

impl<K, T, W, P, C> PaneStore<K, T, W, P, C>
where
    K: Key,
    W: Panes,
    P: Triggers,
    C: Accumulator<K, T>,
{
    /// Returns the position of the pane of a time, which is created if there is none; `None` if it
    /// is closed.
    #[cold]
    fn find(&mut self, time: EventTime) -> Option<usize> {
        let bounds = self.windows.bounds(time)?;
        if self.is_closed(bounds.end) {
            return None;
        }
        let at = match self.ends.get(&bounds.end) {
            Some(at) => *at,
            None => self.begin(bounds),
        };
        self.last = at;
        Some(at)
    }

    /// Creates a pane; returns its position.
    fn begin(&mut self, bounds: Bounds) -> usize {
        let on_time = bounds.end <= self.watermark;
        let state = if on_time { PaneState::OnTime } else { PaneState::Open };
        let at = self.vacant.pop().unwrap_or(self.panes.len());
        match self.panes.get_mut(at) {
            Some(vacant) => (vacant.bounds, vacant.state) = (bounds, state),
            None => self.panes.push(Pane { bounds, state, rows: Rows::default() }),
        }
        self.ends.insert(bounds.end, at);
        at
    }

    #[inline]
    fn pane_of(&mut self, time: EventTime) -> Option<usize> {
        match self.panes.get(self.last) {
            Some(pane) if pane.bounds.contain(time) => Some(self.last),
            _ => self.find(time),
        }
    }

    /// Fires all keys of the first pane on time, and drops it.
    fn fire_first<R: Results<C::Out, U>, U>(&mut self, results: &mut R) -> Result<()> {
        let Some((_, at)) = self.ends.pop_first() else { return Ok(()) };
        let Some(Pane { bounds, rows, .. }) = self.panes.get_mut(at) else { return Ok(()) };
        let (bounds, mut rows) = (*bounds, std::mem::take(rows));
        let time = bounds.last_moment();
        for row in rows.drain() {
            let hash = row.key.key_hash();
            let result =
                self.accumulator.emit_last(row.key, (bounds, Firing::OnTime), row.value.state);
            results.result(result, Meta::new(time, hash))?;
        }
        self.vacate(at, rows);
        Ok(())
    }

    /// Fires the keys of a pane for which `firing` returns a firing.
    fn fire<R: Results<C::Out, U>, U>(
        &mut self,
        at: usize,
        firing: impl Fn(&P, &mut P::FiringCounts) -> Option<Firing>,
        results: &mut R,
    ) -> Result<()> {
        let Some(Pane { bounds, rows, .. }) = self.panes.get_mut(at) else { return Ok(()) };
        let time = bounds.last_moment();
        for row in rows.iter_mut() {
            if let Some(firing) = firing(&self.triggers, &mut row.value.counts) {
                let hash = row.key.key_hash();
                let result = self.accumulator.emit(&row.key, (*bounds, firing), &row.value.state);
                results.result(result, Meta::new(time, hash))?;
            }
        }
        Ok(())
    }

    /// Does so for the panes with an end in a range.
    fn fire_between<R: Results<C::Out, U>, U>(
        &mut self,
        ends: (Bound<EventTime>, Bound<EventTime>),
        firing: impl Fn(&P, &mut P::FiringCounts) -> Option<Firing>,
        results: &mut R,
    ) -> Result<()> {
        let due: Vec<usize> = self.ends.range(ends).map(|(_, at)| *at).collect();
        due.into_iter().try_for_each(|at| self.fire(at, &firing, results))
    }

    /// Fires open windows with new events early, if the watermark has crossed an interval.
    fn fire_interval<R: Results<C::Out, U>, U>(
        &mut self,
        before: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if !self.triggers.crossed_interval(before, self.watermark) {
            return Ok(());
        }
        self.fire_between((Excluded(self.watermark), Unbounded), P::on_interval, results)
    }

    fn drop_closed(&mut self) {
        let (lateness, watermark) = (self.triggers.lateness(), self.watermark.as_micros());
        let is_closed = |end: EventTime| end.as_micros().saturating_add(lateness) <= watermark;
        while let Some(first) = self.ends.first_entry().filter(|first| is_closed(*first.key())) {
            let at = first.remove();
            if let Some(pane) = self.panes.get_mut(at) {
                let rows = std::mem::take(&mut pane.rows);
                self.vacate(at, rows);
            }
        }
    }
}

impl<K, T, W, P, C> Store<K, T> for PaneStore<K, T, W, P, C>
where
    K: Key,
    T: Send + 'static,
    W: Panes,
    P: Triggers,
    C: Accumulator<K, T>,
{
    type Out = C::Out;
    type Unmatched = std::convert::Infallible;
    /// Only late results of a window that has fired depend on the watermark.
    const HOLDS: bool = !P::ON_TIME_ONLY;

    fn judge(&self, time: EventTime, passed: EventTime) -> Verdict {
        let Some(Bounds { end, .. }) = self.windows.bounds(time) else { return Verdict::Late };
        Verdict::of((end, end), passed, self.triggers.lateness())
    }

    #[inline(always)]
    fn insert<R: Results<C::Out, Self::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        let Some(pane) = self.pane_of(meta.time).and_then(|at| self.panes.get_mut(at)) else {
            return Ok(Some(value));
        };
        if Mutant::LostInWindow.strikes() {
            return Ok(None);
        }
        self.folded += Tally::FOLDED;
        let row = find_row(&mut pane.rows, meta.hash, key, || self.accumulator.create());
        let Row { key, value: held, .. } = row;
        self.accumulator.add(&mut held.state, value, meta.time);
        if P::ON_TIME_ONLY {
            return Ok(None);
        }
        let firing = match pane.state {
            PaneState::Open => self.triggers.on_event(&mut held.counts),
            PaneState::OnTime => Some(self.triggers.late(&mut held.counts)),
        };
        if let Some(firing) = firing {
            let result = self.accumulator.emit(key, (pane.bounds, firing), &held.state);
            let time = pane.bounds.last_moment();
            results.result(result, Meta::new(time, meta.hash))?;
        }
        Ok(None)
    }

    fn advance<R: Results<C::Out, Self::Unmatched>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let before = std::mem::replace(&mut self.watermark, watermark);
        if P::ON_TIME_ONLY {
            while self.ends.first_key_value().is_some_and(|(end, _)| *end <= watermark) {
                self.fire_first(results)?;
            }
            return Ok(());
        }
        // Those that ended before have fired, or were created as such.
        if before < watermark {
            let ended: Vec<usize> = self
                .ends
                .range((Excluded(before), Included(watermark)))
                .map(|(_, at)| *at)
                .collect();
            for at in ended {
                // After a restart the watermark begins anew, and panes that have fired are there.
                let Some(pane) = self.panes.get_mut(at) else { continue };
                if std::mem::replace(&mut pane.state, PaneState::OnTime) == PaneState::OnTime {
                    continue;
                }
                self.fire(at, |_, _| Some(Firing::OnTime), results)?;
            }
        }
        self.drop_closed();
        self.fire_interval(before, results)
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Tally::folded(self.folded)
    }

    fn keys(&self) -> Option<usize> {
        let rows = |at: &usize| self.panes.get(*at).map_or(0, |pane| pane.rows.len());
        let (open, looked_at) = (self.ends.len(), self.ends.len().min(LOOKED_AT));
        let rows: usize = self.ends.values().take(looked_at).map(rows).sum();
        Some(rows * open / looked_at.max(1))
    }

    fn next_window(&self) -> Option<PendingWindow> {
        let is_open = |at: usize| self.panes.get(at).is_some_and(|pane| pane.state.is_open());
        let (fires_at, _) = self.ends.iter().take(LOOKED_AT).find(|(_, at)| is_open(**at))?;
        Some(PendingWindow { fires_at: *fires_at, windows: self.ends.len() as u64 })
    }
}

/// Returns the row of a key, which is created if there is none.
#[inline]
fn find_row<K: Key, S, M: Default>(
    rows: &mut Rows<K, PaneRow<S, M>>,
    hash: KeyHash,
    key: K,
    create: impl FnOnce() -> S,
) -> &mut Row<K, PaneRow<S, M>> {
    let slot = match rows.find(hash, &key) {
        Ok(slot) => slot,
        Err(absent) => absent.insert(key, PaneRow { state: create(), counts: M::default() }),
    };
    slot.into_row()
}
