//! The states of a key's panes, side by side in order of time.
//!
//! A key that has events in most panes has a state in each: their places follow from the first one,
//! so they are not stored. Only where a pane is missing does a new *run* of adjacent panes begin.
//! An hour of counts by the second takes 8 bytes a pane.

use std::collections::{BTreeMap, VecDeque};

/// How far from both ends a new state may be inserted among the others at once.
const NEAR: usize = 256;

/// States in order of time, each with its place: the start of its pane.
#[derive(Debug)]
pub(super) struct PaneLine<S> {
    /// The length of a pane.
    pane: i64,
    states: VecDeque<S>,
    /// The first states; not empty if there are any.
    head: PaneRun,
    /// The last ones. It begins where the head ends if nothing is missing.
    tail: PaneRun,
    /// The runs between head and tail, none of them empty. If there are any, nor is the tail.
    #[expect(clippy::box_collection, reason = "rows with one run are smaller without it")]
    middle: Option<Box<VecDeque<PaneRun>>>,
    /// New states far from both ends, until they are [settled](PaneLine::settle).
    #[expect(clippy::box_collection, reason = "rows without strays are smaller without it")]
    strays: Option<Box<BTreeMap<i64, S>>>,
}

/// Panes that are adjacent: from the start of the first to the end of the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct PaneRun {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// Where the state of a place is.
pub(super) enum Sought {
    /// At this position.
    At(usize),
    /// Nowhere; it would be at this position.
    Missing(usize),
}

/// What came of a place before the end.
pub(super) enum Inserted {
    /// It has a state at this position now.
    At(usize),
    /// It has a [stray](PaneLine::stray).
    Stray,
}

impl PaneRun {
    pub(super) const NOTHING: Self = Self { start: 0, end: 0 };

    pub(super) fn one(place: i64, pane: i64) -> Self {
        Self { start: place, end: place.saturating_add(pane) }
    }

    /// The number of its panes. The last one is shorter at the end of all time.
    #[inline]
    fn len(self, pane: i64) -> usize {
        let (length, short) = (self.end.saturating_sub(self.start), pane - 1);
        usize::try_from(length.saturating_add(short) / pane).unwrap_or(0)
    }

    /// The place of one of its panes.
    fn place(self, at: usize, pane: i64) -> i64 {
        let steps = i64::try_from(at).unwrap_or(i64::MAX);
        self.start.saturating_add(pane.saturating_mul(steps))
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

impl<S> PaneLine<S> {
    /// Creates an empty line of panes of this length.
    pub(super) fn of(pane: i64) -> Self {
        let (head, tail) = (PaneRun::NOTHING, PaneRun::NOTHING);
        Self { pane, states: VecDeque::new(), head, tail, middle: None, strays: None }
    }

    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        self.states.clear();
        self.strays = None;
        if let Some(middle) = &mut self.middle {
            middle.clear();
        }
    }

    /// Returns the length of a pane.
    #[inline]
    pub(super) fn pane(&self) -> i64 {
        self.pane
    }

    /// Returns the number of states, strays not included.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// Returns the place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        if self.states.is_empty() { None } else { Some(self.head.start) }
    }

    /// Returns the place of the last state.
    #[inline]
    pub(super) fn last(&self) -> Option<i64> {
        let end = if self.tail.is_empty() { self.head.end } else { self.tail.end };
        if self.states.is_empty() { None } else { Some(end.saturating_sub(self.pane)) }
    }

