//! The last event of a key before a silence.

use super::{GatheredStore, Gathers};
use crate::key::Key;
use crate::time::micros;
use crate::window::StoreFactory;
use crate::window::kind::in_words;
use std::fmt;
use std::time::Duration;

/// The declaration of [`debounce`](crate::builder::KeyedStream::debounce).
#[derive(Debug, Clone, Copy)]
pub struct Debounce {
    silence: i64,
}

impl Debounce {
    /// Emits the last event of a key once it was silent for so long.
    pub(crate) fn new(silence: Duration) -> Self {
        Self { silence: micros(silence) }
    }
}

impl fmt::Display for Debounce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "debounce {}", in_words(self.silence))
    }
}

impl<K: Key, T: Send + 'static> StoreFactory<K, T> for Debounce {
    type Store = GatheredStore<K, T, Self>;

    fn store(&self) -> Self::Store {
        GatheredStore::new(*self)
    }
}

impl<T: Send + 'static> Gathers<T> for Debounce {
    type Out = T;
    type Held = Option<T>;
    const BEGINS_ANEW: bool = true;
    const ROWS: &'static str = "debounced";

    fn time(&self) -> i64 {
        self.silence
    }

    #[inline]
    fn begin(&self, event: T) -> Option<T> {
        Some(event)
    }

    #[inline]
    fn add(&self, held: &mut Option<T>, event: T) -> u64 {
        u64::from(held.replace(event).is_some())
    }

    #[inline]
    fn is_full(&self, _: &Option<T>) -> bool {
        false
    }

    fn take(&self, held: &mut Option<T>) -> Option<T> {
        held.take()
    }

    fn events<'a>(&self, held: &'a Option<T>) -> &'a [T] {
        held.as_slice()
    }
}
