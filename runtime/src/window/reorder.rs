//! A buffer that puts events in order of event time.

use crate::time::EventTime;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;

struct BufferedEvent<B, T> {
    time: EventTime,
    tie: B,
    /// The number of events that arrived before: the last tie-breaker.
    arrival: u64,
    value: T,
}

impl<B: Ord, T> BufferedEvent<B, T> {
    /// The order but for that of arrival.
    #[inline]
    fn order(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.tie.cmp(&other.tie))
    }
}

impl<B: Ord, T> Ord for BufferedEvent<B, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order(other).then(self.arrival.cmp(&other.arrival))
    }
}

impl<B: Ord, T> PartialOrd for BufferedEvent<B, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: Ord, T> PartialEq for BufferedEvent<B, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<B: Ord, T> Eq for BufferedEvent<B, T> {}

/// A buffer that releases events in order of event time, those of equal time in order of a
/// tie-breaker `B`, and then in order of arrival.
///
/// An event that arrives in order costs constant time; only stragglers go through a heap. Memory is
/// that of the events in the buffer.
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
    run: VecDeque<BufferedEvent<B, T>>,
    arrived: u64,
    stragglers: BinaryHeap<Reverse<BufferedEvent<B, T>>>,
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
    /// Creates an empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self { run: VecDeque::new(), arrived: 0, stragglers: BinaryHeap::new() }
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, time: EventTime, tie: B, value: T) {
        let event = BufferedEvent { time, tie, arrival: self.arrived, value };
        self.arrived += 1;
        match self.run.back() {
            // It arrived later, so events of equal order stay as they are.
            Some(last) if event.order(last) == Ordering::Less => {
                self.stragglers.push(Reverse(event))
            }
            _ => self.run.push_back(event),
        }
    }

    /// Removes and returns the first event, with its time, if that is before `limit`; without a
    /// limit any event will do.
    #[inline]
    pub fn next_before(&mut self, limit: Option<EventTime>) -> Option<(EventTime, T)> {
        let straggler = self.stragglers.peek().map(|Reverse(event)| event);
        let from_run = match (self.run.front(), straggler) {
            (Some(first), Some(straggler)) => first <= straggler,
            (first, _) => first.is_some(),
        };
        let next = if from_run { self.run.front() } else { straggler };
        if limit.is_some_and(|limit| next.is_none_or(|event| event.time >= limit)) {
            return None;
        }
        let event = if from_run {
            self.run.pop_front()
        } else {
            self.stragglers.pop().map(|Reverse(event)| event)
        }?;
        Some((event.time, event.value))
    }
}
