//! Windows that do not overlap: a table of keys for each.

#[cfg(test)]
mod tests;

use super::{Results, Store};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::state::{Row, Rows};
use crate::time::EventTime;
use crate::window::Firing;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, Global, Tumbling};
use crate::window::trigger::Triggers;
use std::collections::VecDeque;
use std::fmt;

/// Where the windows lie.
pub trait Panes: Clone + Send + 'static {
    /// The window that an event of this time is in; none if it is in a gap.
    fn bounds(&self, time: EventTime) -> Option<Bounds>;
}

impl Panes for Aligned {
    fn bounds(&self, time: EventTime) -> Option<Bounds> {
        let end = self.first_end(time);
        Some(Bounds { start: self.start_of(end), end })
    }
}

/// The one window for everything.
#[derive(Debug, Clone, Copy)]
pub struct Always;

impl Panes for Always {
    fn bounds(&self, _: EventTime) -> Option<Bounds> {
        Some(Bounds { start: EventTime::MIN, end: EventTime::MAX })
    }
}

/// Windows that do not overlap: a table of keys for each.
pub struct PaneStore<K, T, W, P: Triggers, C: Accumulator<K, T>> {
    windows: W,
    triggers: P,
    accumulator: C,
    /// In order of time.
    panes: VecDeque<PaneOf<K, T, P, C>>,
    /// The pane of the last event: most events share it.
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
    /// It was on time, and is kept for what comes late.
    OnTime,
}

/// What a window has of a key.
struct PaneRow<S, M> {
    state: S,
    marks: M,
}

impl<K, T, W, P: Triggers, C: Accumulator<K, T>> fmt::Debug for PaneStore<K, T, W, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaneStore").field("panes", &self.panes.len()).finish_non_exhaustive()
    }
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, Aligned, P, C> {
    /// No event of tumbling windows.
    pub(in crate::window) fn tumbling(kind: &Tumbling<P>, accumulator: C) -> Self {
        Self::new(kind.aligned, kind.triggers.clone(), accumulator)
    }
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, Always, P, C> {
    /// No event of the one window.
    pub(in crate::window) fn global(kind: &Global<P>, accumulator: C) -> Self {
        Self::new(Always, kind.triggers.clone(), accumulator)
    }
}

impl<K, T, W, P: Triggers, C: Accumulator<K, T>> PaneStore<K, T, W, P, C> {
    fn new(windows: W, triggers: P, accumulator: C) -> Self {
        let (panes, watermark) = (VecDeque::new(), EventTime::MIN);
        Self { windows, triggers, accumulator, panes, last: 0, spare: Vec::new(), watermark }
    }

    /// Whether the windows that end at `end` are past all lateness.
    fn is_over(&self, end: EventTime) -> bool {
        end.as_micros().saturating_add(self.triggers.lateness()) <= self.watermark.as_micros()
    }

    fn forget(&mut self, mut rows: RowsOf<K, T, P, C>) {
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
    /// Looks for the pane of a time, and makes it if there is none; none if it is over.
    #[cold]
    fn find(&mut self, time: EventTime) -> Option<usize> {
        let bounds = self.windows.bounds(time)?;
        if self.is_over(bounds.end) {
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

    /// Gives on all keys of the first pane, and forgets it.
    fn give_first<R: Results<C::Out, U>, U>(&mut self, results: &mut R) -> Result<()> {
        let Some(Pane { bounds, mut rows, .. }) = self.panes.pop_front() else { return Ok(()) };
        let time = bounds.last_moment();
        for row in rows.drain() {
            let hash = row.key.key_hash();
            let given =
                self.accumulator.emit_last(row.key, (bounds, Firing::OnTime), row.value.state);
            results.result(given, Meta { time, hash })?;
        }
        self.forget(rows);
        Ok(())
    }

    /// Shows those keys of a pane that have something to say.
    fn show<R: Results<C::Out, U>, U>(
        &mut self,
        at: usize,
        firing: impl Fn(&P, &mut P::FiringCounts) -> Option<Firing>,
        results: &mut R,
    ) -> Result<()> {
        let Some(Pane { bounds, rows, .. }) = self.panes.get_mut(at) else { return Ok(()) };
        let time = bounds.last_moment();
        for row in rows.iter_mut() {
            if let Some(firing) = firing(&self.triggers, &mut row.value.marks) {
                let hash = row.key.key_hash();
                let shown = self.accumulator.emit(&row.key, (*bounds, firing), &row.value.state);
                results.result(shown, Meta { time, hash })?;
            }
        }
        Ok(())
    }

    /// Shows what is new in the open windows, if event time has come to another multiple of what
    /// is between two results.
    fn show_early<R: Results<C::Out, U>, U>(
        &mut self,
        before: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if !self.triggers.crossed_interval(before, self.watermark) {
            return Ok(());
        }
        let open = self.panes.partition_point(|pane| pane.bounds.end <= self.watermark);
        for at in open..self.panes.len() {
            self.show(at, P::on_interval, results)?;
        }
        Ok(())
    }

    fn forget_over(&mut self) {
        while self.panes.front().is_some_and(|pane| self.is_over(pane.bounds.end)) {
            if let Some(pane) = self.panes.pop_front() {
                self.forget(pane.rows);
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
            PaneState::Open => self.triggers.on_event(&mut held.marks),
            PaneState::OnTime => Some(self.triggers.late(&mut held.marks)),
        };
        if let Some(firing) = firing {
            let shown = self.accumulator.emit(key, (pane.bounds, firing), &held.state);
            let time = pane.bounds.last_moment();
            results.result(shown, Meta { time, hash: meta.hash })?;
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
                self.give_first(results)?;
            }
            return Ok(());
        }
        let due = self.panes.partition_point(|pane| pane.bounds.end <= watermark);
        for at in 0..due {
            let Some(pane) = self.panes.get_mut(at) else { break };
            if std::mem::replace(&mut pane.state, PaneState::OnTime) == PaneState::Open {
                self.show(at, |_, _| Some(Firing::OnTime), results)?;
            }
        }
        self.forget_over();
        self.show_early(before, results)
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}

/// The row of a key, which is made if there is none.
#[inline]
fn find_row<K: Key, S, M: Default>(
    rows: &mut Rows<K, PaneRow<S, M>>,
    hash: KeyHash,
    key: K,
    create: impl FnOnce() -> S,
) -> &mut Row<K, PaneRow<S, M>> {
    let slot = match rows.find(hash, &key) {
        Ok(slot) => slot,
        Err(absent) => absent.insert(key, PaneRow { state: create(), marks: M::default() }),
    };
    slot.into_row()
}