    /// Returns the state at a position.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&S> {
        self.states.get(at)
    }

    /// Returns the state at a position.
    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut S> {
        self.states.get_mut(at)
    }

    /// Adds a state at a place after all others.
    #[inline]
    pub(super) fn push(&mut self, place: i64, state: S) {
        if place == self.tail.end && !self.states.is_empty() {
            self.tail.end = place.saturating_add(self.pane);
        } else {
            self.begin_run(place);
        }
        self.states.push_back(state);
    }

    #[cold]
    fn begin_run(&mut self, place: i64) {
        let run = PaneRun::one(place, self.pane);
        if self.states.is_empty() {
            (self.head, self.tail) = (run, PaneRun { start: run.end, end: run.end });
            return;
        }
        if !self.tail.is_empty() {
            let tail = self.tail;
            self.middle.get_or_insert_default().push_back(tail);
        }
        self.tail = run;
    }

    /// Removes the first state if it is before a place.
    #[inline]
    pub(super) fn pop_before(&mut self, place: i64) -> Option<S> {
        if self.head.start >= place {
            return None;
        }
        let state = self.states.pop_front()?;
        self.head.start = self.head.start.saturating_add(self.pane);
        if self.head.is_empty() {
            self.next_run();
        }
        Some(state)
    }

    #[cold]
    fn next_run(&mut self) {
        let middle = self.middle.as_mut().and_then(|middle| middle.pop_front());
        self.head = middle.unwrap_or_else(|| {
            let end = self.tail.end;
            std::mem::replace(&mut self.tail, PaneRun { start: end, end })
        });
    }

    /// Iterates over the runs, in order.
    fn runs(&self) -> impl DoubleEndedIterator<Item = PaneRun> {
        let middle = self.middle.iter().flat_map(|middle| middle.iter());
        let runs = [self.head].into_iter().chain(middle.copied()).chain([self.tail]);
        let is_empty = self.states.is_empty();
        runs.filter(move |run| !is_empty && !run.is_empty())
    }

    /// Iterates over the settled states from a position on, in order.
    fn states_from(&self, from: usize) -> impl Iterator<Item = (i64, &S)> {
        let (pane, mut skip) = (self.pane, from);
        let places = self.runs().flat_map(move |run| {
            let skipped = skip.min(run.len(pane));
            skip -= skipped;
            (skipped..run.len(pane)).map(move |at| run.place(at, pane))
        });
        places.zip(self.states.iter().skip(from))
    }

    /// Iterates over all states with their places, in no particular order.
    pub(super) fn each(&self) -> impl Iterator<Item = (i64, &S)> {
        let strays = self.strays.iter().flat_map(|strays| strays.iter());
        self.states_from(0).chain(strays.map(|(place, state)| (*place, state)))
    }

    /// Iterates over the settled states from the first at or after `start`, in order.
    pub(super) fn from(&self, start: i64) -> impl Iterator<Item = (i64, &S)> {
        let (Sought::At(from) | Sought::Missing(from)) = self.find(start);
        self.states_from(from)
    }

    /// Returns the run of the state at a position from there on; it is probably one of the last.
    #[cold]
    pub(super) fn run_from(&self, at: usize) -> Option<PaneRun> {
        let mut from_end = self.states.len().checked_sub(at).filter(|from_end| *from_end > 0)?;
        for run in self.runs().rev() {
            let len = run.len(self.pane);
            if from_end <= len {
                return Some(PaneRun { start: run.place(len - from_end, self.pane), ..run });
            }
            from_end -= len;
        }
        None
    }

    /// Returns where the state of a place is, which is probably in the last run.
    #[inline]
    pub(super) fn find(&self, place: i64) -> Sought {
        let last = if self.tail.is_empty() { self.head } else { self.tail };
        if last.start <= place && place < last.end {
            let from_end = PaneRun { start: place, ..last }.len(self.pane);
            return Sought::At(self.states.len().saturating_sub(from_end));
        }
        self.find_in_runs(place)
    }

    #[cold]
    fn find_in_runs(&self, place: i64) -> Sought {
        let mut before = self.states.len();
        for run in self.runs().rev() {
            if place >= run.end {
                break;
            }
            before = before.saturating_sub(run.len(self.pane));
            if place >= run.start {
                let panes = place.saturating_sub(run.start) / self.pane;
                return Sought::At(before + usize::try_from(panes).unwrap_or(0));
            }
        }
        Sought::Missing(before)
    }

    /// Inserts a state at a place that is [missing](Sought::Missing) at this position, unless one
    /// is there that is not settled.
    pub(super) fn insert(
        &mut self,
        (place, at): (i64, usize),
        create: impl FnOnce() -> S,
    ) -> Inserted {
        if at == self.states.len() {
            self.push(place, create());
            return Inserted::At(at);
        }
        let is_stray = self.strays.as_ref().is_some_and(|strays| strays.contains_key(&place));
        if is_stray || at.min(self.states.len() - at) > NEAR {
            self.strays.get_or_insert_default().entry(place).or_insert_with(create);
            return Inserted::Stray;
        }
        self.insert_run(PaneRun::one(place, self.pane));
        self.states.insert(at, create());
        Inserted::At(at)
    }

    /// Returns the state at a place that waits to be settled.
    pub(super) fn stray(&mut self, place: i64) -> Option<&mut S> {
        self.strays.as_mut()?.get_mut(&place)
    }

    /// Inserts a pane before the end: into a run that it is adjacent to, or as one of its own.
    fn insert_run(&mut self, pane: PaneRun) {
        let Self { head, tail, middle, .. } = self;
        if pane.end == head.start {
            head.start = pane.start;
            return;
        }
        if pane.start < head.start {
            let first = std::mem::replace(head, pane);
            if tail.is_empty() {
                *tail = first;
            } else {
                middle.get_or_insert_default().push_front(first);
            }
            return;
        }
        let middle = middle.get_or_insert_default();
        let at = middle.partition_point(|run| run.start < pane.start);
        let before = match at.checked_sub(1) {
            Some(at) => middle.get_mut(at).unwrap_or(head),
            None => head,
        };
        if before.end == pane.start {
            before.end = pane.end;
            return;
        }
        let after = middle.get_mut(at).unwrap_or(tail);
        if pane.end == after.start {
            after.start = pane.start;
        } else {
            middle.insert(at, pane);
        }
    }

    /// Puts the states that were inserted far from both ends in their places; to be called before
    /// states are merged or dropped. Calls `visit` with each of their positions.
    #[inline]
    pub(super) fn settle(&mut self, visit: impl FnMut(usize, &S)) {
        if self.strays.is_some() {
            self.settle_strays(visit);
        }
    }

    #[cold]
    fn settle_strays(&mut self, mut visit: impl FnMut(usize, &S)) {
        let Some(strays) = self.strays.take() else { return };
        let Some(first) = strays.keys().next() else { return };
        let (Sought::At(from) | Sought::Missing(from)) = self.find(*first);
        let places: Vec<i64> = self.states_from(from).map(|(place, _)| place).collect();
        let later = self.states.split_off(from);
        self.truncate_runs(*first);
        let mut later = places.into_iter().zip(later).peekable();
        for (place, state) in *strays {
            while let Some((place, state)) = later.next_if(|(other, _)| *other < place) {
                self.push(place, state);
            }
            visit(self.states.len(), &state);
            self.push(place, state);
        }
        later.for_each(|(place, state)| self.push(place, state));
    }

    /// Cuts the runs off at the place of a pane that is in none of them.
    fn truncate_runs(&mut self, place: i64) {
        while self.tail.start >= place && !self.tail.is_empty() {
            let middle = self.middle.as_mut().and_then(|middle| middle.pop_back());
            let end = self.head.end;
            self.tail = middle.unwrap_or(PaneRun { start: end, end });
        }
    }
}
