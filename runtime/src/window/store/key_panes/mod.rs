//! The panes of a key under sliding windows.

#[cfg(test)]
mod tests;

use super::merging::Merging;
use super::stacks::Stacks;
use super::sums::Sums;

/// States in order of time, each with its place: the start of its pane.
///
/// Nearly all events are added to the last state, which is stored apart from the others: finding it
/// does not touch them. They may be a day's worth of panes, and are seldom in the cache.
#[derive(Debug)]
#[repr(C)]
pub(super) struct KeyPanes<S> {
    last: Option<(i64, S)>,
    earlier: Earlier<S>,
}

/// The states before the last one.
#[derive(Debug)]
enum Earlier<S> {
    /// There has been none yet.
    Nothing,
    /// Of an aggregate that subtracts.
    Summed(Sums<S>),
    Stacked(Stacks<S>),
}

impl<S> Default for KeyPanes<S> {
    fn default() -> Self {
        Self { last: None, earlier: Earlier::Nothing }
    }
}

impl<S: Clone> Earlier<S> {
    /// Adds a state at a place after all others.
    #[inline(always)]
    fn push(&mut self, (place, state): (i64, S), merging: &impl Merging<S>) {
        match self {
            Self::Nothing => self.begin((place, state), merging),
            Self::Summed(sums) => sums.push(place, state),
            Self::Stacked(stacks) => stacks.push(place, state),
        }
    }

    /// Adds the first state.
    #[cold]
    fn begin(&mut self, (place, state): (i64, S), merging: &impl Merging<S>) {
        if merging.subtracts() {
            let mut sums = Sums::of(merging.pane());
            sums.push(place, state);
            *self = Self::Summed(sums);
        } else {
            let mut stacks = Stacks::default();
            stacks.push(place, state);
            *self = Self::Stacked(stacks);
        }
    }

    /// Returns the place of the last state.
    #[inline]
    fn last(&self) -> Option<i64> {
        match self {
            Self::Nothing => None,
            Self::Summed(sums) => sums.line().last(),
            Self::Stacked(stacks) => stacks.last(),
        }
    }
}

