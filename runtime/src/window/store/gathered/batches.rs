//! Batches: a number of events, or those of a time.

use super::{GatheredStore, Gathers};
use crate::key::Key;
use crate::operator::OperatorPlace;
use crate::time::micros;
use crate::window::StoreFactory;
use crate::window::kind::in_words;
use std::fmt;
use std::time::Duration;

/// The declaration of [`in_batches_of`](crate::builder::Stream::in_batches_of).
#[derive(Debug, Clone, Copy)]
pub struct InBatches {
    events: usize,
    after: i64,
    of: BatchesOf,
    /// The instance that gathers, from 0, and how many there are.
    share: (usize, usize),
}

/// Whose the events of a batch are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchesOf {
    /// Of a key.
    Key,
    /// Of an instance.
    Instance,
}

impl InBatches {
    /// Batches of `events` events, or of those that arrive within `after` of the first.
    pub(crate) fn new(events: usize, after: Duration, of: BatchesOf) -> Self {
        Self { events, after: micros(after), of, share: (0, 1) }
    }
}

impl fmt::Display for InBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "batches of {}", self.events)?;
        if self.after == i64::MAX { Ok(()) } else { write!(f, " or {}", in_words(self.after)) }
    }
}

impl<K: Key, T: Send + 'static> StoreFactory<K, T> for InBatches {
    type Store = GatheredStore<K, T, Self>;

    fn store(&self) -> Self::Store {
        GatheredStore::new(*self)
    }

    fn store_at(&self, place: &OperatorPlace) -> Self::Store {
        let share = match self.of {
            BatchesOf::Key => (0, 1),
            BatchesOf::Instance => (place.instance().index(), place.instance().count()),
        };
        GatheredStore::new(Self { share, ..*self })
    }
}

impl<T: Send + 'static> Gathers<T> for InBatches {
    type Out = Vec<T>;
    type Held = Vec<T>;
    const BEGINS_ANEW: bool = false;
    const ROWS: &'static str = "batches";

    fn time(&self) -> i64 {
        self.after
    }

    #[inline]
    fn begin(&self, event: T) -> Vec<T> {
        vec![event]
    }

    #[inline]
    fn add(&self, held: &mut Vec<T>, event: T) -> u64 {
        held.push(event);
        0
    }

    #[inline]
    fn is_full(&self, held: &Vec<T>) -> bool {
        held.len() >= self.events
    }

    /// After a restart with fewer instances there may be more events than fit into a batch.
    fn take(&self, held: &mut Vec<T>) -> Option<Vec<T>> {
        if held.is_empty() {
            return None;
        }
        let rest = held.split_off(held.len().min(self.events.max(1)));
        Some(std::mem::replace(held, rest))
    }

    fn events<'a>(&self, held: &'a Vec<T>) -> &'a [T] {
        held
    }

    fn share(&self) -> (usize, usize) {
        self.share
    }
}
