//! Whether events have a key, and which verbs need one.

use super::{Upstream, kept};
use crate::operator::{Keyed, Unkeyed};
use std::marker::PhantomData;

/// The events of a stream have no key.
#[derive(Debug, Clone, Copy)]
pub struct NoKey;

/// The events of a stream have a key of type `K`.
#[derive(Debug, Clone, Copy)]
pub struct HasKey<K>(PhantomData<fn() -> K>);

/// The key of a stream, or its absence, satisfies an operator with this
/// [`Keying`](crate::operator::Operator::Keying).
#[diagnostic::on_unimplemented(
    message = "this operator keeps state per key, but the stream before it has no key [M0304]",
    label = "needs a key before it",
    note = "help: write `>> by(|event| …)` before it, or `>> per_instance` for one state in each \
            instance; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0304.md"
)]
#[doc(hidden)]
pub trait KeyFor<Keying> {}

#[diagnostic::do_not_recommend]
impl<Q> KeyFor<Unkeyed> for Q {}
#[diagnostic::do_not_recommend]
impl<K> KeyFor<Keyed> for HasKey<K> {}

/// The key of a stream, where one is required.
#[diagnostic::on_unimplemented(
    message = "windows and `dedupe` look at the events of each key, but this stream has no key \
               [M0306]",
    label = "needs a key before it",
    note = "help: write `>> by(|event| …)` before it, or `>> by(|_| ())` for one window over all \
            events; see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0306.md"
)]
#[doc(hidden)]
pub trait IsKeyed<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn keyed<S: Upstream<Key = Self>>(stream: S) -> Self::Kept<S>;
}

/// There is a key.
pub trait WithAnyKey {}

impl<K> WithAnyKey for HasKey<K> {}

kept! {
    IsKeyed(keyed, Key) where WithAnyKey;
}
