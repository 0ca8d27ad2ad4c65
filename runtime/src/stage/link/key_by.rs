//! Assigns a key to each event.

use super::Link;
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::operator::Emit;
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;

/// Assigns a key to each event, and its hash unless a router has computed that already.
pub struct KeyBy<K, F> {
    key: F,
    keys: PhantomData<fn() -> K>,
}

impl<K, F> fmt::Debug for KeyBy<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBy")
    }
}

impl<K, F> KeyBy<K, F> {
    /// Keys events by `key`.
    pub fn new(key: F) -> Self {
        Self { key, keys: PhantomData }
    }
}

impl<T, K, F> Link<T> for KeyBy<K, F>
where
    T: Send + 'static,
    K: Key,
    F: Fn(&T) -> K + Send + 'static,
{
    type Out = WithKey<K, T>;
    type Hot = ();
    const HANDLES_MARKS: bool = false;

    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn event<E: Emit<WithKey<K, T>>>(
        &mut self,
        (): &mut (),
        value: T,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let key = (self.key)(&value);
        // A router upstream has sent the hash along with the event; an inlined call has not.
        let hash = if meta.hash == KeyHash::default() { key.key_hash() } else { meta.hash };
        into.emit(WithKey { key, value }, Meta { hash, ..meta })
    }
}
