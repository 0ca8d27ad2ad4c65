//! What events may be grouped by.

use super::{Impossible, Nothing, Possible};
use crate::key::Key;
use crate::topology::declared::Declared;
use crate::topology::keyed::{self, ByKey, KeyedStream};
use crate::topology::stream::Stream;

/// A type by which events can be grouped.
#[diagnostic::on_unimplemented(
    message = "events cannot be grouped by `{Self}` [M0307]",
    label = "the closure returns a `{Self}`",
    note = "help: a key is an integer, `bool`, `char`, string, an `Option` or tuple of these; \
            implement `millstream::key::Key` for a type of your own; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0307.md"
)]
pub trait Groups<M>: Sized {
    /// The stream, with a key.
    type Keyed<T, C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> Self + Clone + Send + 'static;

    /// Sends every event to the instance that owns its key.
    fn by<T, C, F>(stream: Stream<T, C>, key: F) -> Self::Keyed<T, C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> Self + Clone + Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<K: Key> Groups<Possible> for K {
    type Keyed<T, C, F>
        = KeyedStream<K, ByKey<C, K, F>, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> Self + Clone + Send + 'static;

    fn by<T, C, F>(stream: Stream<T, C>, key: F) -> Self::Keyed<T, C, F>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        keyed::by(stream, key)
    }
}

#[diagnostic::do_not_recommend]
impl<K: Nothing> Groups<Impossible> for K {
    type Keyed<T, C, F>
        = Stream<T, C>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> Self + Clone + Send + 'static;

    fn by<T, C, F>(stream: Stream<T, C>, _: F) -> Stream<T, C>
    where
        T: Send + 'static,
        C: Declared<Out = T>,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        stream
    }
}
