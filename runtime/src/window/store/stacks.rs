//! The states of a key in order of time, merged as two stacks.
//!
//! A sliding window adds states at its back, drops them at its front, and needs the merge of all of
//! them, without a way to subtract one. In the *front* stack, each state is stored with the merge
//! of it and all later states of that stack; the *back* stack is one running merge. A window is
//! then one merge of two states, and dropping the first state pops it. When the front is empty, the
//! back becomes the front, so each state is merged a constant number of times (Tangwongsan, Hirzel,
//! Schneider, *Low-latency sliding-window aggregation in worst-case constant time*, 2017).
//!
//! Every [`CHECKPOINT`] states the back stack stores what it has merged so far. If an event that
//! is a little behind changes a state, only those after the last such place are merged anew.

use std::collections::VecDeque;

/// How many states apart checkpoints of the back stack are.
const CHECKPOINT: usize = 16;

/// States in order of time, each with its place: the start of its pane.
///
/// Nearly all events are added to the last state, which is stored apart from the others: finding it
/// does not touch them. They may be a day's worth of panes, and are seldom in the cache.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Stacks<S> {
    last: Option<(i64, S)>,
    others: VecDeque<Stacked<S>>,
    /// The number of others in the front stack, and in both stacks.
    front: usize,
    stacked: usize,
    back: Option<S>,
}

#[derive(Debug)]
struct Stacked<S> {
    place: i64,
    state: S,
    /// In the front stack: the merge of this state and all later ones there. In the back stack, if
    /// it is a checkpoint: of it and all earlier ones there.
    merged: Option<S>,
}

impl<S> Default for Stacks<S> {
    fn default() -> Self {
        Self { last: None, others: VecDeque::new(), front: 0, stacked: 0, back: None }
    }
}

