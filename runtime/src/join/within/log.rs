//! The events of one side of an interval join, in order of arrival, for all keys together.
//!
//! Each event refers to the one of its key that is next before it in time, so a key only has to
//! know its last one. Events expire in order of time, which is nearly that of arrival: they are
//! dropped from the front, without a look at their keys. Those that are behind others are scheduled
//! apart.

use crate::time::EventTime;
use crate::window::Reorder;
use std::collections::VecDeque;

/// The number of an event of a side, counted from 1; 0 is none. It is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LogNumber(u64);

impl LogNumber {
    pub(super) const NONE: Self = Self(0);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matched {
    No,
    Yes,
    /// It has expired, and is still there because events before it are.
    Expired,
}

/// Whether an event had a time before that of one that arrived earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrived {
    InOrder,
    Behind,
}

/// An event that may still match.
pub(super) struct Logged<T> {
    pub(super) time: i64,
    /// The event of the key that is next before it in time; it may have expired.
    pub(super) earlier: LogNumber,
    pub(super) matched: Matched,
    arrived: Arrived,
    pub(super) event: T,
}

/// An event that can match no more.
pub(super) struct Expired<T> {
    /// The last time at which it could have.
    pub(super) time: EventTime,
    /// The event, if it had no match.
    pub(super) unmatched: Option<T>,
}

/// The events of a side that may still match.
pub(super) struct SideLog<T> {
    /// For how long after its time an event may match.
    pub(super) wait: i64,
    /// The watermark of this side alone, at or ahead of that of the join.
    pub(super) watermark: EventTime,
    entries: VecDeque<Logged<T>>,
    /// The number of the first entry.
    first: LogNumber,
    /// The latest time so far.
    latest: i64,
    /// The number of those that are behind others and have not expired.
    behind: u64,
    /// When these expire, unless they are kept to the end of the stream.
    stragglers: Reorder<(), LogNumber>,
    /// The number of events added, and of those that have expired.
    added: u64,
    expired: u64,
}

/// How many entries that have expired may stay in any case.
const SPARSE: u64 = 1_024;

/// The last time of a match of an event.
#[inline(always)]
pub(super) fn end(time: i64, wait: i64) -> EventTime {
    EventTime::from_micros(time.saturating_add(wait))
}

impl<T> SideLog<T> {
    pub(super) fn new(wait: i64) -> Self {
        Self {
            wait,
            watermark: EventTime::MIN,
            entries: VecDeque::new(),
            first: LogNumber(1),
            latest: i64::MIN,
            behind: 0,
            stragglers: Reorder::new(),
            added: 0,
            expired: 0,
        }
    }

    /// The number of events that have not expired.
    #[inline]
    pub(super) fn len(&self) -> u64 {
        self.added.saturating_sub(self.expired)
    }

    /// The number of entries, also of those that have expired.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// The number of events that have expired.
    pub(super) fn expired(&self) -> u64 {
        self.expired
    }

    /// Counts an event that never waited.
    #[inline(always)]
    pub(super) fn count_passing(&mut self) {
        self.added += 1;
        self.expired += 1;
    }

    #[inline(always)]
    fn position(&self, number: LogNumber) -> Option<usize> {
        usize::try_from(number.0.checked_sub(self.first.0)?).ok()
    }

    /// Returns an event, unless it has been dropped.
    #[inline(always)]
    pub(super) fn get(&self, number: LogNumber) -> Option<&Logged<T>> {
        self.entries.get(self.position(number)?)
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, number: LogNumber) -> Option<&mut Logged<T>> {
        let at = self.position(number)?;
        self.entries.get_mut(at)
    }

    /// Whether an event has expired, or there is none of this number.
    #[inline]
    pub(super) fn has_expired(&self, number: LogNumber) -> bool {
        let Some(at) = self.position(number) else { return true };
        // The entry itself is only read if it may have expired.
        self.entries.len() as u64 > self.len()
            && self.entries.get(at).is_none_or(|one| one.matched == Matched::Expired)
    }

