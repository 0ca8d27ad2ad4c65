//! What a key has in sliding windows.

use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::store::key_panes::KeyPanes;
use crate::window::store::merging::Merging;
use std::marker::PhantomData;

/// The panes of a key, and the firings of its windows.
pub(super) struct Slices<S, M> {
    pub(super) panes: KeyPanes<S>,
    /// Boxed, so that rows of windows that only fire on time are smaller. Of those that fire when
    /// fresh, the ones with a fresh event.
    pub(super) counts: Option<Box<CountsByEnd<M>>>,
}

/// How the panes of an accumulator are put together.
pub(super) struct Together<'a, K, T, C> {
    accumulator: &'a C,
    pane: i64,
    events: PhantomData<fn(K, T)>,
}

impl<'a, K, T, C> Together<'a, K, T, C> {
    #[inline]
    pub(super) fn of(accumulator: &'a C, pane: i64) -> Self {
        Self { accumulator, pane, events: PhantomData }
    }
}

impl<K, T, C: Accumulator<K, T>> Merging<C::State> for Together<'_, K, T, C> {
    #[inline]
    fn pane(&self) -> i64 {
        self.pane
    }

    #[inline]
    fn create(&self) -> C::State {
        self.accumulator.create()
    }

    #[inline]
    fn merge(&self, state: &mut C::State, later: &C::State) {
        self.accumulator.merge(state, later);
    }

    #[inline]
    fn subtracts(&self) -> bool {
        self.accumulator.subtracts()
    }

    #[inline]
    fn subtract(&self, state: &mut C::State, merged: &C::State) {
        self.accumulator.subtract(state, merged);
    }
}

/// What the keys have in common that fire at the same time.
pub(super) struct Due {
    pub(super) bounds: Bounds,
    /// The time of the results.
    pub(super) time: EventTime,
    /// The end of the next window.
    pub(super) next: EventTime,
    /// Panes before this are in no window any more.
    pub(super) needed: i64,
}

/// The firings of windows, in order of their ends.
pub(super) struct CountsByEnd<M>(pub(super) Vec<(EventTime, M)>);

impl<S, M> Default for Slices<S, M> {
    fn default() -> Self {
        Self { panes: KeyPanes::default(), counts: None }
    }
}

impl<S: Clone, M: Default> Slices<S, M> {
    /// Removes everything, but keeps the memory for the next key.
    pub(super) fn clear(&mut self) {
        self.panes.clear();
        self.counts = None;
    }

    /// Returns the firings of the window that ends at `end`.
    pub(super) fn counts_of(&mut self, end: EventTime) -> Option<&mut M> {
        let all = &mut self.counts.get_or_insert_with(|| Box::new(CountsByEnd(Vec::new()))).0;
        let at = all.partition_point(|(other, _)| *other < end);
        if all.get(at).is_none_or(|(other, _)| *other != end) {
            all.insert(at, (end, M::default()));
        }
        all.get_mut(at).map(|(_, counts)| counts)
    }

    /// Returns whether the window that ends at `end` has a fresh event; forgets it.
    pub(super) fn take_fresh(&mut self, end: EventTime) -> bool {
        let Some(counts) = &mut self.counts else { return false };
        let due = counts.0.partition_point(|(other, _)| *other <= end);
        counts.0.drain(..due).any(|(fresh, _)| fresh == end)
    }

    /// Returns the ends of the windows with firings or new events.
    pub(super) fn ends(&self) -> Vec<EventTime> {
        let all = self.counts.iter().flat_map(|counts| &counts.0);
        all.map(|(end, _)| *end).collect()
    }
}
