//! Tumbling and global windows: for each window a table of keys.

#[cfg(test)]
mod tests;

use super::{Results, Store};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{Row, Rows};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, Global, Tumbling};
use crate::window::trigger::Triggers;
use crate::window::{Firing, Verdict};
use std::collections::VecDeque;
use std::fmt;

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
    /// In order of event time.
    panes: VecDeque<PaneOf<K, T, P, C>>,
    /// The position of the pane of the last event. Most events share it.
    last: usize,
    spare: Vec<RowsOf<K, T, P, C>>,
    watermark: EventTime,
}

type RowsOf<K, T, P, C> =
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

/// The state of a window and key.
struct PaneRow<S, M> {
    state: S,
    counts: M,
}

impl<K, T, W, P: Triggers, C: Accumulator<K, T>> fmt::Debug for PaneStore<K, T, W, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaneStore").field("panes", &self.panes.len()).finish_non_exhaustive()
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
        let (panes, watermark) = (VecDeque::new(), EventTime::MIN);
        Self { windows, triggers, accumulator, panes, last: 0, spare: Vec::new(), watermark }
    }

    /// Returns whether a window that ends at `end` is closed.
    fn is_closed(&self, end: EventTime) -> bool {
        end.as_micros().saturating_add(self.triggers.lateness()) <= self.watermark.as_micros()
    }

    fn recycle(&mut self, mut rows: RowsOf<K, T, P, C>) {
        self.last = 0;
        if self.spare.len() < 2 {
            rows.clear();
            self.spare.push(rows);
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
        let at = self.panes.partition_point(|pane| pane.bounds.end < bounds.end);
        if self.panes.get(at).is_none_or(|pane| pane.bounds != bounds) {
            let rows = self.spare.pop().unwrap_or_default();
            let on_time = bounds.end <= self.watermark;
            let state = if on_time { PaneState::OnTime } else { PaneState::Open };
            self.panes.insert(at, Pane { bounds, state, rows });
        }
        self.last = at;
        Some(at)
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
        let Some(Pane { bounds, mut rows, .. }) = self.panes.pop_front() else { return Ok(()) };
        let time = bounds.last_moment();
        for row in rows.drain() {
            let hash = row.key.key_hash();
            let result =
                self.accumulator.emit_last(row.key, (bounds, Firing::OnTime), row.value.state);
            results.result(result, Meta::new(time, hash))?;
        }
        self.recycle(rows);
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

    /// Fires open windows with new events early, if the watermark has crossed an interval.
    fn fire_interval<R: Results<C::Out, U>, U>(
        &mut self,
        before: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if !self.triggers.crossed_interval(before, self.watermark) {
            return Ok(());
        }
        let open = self.panes.partition_point(|pane| pane.bounds.end <= self.watermark);
        for at in open..self.panes.len() {
            self.fire(at, P::on_interval, results)?;
        }
        Ok(())
    }

    fn drop_closed(&mut self) {
        while self.panes.front().is_some_and(|pane| self.is_closed(pane.bounds.end)) {
            if let Some(pane) = self.panes.pop_front() {
                self.recycle(pane.rows);
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

    #[inline]
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
            while self.panes.front().is_some_and(|pane| pane.bounds.end <= watermark) {
                self.fire_first(results)?;
            }
            return Ok(());
        }
        let due = self.panes.partition_point(|pane| pane.bounds.end <= watermark);
        for at in 0..due {
            let Some(pane) = self.panes.get_mut(at) else { break };
            if std::mem::replace(&mut pane.state, PaneState::OnTime) == PaneState::Open {
                self.fire(at, |_, _| Some(Firing::OnTime), results)?;
            }
        }
        self.drop_closed();
        self.fire_interval(before, results)
    }

    fn watermark(&self) -> EventTime {
        self.watermark
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