    /// Whether no event so far is after this time.
    #[inline(always)]
    pub(super) fn is_in_order(&self, time: i64) -> bool {
        time >= self.latest
    }

    /// Appends an event, and returns its number.
    #[inline(always)]
    pub(super) fn push(
        &mut self,
        (time, earlier): (i64, LogNumber),
        matched: Matched,
        event: T,
    ) -> LogNumber {
        let number = LogNumber(self.first.0 + self.entries.len() as u64);
        let arrived = if self.is_in_order(time) {
            self.latest = time;
            Arrived::InOrder
        } else {
            self.schedule(number, time);
            Arrived::Behind
        };
        self.added += 1;
        self.entries.push_back(Logged { time, earlier, matched, arrived, event });
        number
    }

    #[cold]
    #[inline(never)]
    fn schedule(&mut self, number: LogNumber, time: i64) {
        self.behind += 1;
        let due = end(time, self.wait);
        if due < EventTime::MAX {
            self.stragglers.push(due, (), number);
        }
    }

    /// Forgets the last event without a trace.
    #[cold]
    pub(super) fn lose_last(&mut self) {
        self.entries.pop_back();
    }

    /// Whether most entries have expired, and stay only because one before them has not: it is far
    /// ahead of the others in time.
    #[inline]
    pub(super) fn is_sparse(&self) -> bool {
        self.entries.len() as u64 > 2 * self.len() + SPARSE
    }

    /// Empties the log, to be filled again; returns what takes out its former entries by number.
    pub(super) fn take_all(&mut self) -> impl FnMut(LogNumber) -> Option<Logged<T>> + use<T> {
        let (first, entries) = (self.first, std::mem::take(&mut self.entries));
        self.first = LogNumber(first.0 + entries.len() as u64);
        self.latest = i64::MIN;
        self.behind = 0;
        self.stragglers = Reorder::new();
        self.added = self.expired;
        let mut entries: Vec<_> = entries.into_iter().map(Some).collect();
        move |number| {
            let at = usize::try_from(number.0.checked_sub(first.0)?).ok()?;
            entries.get_mut(at)?.take()
        }
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<Logged<T>> {
        let front = self.entries.pop_front()?;
        self.first.0 += 1;
        Some(front)
    }
}

impl<T: Clone> SideLog<T> {
    /// Removes and returns the next event of which the last possible match is before `watermark`.
    #[inline]
    pub(super) fn next_expired(&mut self, watermark: EventTime) -> Option<Expired<T>> {
        loop {
            let front = self.entries.front()?;
            let is_last = watermark == EventTime::MAX;
            if front.matched != Matched::Expired {
                if self.behind > 0 && !is_last {
                    return self.next_in_order(watermark);
                }
                let time = end(front.time, self.wait);
                if time >= watermark && !is_last {
                    return None;
                }
                self.expired += 1;
                let Logged { matched, event, .. } = self.pop()?;
                let unmatched = (matched == Matched::No).then_some(event);
                return Some(Expired { time, unmatched });
            }
            self.pop();
        }
    }

    /// The same if some events are behind others.
    #[cold]
    #[inline(never)]
    fn next_in_order(&mut self, watermark: EventTime) -> Option<Expired<T>> {
        let front = self.entries.front()?;
        let time = end(front.time, self.wait);
        let next = self.stragglers.first_time();
        // The front arrived first. If it is behind, so is all that is due before it.
        if front.arrived == Arrived::InOrder && next.is_none_or(|next| time <= next) {
            if time >= watermark {
                return None;
            }
            self.expired += 1;
            let Logged { matched, event, .. } = self.pop()?;
            let unmatched = (matched == Matched::No).then_some(event);
            return Some(Expired { time, unmatched });
        }
        let (time, number) = self.stragglers.next_before(Some(watermark))?;
        self.behind -= 1;
        self.expired += 1;
        let entry = self.get_mut(number)?;
        let unmatched = (entry.matched == Matched::No).then(|| entry.event.clone());
        entry.matched = Matched::Expired;
        Some(Expired { time, unmatched })
    }
}
