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
        let (last, others, back, strays) = (None, VecDeque::new(), None, None);
        Self { last, others, front: 0, stacked: 0, back, reach: 0, strays }
    }
}

impl<S: Clone> Stacks<S> {
    /// Removes all states, but keeps the memory.
    pub(super) fn clear(&mut self) {
        (self.last, self.front, self.stacked, self.back) = (None, 0, 0, None);
        (self.reach, self.strays) = (0, None);
        self.others.clear();
    }

    /// Iterates over the states with their places, in no particular order.
    pub(super) fn each(&self) -> impl Iterator<Item = (i64, &S)> {
        let others = self.others.iter().map(|other| (other.place, &other.state));
        let strays = self.strays.iter().flat_map(|strays| strays.iter());
        let last = self.last.iter().map(|(place, state)| (*place, state));
        others.chain(strays.map(|(place, state)| (*place, state))).chain(last)
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
        if self.last.as_ref().is_some_and(|(last, _)| *last < place) {
            self.last = None;
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
        if let Some((place, state)) = self.last.take_if(|(place, _)| *place < end) {
            self.others.push_back(Stacked { place, state, merged: None });
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Lists of numbers are merged by being appended, so that their order shows.
    type List = Vec<u64>;

    fn merge(list: &mut List, later: &List) {
        list.extend(later);
    }

    /// A window of `panes` states slides, and each event is up to `behind` states from the end.
    fn slides(panes: i64, behind: impl Fn(u64) -> i64, per_pane: u64) {
        let mut stacks: Stacks<List> = Stacks::default();
        let mut expected: BTreeMap<i64, List> = BTreeMap::new();
        let mut seed = 5_u64;
        for end in 0..2_000_i64 {
            for event in 0..per_pane {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let place = (end - behind(seed >> 33)).max((end - panes + 1).max(0));
                stacks.at(place, List::new).unwrap().push(event);
                expected.entry(place).or_default().push(event);
            }
            stacks.settle();
            let all: List = expected.range(..=end).flat_map(|(_, list)| list.clone()).collect();
            let found = stacks.merged(end + 1, merge, List::clone).unwrap_or_default();
            assert_eq!(found, all, "the window that ends at {end}");
            let from = end - panes / 2;
            let half: List =
                expected.range(from..=end).flat_map(|(_, list)| list.clone()).collect();
            assert_eq!(stacks.folded(from, end + 1, merge).unwrap_or_default(), half);
            stacks.drop_before(end + 2 - panes, merge);
            expected = expected.split_off(&(end + 2 - panes));
            assert_eq!(stacks.first(), expected.keys().next().copied());
        }
    }

    #[test]
    fn a_window_has_the_states_in_order_however_far_behind_they_change() {
        for panes in [1, 2, 3, 40, 700] {
            slides(panes, |_| 0, 1);
            slides(panes, |random| (random % 4).cast_signed(), 2);
            slides(panes, |random| (random % 1_000).cast_signed(), 3);
            // Mostly in order; some are far behind.
            slides(panes, |random| if random % 50 == 0 { 300 } else { 0 }, 1);
        }
    }

    #[test]
    fn new_states_far_from_both_ends_are_put_in_their_places() {
        let mut stacks: Stacks<List> = Stacks::default();
        for place in 0..4_000_i64 {
            // Every number below 4,000 once, in no order.
            let place = place * 2_471 % 4_000;
            stacks.at(place, List::new).unwrap().push(place.cast_unsigned());
            stacks.at(place, || unreachable!("it exists")).unwrap();
        }
        assert!(stacks.strays.is_some());
        stacks.settle();
        assert_eq!(stacks.merged(4_000, merge, List::clone), Some((0..4_000).collect()));
    }

    #[test]
    fn states_a_little_behind_cost_a_few_merges_each() {
        let merges = std::cell::Cell::new(0_u64);
        let count = |sum: &mut u64, later: &u64| {
            merges.set(merges.get() + 1);
            *sum += later;
        };
        let mut stacks: Stacks<u64> = Stacks::default();
        for end in 0..20_000_i64 {
            for behind in 0..=2 {
                *stacks.at((end - behind).max(0), || 0).unwrap() += 1;
            }
            stacks.merged(end + 1, count, |_| ());
            stacks.drop_before(end + 2 - 1_000, count);
        }
        assert!(merges.get() < 8 * 20_000, "{} merges", merges.get());
    }
}
