//! Which events of the two sides of an interval join match, and until when.

use super::waiting::{Added, Matched, Retained, TimeLine};
use super::{JoinKind, OneOf2};
use crate::error::Result;
use crate::event::Meta;
use crate::key::KeyHash;
use crate::time::EventTime;
use crate::window::Results;

/// Returns the latest time of a match that is still possible.
pub(super) fn end(time: i64, wait: i64) -> EventTime {
    EventTime::from_micros(time.saturating_add(wait))
}

/// Removes and returns the next event for which the watermark rules out further matches.
#[inline]
fn expired<T>(
    events: &mut impl TimeLine<T>,
    wait: i64,
    watermark: EventTime,
) -> Option<Retained<T>> {
    let is_over =
        |one: &Retained<T>| end(one.time, wait) < watermark || watermark == EventTime::MAX;
    events.front().is_some_and(is_over).then(|| events.pop_front()).flatten()
}

/// The side of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitingSide {
    First,
    Second,
}

/// How far from an event its matches may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) before: i64,
    pub(super) after: i64,
}

impl Reach {
    /// Emits an event with its matches, and adds it to its side.
    #[inline(always)]
    pub(super) fn match_event<
        A: Clone + Send + 'static,
        B: Clone + Send + 'static,
        J: JoinKind<(A, B)>,
    >(
        self,
        (first, second): (&mut impl TimeLine<A>, &mut impl TimeLine<B>),
        (event, meta): (OneOf2<A, B>, Meta),
        schedule: impl FnOnce(WaitingSide, EventTime),
        results: &mut impl Results<J::Row, OneOf2<A, B>>,
    ) -> Result<Added> {
        let (Self { before, after }, time) = (self, meta.time.as_micros());
        let mut emit = |events: (Option<A>, Option<B>), other: i64| match J::row(events) {
            Some(row) => {
                let time = meta.time.max(EventTime::from_micros(other));
                results.result(row, Meta::new(time, meta.hash))
            }
            None => Ok(()),
        };
        match event {
            OneOf2::First(event) => {
                let range = (time.saturating_sub(before), time.saturating_add(after));
                let matched = second.pair(range, |other, when| {
                    emit((Some(event.clone()), Some(other.clone())), when)
                })?;
                let added = first.put(Retained { time, matched, event });
                schedule(WaitingSide::First, end(time, after));
                Ok(added)
            }
            OneOf2::Second(event) => {
                let range = (time.saturating_sub(after), time.saturating_add(before));
                let matched = first.pair(range, |other, when| {
                    emit((Some(other.clone()), Some(event.clone())), when)
                })?;
                let added = second.put(Retained { time, matched, event });
                schedule(WaitingSide::Second, end(time, before));
                Ok(added)
            }
        }
    }

    /// Drops the expired events of a key, and emits or reports those without a match; returns how
    /// many there were.
    #[inline(always)]
    pub(super) fn expire<
        A: Clone + Send + 'static,
        B: Clone + Send + 'static,
        J: JoinKind<(A, B)>,
    >(
        self,
        (first, second): (&mut impl TimeLine<A>, &mut impl TimeLine<B>),
        (hash, watermark): (KeyHash, EventTime),
        results: &mut impl Results<J::Row, OneOf2<A, B>>,
    ) -> Result<u64> {
        let mut count = 0;
        while let Some(one) = expired(first, self.after, watermark) {
            count += 1;
            let time = end(one.time, self.after);
            match one.matched {
                Matched::Yes => {}
                Matched::No if J::REQUIRED & 2 == 2 => {
                    results.unmatched(OneOf2::First(one.event), time)?;
                }
                Matched::No => {
                    let row = J::row((Some(one.event), None));
                    row.map_or(Ok(()), |row| results.result(row, Meta::new(time, hash)))?;
                }
            }
        }
        while let Some(one) = expired(second, self.before, watermark) {
            count += 1;
            let time = end(one.time, self.before);
            match one.matched {
                Matched::Yes => {}
                Matched::No if J::REQUIRED & 1 == 1 => {
                    results.unmatched(OneOf2::Second(one.event), time)?;
                }
                Matched::No => {
                    let row = J::row((None, Some(one.event)));
                    row.map_or(Ok(()), |row| results.result(row, Meta::new(time, hash)))?;
                }
            }
        }
        Ok(count)
    }
}
