//! What a segment has to know of a call when it returns.

use super::lines::{KeyLines, LineId};
use super::passage::Ticket;
use super::seat::Seat;
use crate::event::Passed;
use crate::key::{Key, KeyHash};
use crate::operator::AwaitStep;
use crate::stage::instance::Asker;
use crate::time::EventTime;

/// A call under way; it stays with the segment.
#[derive(Debug)]
pub(super) struct Trip<K> {
    pub(super) hash: KeyHash,
    pub(super) key: TripKey<K>,
    /// The time of the call by which its state may expire.
    pub(super) now: EventTime,
    pub(super) ticket: Ticket,
    pub(super) cause: Asker,
    /// What the split of the event that caused the call had passed.
    pub(super) asked_behind: Passed,
    pub(super) results: ResultsOf,
}

/// What the results of a call carry.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResultsOf {
    pub(super) time: EventTime,
    pub(super) passed: Passed,
}

/// The key of a call.
#[derive(Debug)]
pub(super) enum TripKey<K> {
    /// The key itself: it has no line.
    Own(K),
    /// That of a line.
    Line(LineId),
}

impl<K: Key> TripKey<K> {
    /// The key, also where a line has it.
    pub(super) fn get<'a, T>(&'a self, lines: &'a KeyLines<K, T>) -> Option<&'a K> {
        match self {
            Self::Own(key) => Some(key),
            Self::Line(line) => lines.key(*line),
        }
    }
}

/// A call that has returned and whose results have not left.
pub(super) struct Returned<O: AwaitStep<T>, T> {
    pub(super) slot: usize,
    pub(super) seat: Box<Seat<O, T>>,
    pub(super) results: ResultsOf,
}
