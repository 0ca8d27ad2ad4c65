//! Fills the logs of an interval join anew: from a checkpoint, or from themselves.

use super::links::{KeyLinks, SideLinks, keep, numbers_of};
use super::log::{LogNumber, Logged, Matched, SideLog};
use crate::key::Key;
use crate::window::Keys;

/// The events of a checkpoint, key by key, until all are read.
pub(super) struct RestoredEvents<A, B> {
    pub(super) first: Vec<RestoredEvent<A>>,
    pub(super) second: Vec<RestoredEvent<B>>,
}

/// An event of a checkpoint, and the number of the row of its key.
pub(super) struct RestoredEvent<T> {
    pub(super) at: usize,
    pub(super) time: i64,
    pub(super) matched: Matched,
    pub(super) event: T,
}

impl<A, B> Default for RestoredEvents<A, B> {
    fn default() -> Self {
        Self { first: Vec::new(), second: Vec::new() }
    }
}

/// Adds events to their side in order of time, as they would have arrived.
pub(super) fn add_all<K: Key, T>(
    mut events: Vec<RestoredEvent<T>>,
    log: &mut SideLog<T>,
    keys: &mut Keys<K, KeyLinks>,
    side: impl Fn(&mut KeyLinks) -> SideLinks<'_>,
) {
    events.sort_by_key(|event| event.time);
    for RestoredEvent { at, time, matched, event } in events {
        if let Some(row) = keys.get_mut(at) {
            keep(side(&mut row.value.held), log, (time, matched), event);
        }
    }
}

/// Puts the events of a side in order of time, and drops what has expired.
#[cold]
#[inline(never)]
pub(super) fn rebuild<K: Key, T>(
    log: &mut SideLog<T>,
    keys: &mut Keys<K, KeyLinks>,
    side: impl Fn(&mut KeyLinks) -> SideLinks<'_>,
) {
    let mut places: Vec<(usize, LogNumber)> = Vec::new();
    for at in 0..keys.places() {
        let Some(row) = keys.get_mut(at) else { continue };
        let numbers = match side(&mut row.value.held) {
            (_, Some(many)) => many.take(),
            (last, None) => numbers_of(*last, log),
        };
        places.extend(numbers.into_iter().map(|number| (at, number)));
    }
    let mut take = log.take_all();
    let taken = places.into_iter().filter_map(|(at, number)| {
        let Logged { time, matched, event, .. } = take(number)?;
        (matched != Matched::Expired).then_some(RestoredEvent { at, time, matched, event })
    });
    let events = taken.collect();
    add_all(events, log, keys, side);
}
