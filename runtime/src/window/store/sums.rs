//! The states of a key in order of time, and the sum of them: for aggregates that subtract.
//!
//! A sliding window adds states at its back and drops them at its front. If a state can be taken
//! out of a merge again, one running sum is enough: a window costs a merge and a subtraction,
//! and no state is stored twice.
//!
//! Events that are behind change a state that is in the sum already. It is taken out of the sum
//! while it changes, and put back when the sum is needed.

use super::line::{Inserted, PaneLine, PaneRun, Sought};
use super::merging::Merging;
use super::stacks::add;

/// States in order of time, each with its place: the start of its pane.
#[derive(Debug)]
pub(super) struct Sums<S> {
    line: PaneLine<S>,
    /// The merge of the first states, without the one that changes; `None` if there are none.
    sum: Option<S>,
    /// How many they are.
    summed: usize,
    /// The run of the first state that is not in the sum, from there on, if it is known.
    next: PaneRun,
    /// Which of them changes: its place and its position.
    changing: Option<(i64, usize)>,
}

impl<S: Clone> Sums<S> {
    /// Creates an empty sum of panes of this length.
    pub(super) fn of(pane: i64) -> Self {
        Self {
            line: PaneLine::of(pane),
            sum: None,
            summed: 0,
            next: PaneRun::NOTHING,
            changing: None,
        }
    }

    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        (self.sum, self.summed, self.changing) = (None, 0, None);
        self.next = PaneRun::NOTHING;
        self.line.clear();
    }

    /// The states with their places.
    pub(super) fn line(&self) -> &PaneLine<S> {
        &self.line
    }

    /// Adds a state at a place after all others.
    #[inline]
    pub(super) fn push(&mut self, place: i64, state: S) {
        if self.summed == self.line.len() {
            self.next = PaneRun::one(place, self.line.pane());
        } else if self.next.end == place && !self.next.is_empty() {
            self.next.end = place.saturating_add(self.line.pane());
        }
        self.line.push(place, state);
    }

    /// Does the same if the next window contains it: it is summed at once, unless others before it
    /// are not.
    #[inline]
    pub(super) fn push_due(&mut self, (place, state): (i64, S), merging: &impl Merging<S>) {
        if self.summed < self.line.len() {
            return self.push(place, state);
        }
        add(&mut self.sum, &state, |sum, state| merging.merge(sum, state));
        self.summed += 1;
        self.line.push(place, state);
    }

    /// Returns the state that changes, if it is the one at a place.
    #[inline]
    pub(super) fn changing_at(&mut self, place: i64) -> Option<&mut S> {
        let at = self.position_of_changing(place)?;
        self.line.get_mut(at)
    }

    /// Returns the position of the state that changes, if it is the one at a place.
    #[inline]
    fn position_of_changing(&self, place: i64) -> Option<usize> {
        self.changing.filter(|(changing, _)| *changing == place).map(|(_, at)| at)
    }

    /// Returns the state at a place before the last one, which is created if there is none.
    pub(super) fn change(&mut self, place: i64, merging: &impl Merging<S>) -> Option<&mut S> {
        if let Some(at) = self.position_of_changing(place) {
            return self.line.get_mut(at);
        }
        let at = match self.line.find(place) {
            Sought::At(at) => {
                if at < self.summed {
                    self.put_back(merging);
                    if let (Some(sum), Some(state)) = (&mut self.sum, self.line.get(at)) {
                        merging.subtract(sum, state);
                    }
                    self.changing = Some((place, at));
                }
                at
            }
            Sought::Missing(at) => {
                self.put_back(merging);
                self.next = PaneRun::NOTHING;
                match self.line.insert((place, at), || merging.create()) {
                    Inserted::Stray => return self.line.stray(place),
                    Inserted::At(at) => {
                        if at < self.summed {
                            self.summed += 1;
                            self.changing = Some((place, at));
                        }
                        at
                    }
                }
            }
        };
        self.line.get_mut(at)
    }

    /// Puts the state that has changed back into the sum.
    #[inline]
    fn put_back(&mut self, merging: &impl Merging<S>) {
        if let Some((_, at)) = self.changing.take()
            && let (Some(sum), Some(state)) = (&mut self.sum, self.line.get(at))
        {
            merging.merge(sum, state);
        }
    }

    /// Puts the states that were inserted far from both ends in their places; to be called before
    /// states are merged or dropped.
    #[inline]
    pub(super) fn settle(&mut self, merging: &impl Merging<S>) {
        self.put_back(merging);
        let Self { line, sum, summed, next, .. } = self;
        line.settle(|at, state| {
            *next = PaneRun::NOTHING;
            if let Some(sum) = sum.as_mut().filter(|_| at < *summed) {
                merging.merge(sum, state);
                *summed += 1;
            }
        });
    }

    /// Drops the states before a place.
    #[inline]
    pub(super) fn drop_before(&mut self, place: i64, merging: &impl Merging<S>) {
        while let Some(state) = self.line.pop_before(place) {
            match &mut self.sum {
                Some(sum) => {
                    merging.subtract(sum, &state);
                    self.summed -= 1;
                    if self.summed == 0 {
                        self.sum = None;
                    }
                }
                None => self.next = PaneRun::NOTHING,
            }
        }
    }

    /// Calls `show` with the merge of all states before `end`, if there are any.
    #[inline]
    pub(super) fn merged<R>(
        &mut self,
        end: i64,
        merging: &impl Merging<S>,
        show: impl FnOnce(&S) -> R,
    ) -> Option<R> {
        while self.summed < self.line.len() {
            if self.next.is_empty() {
                let Some(next) = self.line.run_from(self.summed) else { break };
                self.next = next;
            }
            let Some(state) = self.line.get(self.summed).filter(|_| self.next.start < end) else {
                break;
            };
            add(&mut self.sum, state, |sum, state| merging.merge(sum, state));
            self.summed += 1;
            self.next.start = self.next.start.saturating_add(self.line.pane());
        }
        self.sum.as_ref().map(show)
    }
}