impl<S: Clone> Stacks<S> {
    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        (self.last, self.front, self.stacked, self.back) = (None, 0, 0, None);
        self.others.clear();
    }

    /// Returns the place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        match self.others.front() {
            Some(first) => Some(first.place),
            None => self.last.as_ref().map(|(place, _)| *place),
        }
    }

    /// Returns the state at a place, which is created if there is none.
    #[inline]
    pub(super) fn at(&mut self, place: i64, create: impl FnOnce() -> S) -> Option<&mut S> {
        match &self.last {
            Some((last, _)) if *last == place => {}
            Some((last, _)) if *last > place => return self.before_last(place, create),
            None if self.others.back().is_some_and(|other| other.place >= place) => {
                return self.before_last(place, create);
            }
            _ => {
                if let Some((place, state)) = self.last.replace((place, create())) {
                    self.others.push_back(Stacked { place, state, merged: None });
                }
            }
        }
        self.last.as_mut().map(|(_, state)| state)
    }

    /// Does the same for a place before the last one.
    #[cold]
    fn before_last(&mut self, place: i64, create: impl FnOnce() -> S) -> Option<&mut S> {
        let at = self.others.partition_point(|other| other.place < place);
        if self.others.get(at).is_none_or(|other| other.place != place) {
            self.others.insert(at, Stacked { place, state: create(), merged: None });
        }
        // A state in the stacks changes: what is merged with it is merged anew when it is needed.
        if at < self.stacked {
            self.unstack(at);
        }
        self.others.get_mut(at).map(|other| &mut other.state)
    }

    /// Takes the states from `at` on off the stacks, and those before it up to a checkpoint.
    fn unstack(&mut self, at: usize) {
        if at < self.front {
            (self.front, self.stacked, self.back) = (0, 0, None);
            return;
        }
        let mut before = self.others.range(self.front..at);
        let checkpoint = before.rposition(|other| other.merged.is_some());
        let checkpoint = checkpoint.map(|checkpoint| self.front + checkpoint);
        self.stacked = checkpoint.map_or(self.front, |checkpoint| checkpoint + 1);
        let merged = checkpoint.and_then(|checkpoint| self.others.get(checkpoint));
        self.back = merged.and_then(|other| other.merged.clone());
    }

    /// Drops the states before a place.
    #[inline]
    pub(super) fn drop_before(&mut self, place: i64, merge: impl Fn(&mut S, &S)) {
        let mut is_used_up = false;
        while self.others.front().is_some_and(|other| other.place < place) {
            self.others.pop_front();
            is_used_up |= self.front == 0 && self.stacked > 0;
            self.front = self.front.saturating_sub(1);
            self.stacked = self.stacked.saturating_sub(1);
        }
        if is_used_up {
            self.turn(merge);
        }
        if self.last.as_ref().is_some_and(|(last, _)| *last < place) {
            self.last = None;
        }
    }

    /// Turns the back into the front.
    #[cold]
    fn turn(&mut self, merge: impl Fn(&mut S, &S)) {
        (self.front, self.back) = (self.stacked, None);
        let mut after: Option<S> = None;
        for other in self.others.range_mut(..self.stacked).rev() {
            let mut merged = other.state.clone();
            if let Some(after) = &after {
                merge(&mut merged, after);
            }
            after = Some(merged.clone());
            other.merged = Some(merged);
        }
    }

    /// Adds the states before `end` to the back.
    #[inline]
    fn stack(&mut self, end: i64, merge: impl Fn(&mut S, &S)) {
        if let Some((place, state)) = self.last.take_if(|(place, _)| *place < end) {
            self.others.push_back(Stacked { place, state, merged: None });
        }
        while let Some(other) = self.others.get_mut(self.stacked).filter(|other| other.place < end)
        {
            add(&mut self.back, &other.state, &merge);
            self.stacked += 1;
            // It may have been in the stacks before, with something else merged.
            other.merged = None;
            if self.stacked.is_multiple_of(CHECKPOINT) {
                other.merged.clone_from(&self.back);
            }
        }
    }

    /// Calls `show` with the merge of all states before `end`, if there are any.
    #[inline]
    pub(super) fn merged<R>(
        &mut self,
        end: i64,
        merge: impl Fn(&mut S, &S),
        show: impl FnOnce(&S) -> R,
    ) -> Option<R> {
        self.stack(end, &merge);
        let front = match self.front {
            0 => None,
            _ => self.others.front().and_then(|first| first.merged.as_ref()),
        };
        both(front, self.back.as_ref(), merge, |state| state.map(show))
    }

    /// Merges the states from `start`, inclusive, to `end`, exclusive, one by one.
    pub(super) fn folded(&self, start: i64, end: i64, merge: impl Fn(&mut S, &S)) -> Option<S> {
        let from = self.others.partition_point(|other| other.place < start);
        let others = self.others.iter().skip(from).map(|other| (other.place, &other.state));
        let last = self.last.iter().map(|(place, state)| (*place, state));
        let within = |(place, _): &(i64, &S)| start <= *place && *place < end;
        let mut states = others.chain(last).filter(within).map(|(_, state)| state);
        let mut merged = states.next().cloned()?;
        states.for_each(|state| merge(&mut merged, state));
        Some(merged)
    }
}

/// Adds a state to the back.
#[inline]
pub(super) fn add<S: Clone>(back: &mut Option<S>, state: &S, merge: impl Fn(&mut S, &S)) {
    match back {
        Some(back) => merge(back, state),
        None => *back = Some(state.clone()),
    }
}

/// Calls `show` with the merge of front and back, or with `None` if both are empty.
#[inline]
pub(super) fn both<S: Clone, R>(
    front: Option<&S>,
    back: Option<&S>,
    merge: impl Fn(&mut S, &S),
    show: impl FnOnce(Option<&S>) -> R,
) -> R {
    match (front, back) {
        (Some(front), Some(back)) => {
            let mut merged = front.clone();
            merge(&mut merged, back);
            show(Some(&merged))
        }
        (only, None) | (None, only) => show(only),
    }
}
