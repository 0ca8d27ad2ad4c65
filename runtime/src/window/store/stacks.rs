//! The states of a key in order of time, merged as two stacks.
//!
//! Windows move on: states come in at one end and go at the other, and in between the states of all
//! are wanted as one. The *front* stack has for each of its states what is merged of it and all
//! later ones of that stack; the *back* is merged as it comes. So a window is one merge of two
//! states, and one that goes takes nothing apart. When the front is used up the back becomes the
//! front: each state is merged a constant number of times (Tangwongsan, Hirzel, Schneider,
//! *Low-latency sliding-window aggregation in worst-case constant time*, 2017).

use std::collections::VecDeque;

/// States in order of time, each with its place in time.
#[derive(Debug)]
pub(super) struct Stacks<S> {
    states: VecDeque<(i64, S)>,
    /// What is merged of a state and all after it that are in the front stack; the last of them is
    /// that of the first state.
    front: Vec<S>,
    back: Option<S>,
    /// How many of the states are in one of the stacks.
    stacked: usize,
}

impl<S> Default for Stacks<S> {
    fn default() -> Self {
        Self { states: VecDeque::new(), front: Vec::new(), back: None, stacked: 0 }
    }
}

impl<S: Clone> Stacks<S> {
    /// The place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        self.states.front().map(|(place, _)| *place)
    }

    /// The state at a place, which is made if there is none.
    #[inline]
    pub(super) fn at(&mut self, place: i64, create: impl FnOnce() -> S) -> Option<&mut S> {
        let stacked = self.stacked;
        let at = match self.states.back() {
            Some((last, _)) if *last == place => self.states.len() - 1,
            Some((last, _)) if *last > place => self.find(place, create),
            _ => {
                self.states.push_back((place, create()));
                self.states.len() - 1
            }
        };
        if at < stacked {
            self.unstack();
        }
        self.states.get_mut(at).map(|(_, state)| state)
    }

    #[cold]
    fn find(&mut self, place: i64, create: impl FnOnce() -> S) -> usize {
        let at = self.states.partition_point(|(other, _)| *other < place);
        if self.states.get(at).is_none_or(|(other, _)| *other != place) {
            self.states.insert(at, (place, create()));
            if at < self.stacked {
                self.unstack();
            }
        }
        at
    }

    /// A state in the stacks has changed: they are made anew when they are needed.
    fn unstack(&mut self) {
        self.front.clear();
        self.back = None;
        self.stacked = 0;
    }

    /// Drops the states before a place.
    pub(super) fn drop_before(&mut self, place: i64, merge: impl Fn(&mut S, &S)) {
        let gone = self.states.iter().take_while(|(other, _)| *other < place).count();
        if gone == 0 {
            return;
        }
        self.states.drain(..gone);
        self.stacked = self.stacked.saturating_sub(gone);
        if gone <= self.front.len() {
            self.front.truncate(self.front.len() - gone);
            return;
        }
        self.front.clear();
        self.back = None;
        for (_, state) in self.states.iter().take(self.stacked).rev() {
            let mut merged = state.clone();
            if let Some(after) = self.front.last() {
                merge(&mut merged, after);
            }
            self.front.push(merged);
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
        for (_, state) in
            self.states.iter().skip(self.stacked).take_while(|(place, _)| *place < end)
        {
            match &mut self.back {
                Some(back) => merge(back, state),
                None => self.back = Some(state.clone()),
            }
            self.stacked += 1;
        }
        match (self.front.last(), &self.back) {
            (Some(front), Some(back)) => {
                let mut merged = front.clone();
                merge(&mut merged, back);
                Some(show(&merged))
            }
            (Some(only), None) | (None, Some(only)) => Some(show(only)),
            (None, None) => None,
        }
    }

    /// What is merged of the states from `start` on and before `end`, one after the other.
    pub(super) fn folded(&self, start: i64, end: i64, merge: impl Fn(&mut S, &S)) -> Option<S> {
        let from = self.states.partition_point(|(place, _)| *place < start);
        let mut states = self.states.iter().skip(from).take_while(|(place, _)| *place < end);
        let mut merged = states.next().map(|(_, state)| state.clone())?;
        states.for_each(|(_, state)| merge(&mut merged, state));
        Some(merged)
    }
}
