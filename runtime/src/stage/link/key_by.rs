//! Assigns a key to each event.

use super::Link;
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::operator::{Emit, NoSnapshot, OperatorPlace};
use crate::time::EventTime;
use std::marker::PhantomData;

/// Assigns a key to each event, and its hash unless a router has computed that already.
#[derive(Debug)]
pub struct KeyBy<K, F> {
    key: F,
    /// Names the key function if it panics.
    place: OperatorPlace,
    keys: PhantomData<fn() -> K>,
}

impl<K, F> KeyBy<K, F> {
    /// Keys events by `key`, at `place`.
    pub fn new(key: F, place: OperatorPlace) -> Self {
        Self { key, place, keys: PhantomData }
    }
}

impl<T, K, F> Link<T> for KeyBy<K, F>
where
    T: Send + 'static,
    K: Key,
    F: Fn(&T) -> K + Send + 'static,
{
    type Out = WithKey<K, T>;
    /// The events of the batch so far.
    type Hot = u64;
    const HANDLES_MARKS: bool = false;

    #[inline(always)]
    fn begin(&mut self) -> u64 {
        0
    }

    #[inline(always)]
    fn event<E: Emit<WithKey<K, T>>>(
        &mut self,
        events: &mut u64,
        value: T,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let before = *events;
        let watch = self.place.watch(|| before + 1, &NoSnapshot);
        let key = (self.key)(&value);
        // A router upstream has sent the hash along with the event; an inlined call has not.
        let hash = if meta.hash == KeyHash::default() { key.key_hash() } else { meta.hash };
        watch.end();
        let emitted = into.emit(WithKey { key, value }, Meta { hash, ..meta });
        // Last, as in a step (decision 28).
        *events += 1;
        emitted
    }

    #[inline(always)]
    fn slice_end<E: Emit<WithKey<K, T>>>(&mut self, events: &mut u64, _: &mut E) -> Result<()> {
        self.place.advance(std::mem::take(events));
        Ok(())
    }

    #[inline(always)]
    fn batch_end<E: Emit<WithKey<K, T>>>(
        &mut self,
        events: &mut u64,
        passed: u64,
        _: &mut E,
    ) -> Result<u64> {
        self.place.advance(std::mem::take(events));
        Ok(passed)
    }
}
