//! A key for every event.

use super::chain::fetch_from_chain;
use super::{Chain, Found};
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::Drive;
use crate::key::{Key, KeyHash};
use crate::operator::Emit;
use std::fmt;
use std::marker::PhantomData;

/// A key for every event of a chain.
pub struct KeyBy<C, K, F> {
    chain: C,
    key: F,
    keys: PhantomData<fn() -> K>,
}

impl<C, K, F> fmt::Debug for KeyBy<C, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyBy").finish_non_exhaustive()
    }
}

impl<C, K, F> KeyBy<C, K, F> {
    /// A key for every event of a chain.
    pub fn new(chain: C, key: F) -> Self {
        Self { chain, key, keys: PhantomData }
    }
}

impl<C, K, F> Drive for KeyBy<C, K, F>
where
    C: Chain,
    K: Key,
    F: Fn(&C::Out) -> K + Send + 'static,
{
    type Out = WithKey<K, C::Out>;

    #[inline]
    fn drive<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()> {
        self.chain.drive(&mut Keying { key: &self.key, into, keys: PhantomData })
    }
}

impl<C, K, F> Chain for KeyBy<C, K, F>
where
    C: Chain,
    K: Key,
    F: Fn(&C::Out) -> K + Send + 'static,
{
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
    }
}

struct Keying<'a, K, F, E> {
    key: &'a F,
    into: &'a mut E,
    keys: PhantomData<fn() -> K>,
}

impl<T, K, F, E> Emit<T> for Keying<'_, K, F, E>
where
    K: Key,
    F: Fn(&T) -> K,
    E: Emit<WithKey<K, T>>,
{
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        let key = (self.key)(&value);
        // An exchange has computed the hash already and sent it along; a call has not.
        let hash = if meta.hash == KeyHash::default() { key.key_hash() } else { meta.hash };
        self.into.emit(WithKey { key, value }, Meta { hash, ..meta })
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.into.mark(mark)
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.into.batch_end(events)
    }
}
