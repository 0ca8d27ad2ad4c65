//! A declared key function.

use super::{At, LinkSpec};
use crate::event::WithKey;
use crate::key::Key;
use crate::stage::KeyBy;
use crate::topology::NodeId;
use std::marker::PhantomData;

/// Declares a [`KeyBy`] link, downstream of the edge that sends events to the instance of their
/// key.
#[derive(Debug)]
pub struct KeyBySpec<K, F> {
    key: F,
    /// The node upstream.
    from: NodeId,
    keys: PhantomData<fn() -> K>,
}

impl<K, F> KeyBySpec<K, F> {
    /// Keys the events of `from` by `key`.
    pub fn new(key: F, from: NodeId) -> Self {
        Self { key, from, keys: PhantomData }
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

    fn build(&self, at: &mut At<'_>) -> KeyBy<K, F> {
        KeyBy::new(self.key.clone(), at.place_of_key(self.from))
    }
}
