//! Whether events have a key, and which verbs need one.

use super::{Upstream, kept};
use crate::operator::{HeldBy, Keyed, Unkeyed};
use crate::state::Kept;
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
impl<K, T, L> KeyFor<Keyed<T, L>> for HasKey<K> {}

/// The key of a stream of `In`, where an operator with this
/// [`Keying`](crate::operator::Operator::Keying) keeps state in a job with the memory `D`.
#[doc(hidden)]
pub trait KeptKey<In, Keying, D> {}

#[diagnostic::do_not_recommend]
impl<In, Q, D> KeptKey<In, Unkeyed, D> for Q {}
impl<In: HeldBy<Y, D>, K: Kept<D>, Y, D, L> KeptKey<In, Keyed<Y, L>, D> for HasKey<K> {}
// Whether there is a key at all is `KeyFor`, and reported by that alone.
#[diagnostic::do_not_recommend]
impl<In, Y, D, L> KeptKey<In, Keyed<Y, L>, D> for NoKey {}

/// The key of a stream, where one is required.
#[diagnostic::on_unimplemented(
    message = "windows, `dedupe` and `debounce` look at the events of each key, but this stream \
               has no key [M0306]",
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
