//! The states of a key in order of time, merged as two stacks.
//!
//! Windows move on: states come in at one end and go at the other, and in between the states of all
//! are wanted as one. In the *front* each state has beside it what is merged of it and all after it
//! there; the *back* is merged as it comes. So a window is one merge of two states, and one that
//! goes takes nothing apart. When the front is used up the back becomes the front: each state is
//! merged a constant number of times (Tangwongsan, Hirzel, Schneider, *Low-latency sliding-window
//! aggregation in worst-case constant time*, 2017).

use std::collections::VecDeque;

/// States in order of time, each with its place in time.
///
/// The last one, to which nearly all events are added, lies apart from the others: it is found
/// without looking at them. They are a day's worth of panes, and seldom in the cache.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Stacks<S> {
    last: Option<(i64, S)>,
    others: VecDeque<Stacked<S>>,
    /// How many of the others are in the front, and in the front or the back.
    front: usize,
    stacked: usize,
    back: Option<S>,
}

#[derive(Debug)]
struct Stacked<S> {
    place: i64,
    state: S,
    /// In the front: what is merged of this state and all after it there.
    merged: Option<S>,
}

impl<S> Default for Stacks<S> {
    fn default() -> Self {
        Self { last: None, others: VecDeque::new(), front: 0, stacked: 0, back: None }
    }
}

impl<S: Clone> Stacks<S> {
    /// Forgets all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        (self.last, self.front, self.stacked, self.back) = (None, 0, 0, None);
        self.others.clear();
    }

    /// The place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        match self.others.front() {
            Some(first) => Some(first.place),
            None => self.last.as_ref().map(|(place, _)| *place),
        }
    }

    /// The state at a place, which is made if there is none.
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

    /// The same for a place before the last one.
    #[cold]
    fn before_last(&mut self, place: i64, create: impl FnOnce() -> S) -> Option<&mut S> {
        let at = self.others.partition_point(|other| other.place < place);
        if self.others.get(at).is_none_or(|other| other.place != place) {
            self.others.insert(at, Stacked { place, state: create(), merged: None });
        }
        // A state in the stacks changes: they are made anew when they are needed.
        if at < self.stacked {
            (self.front, self.stacked, self.back) = (0, 0, None);
        }
        self.others.get_mut(at).map(|other| &mut other.state)
    }

    /// Drops the states before a place.
    #[inline]
    pub(super) fn drop_before(&mut self, place: i64, merge: impl Fn(&mut S, &S)) {
        let mut turns = false;
        while self.others.front().is_some_and(|other| other.place < place) {
            self.others.pop_front();
            turns |= self.front == 0 && self.stacked > 0;
            self.front = self.front.saturating_sub(1);
            self.stacked = self.stacked.saturating_sub(1);
        }
        if turns {
            self.turn(merge);
        }
        if self.last.as_ref().is_some_and(|(last, _)| *last < place) {
            self.last = None;
        }
    }

    /// The back becomes the front.
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
        while let Some(other) = self.others.get(self.stacked).filter(|other| other.place < end) {
            add(&mut self.back, &other.state, &merge);
            self.stacked += 1;
        }
    }

    /// Shows what is merged of all states before `end`, if there are any.
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

    /// What is merged of the states from `start` on and before `end`, one after the other.
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

/// Shows what is merged of front and back, if there are any.
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
