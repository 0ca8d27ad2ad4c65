//! A declared key function.

use super::{At, LinkSpec};
use crate::event::WithKey;
use crate::key::Key;
use crate::stage::KeyBy;
use std::fmt;
use std::marker::PhantomData;

/// Declares a [`KeyBy`] link, downstream of the edge that sends events to the instance of their
/// key.
pub struct KeyBySpec<K, F> {
    key: F,
    keys: PhantomData<fn() -> K>,
}

impl<K, F> fmt::Debug for KeyBySpec<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBySpec")
    }
}

impl<K, F> KeyBySpec<K, F> {
    /// Keys events by `key`.
    pub fn new(key: F) -> Self {
        Self { key, keys: PhantomData }
    }
}

impl<T, K, F> LinkSpec<T> for KeyBySpec<K, F>
where
    T: Send + 'static,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
{
    type Out = WithKey<K, T>;
    type Link = KeyBy<K, F>;

    fn build(&self, _: &mut At<'_>) -> KeyBy<K, F> {
        KeyBy::new(self.key.clone())
    }
}
