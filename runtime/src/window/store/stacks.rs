//! The states of a key in order of time, merged as two stacks.
//!
//! A sliding window adds states at its back, drops them at its front, and needs the merge of all of
//! them, without a way to subtract one. In the *front* stack, each state is stored with the merge
//! of it and all later states of that stack; the *back* stack is one running merge. A window is
//! then one merge of two states, and dropping the first state pops it. When the front is empty, the
//! back becomes the front, so each state is merged a constant number of times (Tangwongsan, Hirzel,
//! Schneider, *Low-latency sliding-window aggregation in worst-case constant time*, 2017).
//!
//! Events that are behind change states that are merged already. How far from the end they do so is
//! the *reach*: that many states stay in the back stack, which then stores what it has merged up to
//! each of them, so that only the states after a changed one are merged anew. A change further from
//! the end, in the front stack, costs a merge of all states; it also extends the reach.

use std::collections::{BTreeMap, VecDeque};

/// How far from both ends a new state may be inserted among the others at once.
const NEAR: usize = 256;

/// How many states from the end are looked at one by one.
const STEPS: usize = 4;

/// States in order of time, each with its place: the start of its pane.
#[derive(Debug)]
pub(super) struct Stacks<S> {
    others: VecDeque<Stacked<S>>,
    /// The number of others in the front stack, and in both stacks.
    front: usize,
    stacked: usize,
    back: Option<S>,
    /// How many states from the end are changed again; 0 if events arrive in order.
    reach: usize,
    /// New states far from both ends, until they are [settled](Self::settle).
    #[expect(clippy::box_collection, reason = "rows without strays are smaller without it")]
    strays: Option<Box<BTreeMap<i64, S>>>,
}

#[derive(Debug)]
struct Stacked<S> {
    place: i64,
    state: S,
    /// In the front stack: the merge of this state and all later ones there. In the back stack, if
    /// states there change: of it and all earlier ones there.
    merged: Option<S>,
}

impl<S> Default for Stacks<S> {
    fn default() -> Self {
        let (others, back, strays) = (VecDeque::new(), None, None);
        Self { others, front: 0, stacked: 0, back, reach: 0, strays }
    }
}

impl<S: Clone> Stacks<S> {
    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        (self.front, self.stacked, self.back) = (0, 0, None);
        (self.reach, self.strays) = (0, None);
        self.others.clear();
    }

    /// Iterates over the states with their places, in no particular order.
    pub(super) fn each(&self) -> impl Iterator<Item = (i64, &S)> {
        let others = self.others.iter().map(|other| (other.place, &other.state));
        let strays = self.strays.iter().flat_map(|strays| strays.iter());
        others.chain(strays.map(|(place, state)| (*place, state)))
    }

    /// Returns the place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        self.others.front().map(|first| first.place)
    }

    /// Returns the place of the last state.
    #[inline]
    pub(super) fn last(&self) -> Option<i64> {
        self.others.back().map(|last| last.place)
    }

    /// Adds a state at a place after all others.
    #[inline]
    pub(super) fn push(&mut self, place: i64, state: S) {
        self.others.push_back(Stacked { place, state, merged: None });
    }

    /// Returns the state at a place, which is created if there is none.
    pub(super) fn change(&mut self, place: i64, create: impl FnOnce() -> S) -> Option<&mut S> {
        let at = self.position(place);
        if self.others.get(at).is_none_or(|other| other.place != place) {
            let is_stray = self.strays.as_ref().is_some_and(|strays| strays.contains_key(&place));
            if is_stray || at.min(self.others.len() - at) > NEAR {
                let strays = self.strays.get_or_insert_default();
                return Some(strays.entry(place).or_insert_with(create));
            }
            self.others.insert(at, Stacked { place, state: create(), merged: None });
        }
        // A state in the stacks changes: what is merged with it is merged anew when it is needed.
        if at < self.stacked {
            self.unstack(at);
        }
        self.others.get_mut(at).map(|other| &mut other.state)
    }

    /// Returns the number of others before a place, which is probably one of the last.
    fn position(&self, place: i64) -> usize {
        let len = self.others.len();
        let later = self.others.iter().rev().take(STEPS).take_while(|other| other.place >= place);
        match later.count() {
            STEPS => self.others.partition_point(|other| other.place < place),
            later => len - later,
        }
    }

    /// Takes the states from `at` on off the stacks.
    fn unstack(&mut self, at: usize) {
        self.reach = self.reach.max(self.others.len() - at);
        if at < self.front {
            (self.front, self.stacked, self.back) = (0, 0, None);
            return;
        }
        let before = at.checked_sub(1).filter(|_| at > self.front);
        self.back = before.and_then(|before| self.others.get(before)?.merged.clone());
        self.stacked = if self.back.is_some() { at } else { self.front };
    }

    /// Puts the states that were inserted far from both ends in their places; to be called before
    /// states are merged or dropped.
    #[inline]
    pub(super) fn settle(&mut self) {
        if self.strays.is_some() {
            self.settle_strays();
        }
    }

    #[cold]
    fn settle_strays(&mut self) {
        let Some(strays) = self.strays.take() else { return };
        let Some(first) = strays.keys().next() else { return };
        let from = self.position(*first);
        if from < self.stacked {
            self.unstack(from);
        }
        let mut later = self.others.split_off(from).into_iter().peekable();
        for (place, state) in *strays {
            while let Some(other) = later.next_if(|other| other.place < place) {
                self.others.push_back(other);
            }
            self.others.push_back(Stacked { place, state, merged: None });
        }
        self.others.extend(later);
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
    }

    /// Turns the back into the front, but for the states that are changed again.
    #[cold]
    fn turn(&mut self, merge: impl Fn(&mut S, &S)) {
        let kept = self.reach.saturating_mul(2).min(self.stacked / 2);
        // Forgotten by and by, if events arrive in order again.
        self.reach /= 2;
        self.front = self.stacked - kept;
        (self.stacked, self.back) = (self.front, None);
        let mut after: Option<S> = None;
        for other in self.others.range_mut(..self.front).rev() {
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
        while let Some(other) = self.others.get_mut(self.stacked).filter(|other| other.place < end)
        {
            add(&mut self.back, &other.state, &merge);
            self.stacked += 1;
            // It may have been in the stacks before, with something else merged.
            other.merged = None;
            if self.reach > 0 {
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

    /// Iterates over the settled states from the first at or after `start`, in order.
    pub(super) fn from(&self, start: i64) -> impl Iterator<Item = (i64, &S)> {
        let from = self.others.partition_point(|other| other.place < start);
        self.others.range(from..).map(|other| (other.place, &other.state))
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
