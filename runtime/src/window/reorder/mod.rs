//! A buffer that puts events in order of event time.

mod saved;

use crate::mutant::Mutant;
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

/// How many stragglers the heap takes before they are sorted into a run: a heap that outgrows the
/// cache costs a miss for each of its levels.
const HEAP: usize = 4_096;

/// The run of an event that is in none.
const NO_RUN: usize = usize::MAX;

/// An event that did not arrive in order, and the sorted run of which it is the first.
struct Straggler<B, T> {
    event: BufferedEvent<B, T>,
    run: usize,
}

impl<B: Ord, T> Ord for Straggler<B, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.event.cmp(&other.event)
    }
}

impl<B: Ord, T> PartialOrd for Straggler<B, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: Ord, T> PartialEq for Straggler<B, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<B: Ord, T> Eq for Straggler<B, T> {}

/// Events that did not arrive in order: the heap has the latest of them and the first of each run,
/// so it is empty only if all runs are.
struct Stragglers<B, T> {
    heap: BinaryHeap<Reverse<Straggler<B, T>>>,
    /// Sorted, the first event last.
    runs: Vec<Vec<BufferedEvent<B, T>>>,
    /// Runs without events.
    vacant: Vec<usize>,
}

impl<B: Ord, T> Stragglers<B, T> {
    fn new() -> Self {
        Self { heap: BinaryHeap::new(), runs: Vec::new(), vacant: Vec::new() }
    }

    /// All events, in no particular order.
    fn iter(&self) -> impl Iterator<Item = &BufferedEvent<B, T>> {
        let heap = self.heap.iter().map(|Reverse(straggler)| &straggler.event);
        heap.chain(self.runs.iter().flatten())
    }

    /// The number of events.
    fn len(&self) -> usize {
        self.heap.len() + self.runs.iter().map(Vec::len).sum::<usize>()
    }

    #[inline]
    fn peek(&self) -> Option<&BufferedEvent<B, T>> {
        self.heap.peek().map(|Reverse(first)| &first.event)
    }

    #[cold]
    fn push(&mut self, event: BufferedEvent<B, T>) {
        if Mutant::LostInOrder.strikes() {
            return;
        }
        if self.heap.len() >= HEAP + self.runs.len() - self.vacant.len() {
            self.begin_run();
        }
        self.heap.push(Reverse(Straggler { event, run: NO_RUN }));
    }

    /// Sorts the events of the heap that are in no run into one.
    #[cold]
    fn begin_run(&mut self) {
        let all = std::mem::take(&mut self.heap).into_vec();
        let (single, mut firsts): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|Reverse(straggler)| straggler.run == NO_RUN);
        let mut run: Vec<_> = single.into_iter().map(|Reverse(single)| single.event).collect();
        run.sort_unstable_by(|event, other| other.cmp(event));
        let first = run.pop();
        let at = self.vacant.pop().unwrap_or(self.runs.len());
        match self.runs.get_mut(at) {
            Some(vacant) => *vacant = run,
            None => self.runs.push(run),
        }
        firsts.extend(first.map(|event| Reverse(Straggler { event, run: at })));
        self.heap = firsts.into();
    }

    #[cold]
    fn pop(&mut self) -> Option<BufferedEvent<B, T>> {
        let Reverse(Straggler { event, run }) = self.heap.pop()?;
        if run != NO_RUN {
            self.advance_run(run);
        }
        Some(event)
    }

    /// Moves the next event of a run to the heap.
    #[cold]
    fn advance_run(&mut self, run: usize) {
        let Some(events) = self.runs.get_mut(run) else { return };
        match events.pop() {
            Some(event) => self.heap.push(Reverse(Straggler { event, run })),
            None => {
                *events = Vec::new();
                self.vacant.push(run);
            }
        }
    }
}

/// A buffer that releases events in order of event time, those of equal time in order of a
/// tie-breaker `B`, and then in order of arrival.
///
/// An event that arrives in order costs constant time; only stragglers go through a heap, and if
/// there are many, through sorted runs. Memory is that of the events in the buffer.
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
    stragglers: Stragglers<B, T>,
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
        Self { run: VecDeque::new(), arrived: 0, stragglers: Stragglers::new() }
    }

    /// The number of events in the buffer.
    #[must_use]
    pub fn len(&self) -> u64 {
        (self.run.len() + self.stragglers.len()) as u64
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.run.is_empty() && self.stragglers.heap.is_empty()
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, time: EventTime, tie: B, value: T) {
        let event = BufferedEvent { time, tie, arrival: self.arrived, value };
        self.arrived += 1;
        match self.run.back() {
            // It arrived later, so events of equal order stay as they are.
            Some(last) if event.order(last) == Ordering::Less => {
                self.stragglers.push(event);
            }
            _ => self.run.push_back(event),
        }
    }

    /// The time of the first event.
    pub(crate) fn first_time(&self) -> Option<EventTime> {
        let (run, straggler) = (self.run.front(), self.stragglers.peek());
        let times = [run, straggler].into_iter().flatten().map(|event| event.time);
        times.min()
    }

    /// Removes and returns the first event, with its time, if that is before `limit`; without a
    /// limit any event will do.
    #[inline]
    pub fn next_before(&mut self, limit: Option<EventTime>) -> Option<(EventTime, T)> {
        let straggler = self.stragglers.peek();
        let from_run = match (self.run.front(), straggler) {
            (Some(first), Some(straggler)) => first <= straggler,
            (first, _) => first.is_some(),
        };
        let next = if from_run { self.run.front() } else { straggler };
        if limit.is_some_and(|limit| next.is_none_or(|event| event.time >= limit)) {
            return None;
        }
        let event = if from_run { self.run.pop_front() } else { self.stragglers.pop() }?;
        Some((event.time, event.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn more_stragglers_than_the_heap_takes_are_released_in_order() {
        let (mut buffer, mut expected) = (Reorder::new(), BTreeMap::new());
        let mut seed = 7_u64;
        for arrival in 0..50_000_u64 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (time, tie) = (EventTime::from_micros((seed >> 50).cast_signed()), seed >> 63);
            buffer.push(time, tie, arrival);
            expected.insert((time, tie, arrival), ());
            // Some are released in between, so that runs end and others begin.
            if arrival % 6_000 == 5_999 {
                for _ in 0..arrival / 3 {
                    let first =
                        expected.pop_first().map(|((time, _, arrival), ())| (time, arrival));
                    assert_eq!(buffer.next_before(None), first);
                }
            }
        }
        while let Some(((time, _, arrival), ())) = expected.pop_first() {
            assert_eq!(buffer.next_before(Some(time)), None);
            assert_eq!(buffer.next_before(None), Some((time, arrival)));
        }
        assert_eq!(buffer.next_before(None), None);
    }
}
