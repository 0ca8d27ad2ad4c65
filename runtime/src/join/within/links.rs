//! Where the events of a key are in the logs of an interval join.

use super::log::{LogNumber, Matched, SideLog};
use crate::window::{Sorted, SortedPlace};
use std::collections::VecDeque;

/// The last event of a key on each side, in order of time; it may have expired.
#[derive(Default)]
pub(super) struct KeyLinks {
    pub(super) first: LogNumber,
    pub(super) second: LogNumber,
    /// All events of the key, if there are many that one looks at in vain.
    pub(super) many: Option<Box<ManyLinks>>,
}

/// Many events of a key.
#[derive(Default)]
pub(super) struct ManyLinks {
    pub(super) first: TimeIndex,
    pub(super) second: TimeIndex,
}

/// The last event of a side of a key, or all.
pub(super) type SideLinks<'a> = (&'a mut LogNumber, Option<&'a mut TimeIndex>);

/// How many events of a key may be looked at in vain before they are kept as many.
pub(super) const FAR: usize = 32;

impl KeyLinks {
    /// Whether no key has the row.
    #[inline]
    pub(super) fn is_vacant(&self) -> bool {
        self.first == LogNumber::NONE && self.second == LogNumber::NONE && self.many.is_none()
    }

    #[inline(always)]
    pub(super) fn of_first(&mut self) -> SideLinks<'_> {
        (&mut self.first, self.many.as_mut().map(|many| &mut many.first))
    }

    #[inline(always)]
    pub(super) fn of_second(&mut self) -> SideLinks<'_> {
        (&mut self.second, self.many.as_mut().map(|many| &mut many.second))
    }

    /// Whether all events of the key have expired.
    pub(super) fn has_expired<A, B>(&mut self, first: &SideLog<A>, second: &SideLog<B>) -> bool {
        if let Some(many) = &mut self.many {
            many.first.drop_expired(first);
            many.second.drop_expired(second);
            if !many.first.0.is_empty() || !many.second.0.is_empty() {
                return false;
            }
            self.many = None;
            (self.first, self.second) = (LogNumber::NONE, LogNumber::NONE);
        }
        first.has_expired(self.first) && second.has_expired(self.second)
    }

    /// Prepares for many events.
    #[cold]
    #[inline(never)]
    pub(super) fn become_many<A, B>(&mut self, first: &SideLog<A>, second: &SideLog<B>) {
        let many = ManyLinks {
            first: TimeIndex::of_chain(self.first, first),
            second: TimeIndex::of_chain(self.second, second),
        };
        self.many = Some(Box::new(many));
    }
}

/// The numbers of the events of a key that have not expired, in order of time.
pub(super) fn numbers_of<T>(last: LogNumber, log: &SideLog<T>) -> Vec<LogNumber> {
    let with = |number| Some((number, log.get(number)?));
    let all = std::iter::successors(with(last), |(_, one)| with(one.earlier));
    let there = all.filter(|(_, one)| one.matched != Matched::Expired);
    let mut numbers: Vec<_> = there.map(|(number, _)| number).collect();
    numbers.reverse();
    numbers
}

/// Collects the matches in a range of times, the last first; returns how many events there are
/// after it.
#[inline(always)]
pub(super) fn find<T>(
    (last, many): (LogNumber, Option<&TimeIndex>),
    log: &SideLog<T>,
    range: (i64, i64),
    found: &mut Vec<LogNumber>,
) -> usize {
    if let Some(many) = many {
        many.find(range, found);
        return 0;
    }
    let ((from, to), mut at, mut passed) = (range, last, 0);
    while let Some(one) = log.get(at).filter(|one| one.time >= from) {
        if one.time > to {
            passed += 1;
        } else {
            found.push(at);
        }
        at = one.earlier;
    }
    passed
}

/// Adds an event to its side; returns how many events of its key are after it.
#[inline(always)]
pub(super) fn keep<T>(
    (last, many): SideLinks<'_>,
    log: &mut SideLog<T>,
    (time, matched): (i64, Matched),
    event: T,
) -> usize {
    if let Some(many) = many {
        let number = log.push((time, LogNumber::NONE), matched, event);
        many.drop_expired(log);
        many.add(time, number);
        return 0;
    }
    if !log.is_in_order(time) {
        return link_behind(last, log, (time, matched), event);
    }
    *last = log.push((time, *last), matched, event);
    0
}

/// Inserts an event that is not the last of its key; returns how many it had to pass over.
#[cold]
#[inline(never)]
fn link_behind<T>(
    last: &mut LogNumber,
    log: &mut SideLog<T>,
    (time, matched): (i64, Matched),
    event: T,
) -> usize {
    let (mut later, mut at, mut passed) = (LogNumber::NONE, *last, 0);
    while let Some(one) = log.get(at).filter(|one| one.time > time) {
        (later, at) = (at, one.earlier);
        passed += 1;
    }
    let number = log.push((time, at), matched, event);
    match log.get_mut(later) {
        Some(later) => later.earlier = number,
        None => *last = number,
    }
    passed
}

/// Events of a side of a key, in order of time, those of equal time in order of arrival.
#[derive(Default)]
pub(super) struct TimeIndex(Sorted<(i64, LogNumber)>);

impl TimeIndex {
    fn of_chain<T>(last: LogNumber, log: &SideLog<T>) -> Self {
        let time = |number| log.get(number).map(|one| (one.time, number));
        let all: VecDeque<_> = numbers_of(last, log).into_iter().filter_map(time).collect();
        Self(all.into())
    }

    pub(super) fn add(&mut self, time: i64, number: LogNumber) {
        let place = self.0.place(|(other, _)| *other <= time);
        self.0.insert(place, (time, number));
    }

    /// Adds the numbers of the events in a range of times to `found`, the last first.
    pub(super) fn find(&self, (from, to): (i64, i64), found: &mut Vec<LogNumber>) {
        let begin = found.len();
        let mut place: SortedPlace = self.0.place(|(time, _)| *time < from);
        while let Some((_, number)) = self.0.get(place).filter(|(time, _)| *time <= to) {
            found.push(*number);
            place = self.0.next(place);
        }
        if let Some(found) = found.get_mut(begin..) {
            found.reverse();
        }
    }

    /// The numbers of the events, in order of time.
    pub(super) fn numbers(&self) -> impl Iterator<Item = LogNumber> {
        self.0.iter().map(|(_, number)| *number)
    }

    /// Removes all; returns their numbers, in order of time.
    pub(super) fn take(&mut self) -> Vec<LogNumber> {
        let numbers = self.numbers().collect();
        self.0 = Sorted::default();
        numbers
    }

    /// Events of a key expire in order of time.
    pub(super) fn drop_expired<T>(&mut self, log: &SideLog<T>) {
        while self.0.front().is_some_and(|(_, number)| log.has_expired(*number)) {
            self.0.pop_front();
        }
    }
}
