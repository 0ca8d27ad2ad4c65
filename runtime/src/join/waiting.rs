//! The events of a key that wait for others, in order of event time.

use crate::error::Result;
use crate::window::{Sorted, SortedPlace};
use std::collections::VecDeque;

/// The events of a key that may still match.
pub(super) struct Waiting<A, B> {
    pub(super) first: VecDeque<Retained<A>>,
    pub(super) second: VecDeque<Retained<B>>,
    /// All events of the key, if there are many out of order; the deques are empty then.
    pub(super) many: Option<Box<ManyWaiting<A, B>>>,
}

/// Many events of a key.
pub(super) struct ManyWaiting<A, B> {
    pub(super) first: Sorted<Retained<A>>,
    pub(super) second: Sorted<Retained<B>>,
}

/// An event that may still match.
pub(super) struct Retained<T> {
    pub(super) time: i64,
    pub(super) matched: Matched,
    pub(super) event: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matched {
    No,
    Yes,
}

/// Where an event was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// At or near the end of its side.
    Near,
    /// Far from it, so that many events had to be moved.
    Far,
}

impl<A, B> Default for Waiting<A, B> {
    fn default() -> Self {
        Self { first: VecDeque::new(), second: VecDeque::new(), many: None }
    }
}

impl<A, B> Waiting<A, B> {
    /// Prepares for many events that are out of order.
    #[cold]
    pub(super) fn become_many(&mut self) {
        let first = std::mem::take(&mut self.first).into();
        let second = std::mem::take(&mut self.second).into();
        self.many = Some(Box::new(ManyWaiting { first, second }));
    }
}

/// One side of a key: its events in order of event time, those of equal time in order of arrival.
pub(super) trait TimeLine<T> {
    type Place: Copy;

    fn front(&self) -> Option<&Retained<T>>;

    fn pop_front(&mut self) -> Option<Retained<T>>;

    /// The place of the first event that is not before a time.
    fn place_of(&self, time: i64) -> Self::Place;

    fn at(&mut self, place: Self::Place) -> Option<&mut Retained<T>>;

    fn place_after(&self, place: Self::Place) -> Self::Place;

    /// Calls `show` with the events in a range of times, and marks them as matched.
    #[inline]
    fn pair(
        &mut self,
        (from, to): (i64, i64),
        mut show: impl FnMut(&T, i64) -> Result<()>,
    ) -> Result<Matched> {
        let mut matched = Matched::No;
        let mut place = self.place_of(from);
        while let Some(one) = self.at(place).filter(|one| one.time <= to) {
            one.matched = Matched::Yes;
            matched = Matched::Yes;
            show(&one.event, one.time)?;
            place = self.place_after(place);
        }
        Ok(matched)
    }

    fn put(&mut self, one: Retained<T>) -> Added;
}

impl<T> TimeLine<T> for VecDeque<Retained<T>> {
    /// A position: an iterator over the two halves of the ring costs more than a short ring.
    type Place = usize;

    #[inline(always)]
    fn front(&self) -> Option<&Retained<T>> {
        self.front()
    }

    #[inline(always)]
    fn pop_front(&mut self) -> Option<Retained<T>> {
        self.pop_front()
    }

    #[inline(always)]
    fn place_of(&self, time: i64) -> usize {
        self.partition_point(|one| one.time < time)
    }

    #[inline(always)]
    fn at(&mut self, place: usize) -> Option<&mut Retained<T>> {
        self.get_mut(place)
    }

    #[inline(always)]
    fn place_after(&self, place: usize) -> usize {
        place + 1
    }

    /// Inlined: the event is not built on the stack and copied.
    #[inline(always)]
    fn put(&mut self, one: Retained<T>) -> Added {
        if self.back().is_none_or(|last| last.time <= one.time) {
            self.push_back(one);
            Added::Near
        } else {
            put_between(self, one)
        }
    }
}

#[cold]
fn put_between<T>(events: &mut VecDeque<Retained<T>>, one: Retained<T>) -> Added {
    let at = events.partition_point(|other| other.time <= one.time);
    let moved = at.min(events.len() - at);
    events.insert(at, one);
    if moved < FAR { Added::Near } else { Added::Far }
}

/// How many events an insertion may move before they are kept as many.
const FAR: usize = 256;

impl<T> TimeLine<T> for Sorted<Retained<T>> {
    type Place = SortedPlace;

    fn front(&self) -> Option<&Retained<T>> {
        self.front()
    }

    fn pop_front(&mut self) -> Option<Retained<T>> {
        self.pop_front()
    }

    fn place_of(&self, time: i64) -> SortedPlace {
        self.place(|one| one.time < time)
    }

    fn at(&mut self, place: SortedPlace) -> Option<&mut Retained<T>> {
        self.get_mut(place)
    }

    fn place_after(&self, place: SortedPlace) -> SortedPlace {
        self.next(place)
    }

    fn put(&mut self, one: Retained<T>) -> Added {
        let place = self.place(|other| other.time <= one.time);
        self.insert(place, one);
        Added::Near
    }
}
