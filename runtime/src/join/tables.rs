//! The tables of an as-of join: the events of a side, to be looked up by time.

use super::rows::RowsOfSides;
use super::{OneOf2, OneOf3, OneOf4, Sides};
use crate::window::{Sorted, SortedPlace};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The events of one side and key, in order of event time.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct Versions<T>(#[serde(with = "as_list")] Sorted<(i64, T)>);

impl<T> fmt::Debug for Versions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versions").field("len", &self.0.len()).finish_non_exhaustive()
    }
}

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Self(Sorted::default())
    }
}

/// Versions as a list, in checkpoints.
mod as_list {
    use super::{Deserialize, Serialize, Sorted};
    use serde::{Deserializer, Serializer};
    use std::collections::VecDeque;

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        versions: &Sorted<(i64, T)>,
        into: S,
    ) -> Result<S::Ok, S::Error> {
        // The length comes first, and an iterator over pieces does not know it.
        let versions: Vec<_> = versions.iter().collect();
        versions.serialize(into)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Sorted<(i64, T)>, D::Error> {
        VecDeque::deserialize(from).map(Sorted::from)
    }
}

impl<T: Clone> Versions<T> {
    /// Adds a version, after those of the same time.
    fn put(&mut self, time: i64, version: T) {
        let place = self.0.place(|(other, _)| *other <= time);
        self.0.insert(place, (time, version));
    }

    /// Returns the last version at or before `time` that is not before `oldest`.
    fn at(&self, oldest: i64, time: i64) -> Option<T> {
        let after = self.0.place(|(other, _)| *other <= time);
        let (of_version, version) = self.0.before(after)?;
        (*of_version >= oldest).then(|| version.clone())
    }

    /// Drops the versions that are superseded at `time`, or before `oldest`; returns how many.
    #[inline]
    fn drop_past(&mut self, oldest: i64, time: i64) -> u64 {
        let second = |versions: &Sorted<(i64, T)>| {
            versions.get(versions.next(SortedPlace::FIRST)).map(|(second, _)| *second)
        };
        let mut dropped = 0;
        while second(&self.0).is_some_and(|second| second <= time) {
            self.0.pop_front();
            dropped += 1;
        }
        if self.0.front().is_some_and(|(first, _)| *first < oldest) {
            self.0.pop_front();
            dropped += 1;
        }
        dropped
    }
}

/// What is left of the tables of a key once old versions are dropped.
#[derive(Debug, Clone, Copy, Default)]
pub struct VersionsLeft {
    /// The number of versions dropped.
    pub(super) dropped: u64,
    /// The time of the last version that is left.
    pub(super) last: Option<i64>,
}

/// The sides of an as-of join: the first is looked up, the others are tables.
pub trait SideTables: Sides {
    /// A table for each side but the first.
    type SideTables: Default + Send + 'static;
    /// An event of the first side.
    type First: Send + 'static;

    /// Returns the event if it is of the first side.
    ///
    /// # Errors
    /// Returns an event of another side unchanged.
    fn into_first(event: Self::OneOf) -> Result<Self::First, Self::OneOf>;

    /// Adds an event of another side to its table; ignores one of the first side.
    fn put_version(tables: &mut Self::SideTables, event: Self::OneOf, time: i64);

    /// Returns an event of the first side with the last version of each other side in `range`, from
    /// the oldest time to the latest, both inclusive.
    fn look_up(
        tables: Option<&Self::SideTables>,
        event: Self::First,
        range: (i64, i64),
    ) -> Self::Options;

    /// Drops the versions that are superseded at `time`, or before `oldest`.
    fn drop_past(tables: &mut Self::SideTables, oldest: i64, time: i64) -> VersionsLeft;

    /// Returns the number of versions of each side; 0 for the first.
    fn versions(tables: &Self::SideTables) -> RowsOfSides;

    /// Returns the sides that have an event, one bit for each: 1 for the first, 2 for the second.
    fn present(events: &Self::Options) -> u8;

    /// Wraps an event of the first side.
    fn first(event: Self::First) -> Self::OneOf;

    /// Returns the event of the first side.
    fn first_of(events: Self::Options) -> Option<Self::First>;
}

macro_rules! tables {
    ($one_of:ident; $first:ident; $($side:ident $variant:ident $at:tt $from:tt $bit:literal),+) => {
        impl<$first, $($side),+> SideTables for ($first, $($side,)+)
        where
            $first: Clone + Send + 'static,
            $($side: Clone + Send + 'static,)+
        {
            type SideTables = ($(Versions<$side>,)+);
            type First = $first;

            fn into_first(event: Self::OneOf) -> Result<$first, Self::OneOf> {
                match event {
                    $one_of::First(event) => Ok(event),
                    other => Err(other),
                }
            }

            fn put_version(tables: &mut Self::SideTables, event: Self::OneOf, time: i64) {
                match event {
                    $one_of::First(_) => {}
                    $($one_of::$variant(event) => tables.$at.put(time, event),)+
                }
            }

            fn look_up(
                tables: Option<&Self::SideTables>,
                event: $first,
                (oldest, time): (i64, i64),
            ) -> Self::Options {
                (Some(event), $(tables.and_then(|tables| tables.$at.at(oldest, time)),)+)
            }

            #[inline]
            fn drop_past(tables: &mut Self::SideTables, oldest: i64, time: i64) -> VersionsLeft {
                let mut left = VersionsLeft::default();
                $(
                    left.dropped += tables.$at.drop_past(oldest, time);
                    left.last = left.last.max(tables.$at.0.back().map(|(time, _)| *time));
                )+
                left
            }

            fn versions(tables: &Self::SideTables) -> RowsOfSides {
                let mut versions = [0; 4];
                let tables = [$(tables.$at.0.len() as u64),+];
                versions.iter_mut().skip(1).zip(tables).for_each(|(sum, table)| *sum = table);
                versions
            }

            fn present(events: &Self::Options) -> u8 {
                u8::from(events.0.is_some()) $(| if events.$from.is_some() { $bit } else { 0 })+
            }

            fn first(event: $first) -> Self::OneOf {
                $one_of::First(event)
            }

            fn first_of(events: Self::Options) -> Option<$first> {
                events.0
            }
        }
    };
}
tables!(OneOf2; A; B Second 0 1 2);
tables!(OneOf3; A; B Second 0 1 2, C Third 1 2 4);
tables!(OneOf4; A; B Second 0 1 2, C Third 1 2 4, D Fourth 2 3 8);
