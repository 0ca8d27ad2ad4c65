//! Events put in order of their times.

use crate::time::EventTime;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;

struct HeldEvent<B, T> {
    time: EventTime,
    tie: B,
    value: T,
}

impl<B: Ord, T> Ord for HeldEvent<B, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.tie.cmp(&other.tie))
    }
}

impl<B: Ord, T> PartialOrd for HeldEvent<B, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: Ord, T> PartialEq for HeldEvent<B, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<B: Ord, T> Eq for HeldEvent<B, T> {}

/// Events put in order of their times, those of equal time by a tie-breaker `B`.
///
/// Events that arrive in order cost constant time; only stragglers go through a heap.
///
/// # Examples
/// ```
/// use millstream::time::EventTime;
/// use millstream::plumbing::windows::Reorder;
///
/// let mut buffer = Reorder::new();
/// for second in [1, 3, 2] {
///     buffer.push(EventTime::from_secs(second), (), second);
/// }
/// let mut next = || buffer.next_before(Some(EventTime::from_secs(3))).map(|(_, second)| second);
/// assert_eq!((next(), next(), next()), (Some(1), Some(2), None));
/// ```
pub struct Reorder<B, T> {
    run: VecDeque<HeldEvent<B, T>>,
    stragglers: BinaryHeap<Reverse<HeldEvent<B, T>>>,
}

impl<B, T> fmt::Debug for Reorder<B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reorder").field("run", &self.run.len()).finish_non_exhaustive()
    }
}

impl<B: Ord, T> Default for Reorder<B, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Ord, T> Reorder<B, T> {
    /// A buffer without events.
    #[must_use]
    pub fn new() -> Self {
        Self { run: VecDeque::new(), stragglers: BinaryHeap::new() }
    }

    /// Takes in an event.
    #[inline]
    pub fn push(&mut self, time: EventTime, tie: B, value: T) {
        let held = HeldEvent { time, tie, value };
        match self.run.back() {
            Some(last) if held < *last => self.stragglers.push(Reverse(held)),
            _ => self.run.push_back(held),
        }
    }

    /// Takes out the first event, if it happened before `limit`; any if there is no limit.
    #[inline]
    pub fn next_before(&mut self, limit: Option<EventTime>) -> Option<(EventTime, T)> {
        let straggler = self.stragglers.peek().map(|Reverse(held)| held);
        let from_run = match (self.run.front(), straggler) {
            (Some(first), Some(straggler)) => first <= straggler,
            (first, _) => first.is_some(),
        };
        let next = if from_run { self.run.front() } else { straggler };
        if limit.is_some_and(|limit| next.is_none_or(|held| held.time >= limit)) {
            return None;
        }
        let held = if from_run {
            self.run.pop_front()
        } else {
            self.stragglers.pop().map(|Reverse(held)| held)
        }?;
        Some((held.time, held.value))
    }
}
