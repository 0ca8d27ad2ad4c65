//! What is known of the other sides, at a time.

use super::{OneOf2, OneOf3, OneOf4, Sides};
use std::collections::VecDeque;

/// The versions of what one side says of a key, in order of time.
#[derive(Debug)]
pub struct Versions<T>(VecDeque<(i64, T)>);

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Clone> Versions<T> {
    /// Takes in a version, after those of the same time.
    fn put(&mut self, time: i64, version: T) {
        let at = self.0.partition_point(|(other, _)| *other <= time);
        self.0.insert(at, (time, version));
    }

    /// The last version that is from `oldest` or later and no later than `time`.
    fn at(&self, oldest: i64, time: i64) -> Option<T> {
        let after = self.0.partition_point(|(other, _)| *other <= time);
        let (found, version) = self.0.get(after.checked_sub(1)?)?;
        (*found >= oldest).then(|| version.clone())
    }

    /// Drops the versions that were no longer the last at `time`, or were before `oldest`.
    fn drop_past(&mut self, oldest: i64, time: i64) {
        let after = self.0.partition_point(|(other, _)| *other <= time);
        self.0.drain(..after.saturating_sub(1));
        if self.0.front().is_some_and(|(first, _)| *first < oldest) {
            self.0.pop_front();
        }
    }
}

/// What is known of the other sides of a join.
pub trait SideTables: Sides {
    /// A table for each side but the first.
    type SideTables: Default + Send + 'static;
    /// An event of the first side.
    type First: Send + 'static;

    /// An event of the first side; one of another is given back.
    ///
    /// # Errors
    /// An event of another side.
    fn into_first(event: Self::OneOf) -> Result<Self::First, Self::OneOf>;

    /// Takes in an event of another side.
    fn note(tables: &mut Self::SideTables, event: Self::OneOf, time: i64);

    /// An event of the first side, and what is known of the others, from `oldest` to `time`.
    fn look_up(
        tables: Option<&Self::SideTables>,
        event: Self::First,
        range: (i64, i64),
    ) -> Self::Options;

    /// Drops what is no longer the last known at `time`, or was before `oldest`; the time of the
    /// last of all, if there is any left.
    fn drop_past(tables: &mut Self::SideTables, oldest: i64, time: i64) -> Option<i64>;

    /// Which sides there are: a bit for each, the first side's being 1.
    fn present(events: &Self::Options) -> u8;

    /// An event of the first side as one of any.
    fn first(event: Self::First) -> Self::OneOf;

    /// The event of the first side.
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

            fn note(tables: &mut Self::SideTables, event: Self::OneOf, time: i64) {
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

            fn drop_past(tables: &mut Self::SideTables, oldest: i64, time: i64) -> Option<i64> {
                let mut last = None;
                $(
                    tables.$at.drop_past(oldest, time);
                    last = last.max(tables.$at.0.back().map(|(time, _)| *time));
                )+
                last
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