impl<S: Clone> KeyPanes<S> {
    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        self.last = None;
        match &mut self.earlier {
            Earlier::Nothing => {}
            Earlier::Summed(sums) => sums.clear(),
            Earlier::Stacked(stacks) => stacks.clear(),
        }
    }

    /// Iterates over the states with their places, in no particular order.
    pub(super) fn each(&self) -> impl Iterator<Item = (i64, &S)> {
        let (summed, stacked) = match &self.earlier {
            Earlier::Nothing => (None, None),
            Earlier::Summed(sums) => (Some(sums.line().each()), None),
            Earlier::Stacked(stacks) => (None, Some(stacks.each())),
        };
        let last = self.last.iter().map(|(place, state)| (*place, state));
        summed.into_iter().flatten().chain(stacked.into_iter().flatten()).chain(last)
    }

    /// Returns the place of the first state.
    #[inline]
    pub(super) fn first(&self) -> Option<i64> {
        let first = match &self.earlier {
            Earlier::Nothing => None,
            Earlier::Summed(sums) => sums.line().first(),
            Earlier::Stacked(stacks) => stacks.first(),
        };
        first.or_else(|| self.last.as_ref().map(|(place, _)| *place))
    }

    /// Returns the last state if it is the one at a place.
    #[inline(always)]
    pub(super) fn last_at(&mut self, place: i64) -> Option<&mut S> {
        match &mut self.last {
            Some((last, state)) if *last == place => Some(state),
            _ => None,
        }
    }

    /// Returns the last state, or the one that was changed last, if it is the one at a place.
    #[inline(always)]
    pub(super) fn present_at(&mut self, place: i64) -> Option<&mut S> {
        match (&mut self.last, &mut self.earlier) {
            (Some((last, state)), _) if *last == place => Some(state),
            (_, Earlier::Summed(sums)) => sums.changing_at(place),
            _ => None,
        }
    }

    /// Returns the state at a place, which is created if there is none.
    pub(super) fn at(&mut self, place: i64, merging: &impl Merging<S>) -> Option<&mut S> {
        match &self.last {
            Some((last, _)) if *last == place => return self.last_at(place),
            Some((last, _)) if *last > place => return self.before_last(place, merging),
            None if self.earlier.last().is_some_and(|last| last >= place) => {
                return self.before_last(place, merging);
            }
            _ => {
                if let Some(last) = self.last.replace((place, merging.create())) {
                    self.earlier.push(last, merging);
                }
            }
        }
        self.last.as_mut().map(|(_, state)| state)
    }

    /// Does the same for a place before the last one.
    #[inline]
    fn before_last(&mut self, place: i64, merging: &impl Merging<S>) -> Option<&mut S> {
        if let Earlier::Nothing = self.earlier {
            self.earlier.begin((place, merging.create()), merging);
        }
        match &mut self.earlier {
            Earlier::Nothing => None,
            Earlier::Summed(sums) => sums.change(place, merging),
            Earlier::Stacked(stacks) => stacks.change(place, || merging.create()),
        }
    }

    /// Puts the states that were inserted far from both ends in their places; to be called before
    /// states are merged or dropped.
    #[inline]
    pub(super) fn settle(&mut self, merging: &impl Merging<S>) {
        match &mut self.earlier {
            Earlier::Nothing => {}
            Earlier::Summed(sums) => sums.settle(merging),
            Earlier::Stacked(stacks) => stacks.settle(),
        }
    }

    /// Drops the states before a place.
    #[inline]
    pub(super) fn drop_before(&mut self, place: i64, merging: &impl Merging<S>) {
        match &mut self.earlier {
            Earlier::Nothing => {}
            Earlier::Summed(sums) => sums.drop_before(place, merging),
            Earlier::Stacked(stacks) => {
                stacks.drop_before(place, |state, later| merging.merge(state, later));
            }
        }
        if self.last.as_ref().is_some_and(|(last, _)| *last < place) {
            self.last = None;
        }
    }

    /// Calls `show` with the merge of all states before `end`, if there are any; drops those before
    /// `needed`, and returns the place of the first one that is left.
    #[inline]
    pub(super) fn slide<R>(
        &mut self,
        (end, needed): (i64, i64),
        merging: &impl Merging<S>,
        show: impl FnOnce(&S) -> R,
    ) -> (Option<R>, Option<i64>) {
        match &mut self.earlier {
            Earlier::Summed(sums) if merging.subtracts() => {
                sums.settle(merging);
                if let Some(due) = self.last.take_if(|(place, _)| *place < end) {
                    sums.push_due(due, merging);
                }
                let shown = sums.merged(end, merging, show);
                sums.drop_before(needed, merging);
                let first = sums.line().first();
                (shown, first.or_else(|| self.last.as_ref().map(|(place, _)| *place)))
            }
            _ => {
                self.settle(merging);
                let shown = self.merged(end, merging, show);
                self.drop_before(needed, merging);
                (shown, self.first())
            }
        }
    }

    /// Calls `show` with the merge of all states before `end`, if there are any.
    fn merged<R>(
        &mut self,
        end: i64,
        merging: &impl Merging<S>,
        show: impl FnOnce(&S) -> R,
    ) -> Option<R> {
        if let Some(due) = self.last.take_if(|(place, _)| *place < end) {
            self.earlier.push(due, merging);
        }
        match &mut self.earlier {
            Earlier::Nothing => None,
            Earlier::Summed(sums) => sums.merged(end, merging, show),
            Earlier::Stacked(stacks) => {
                stacks.merged(end, |state, later| merging.merge(state, later), show)
            }
        }
    }

    /// Merges the states from `start`, inclusive, to `end`, exclusive, one by one.
    pub(super) fn folded(&self, start: i64, end: i64, merging: &impl Merging<S>) -> Option<S> {
        let (summed, stacked) = match &self.earlier {
            Earlier::Nothing => (None, None),
            Earlier::Summed(sums) => (Some(sums.line().from(start)), None),
            Earlier::Stacked(stacks) => (None, Some(stacks.from(start))),
        };
        let last = self.last.iter().map(|(place, state)| (*place, state));
        let within = |(place, _): &(i64, &S)| start <= *place && *place < end;
        let all = summed.into_iter().flatten().chain(stacked.into_iter().flatten()).chain(last);
        let mut states = all.filter(within).map(|(_, state)| state);
        let mut merged = states.next().cloned()?;
        states.for_each(|state| merging.merge(&mut merged, state));
        Some(merged)
    }
}
