//! What an interval join takes back from a checkpoint.

use super::links::{KeyLinks, keep};
use super::log::{LogNumber, Matched, SideLog};
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
    last: impl Fn(&mut KeyLinks) -> &mut LogNumber,
) {
    events.sort_by_key(|event| event.time);
    for RestoredEvent { at, time, matched, event } in events {
        if let Some(row) = keys.get_mut(at) {
            keep((last(&mut row.value.held), None), log, (time, matched), event);
        }
    }
}
