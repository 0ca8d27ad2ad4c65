//! Checks of `sink(…)`.

use super::{Impossible, Nothing, Possible, Upstream};
use crate::sink::Sink;
use std::fmt;

/// A stream and a sink for its events.
pub struct CheckedSink<S, K> {
    pub(super) stream: S,
    pub(super) sink: K,
}

impl<S, K> fmt::Debug for CheckedSink<S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedSink").finish_non_exhaustive()
    }
}

/// A sink for events of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sink for `{T}` events [M0303]",
    label = "expected a sink for `{T}` events here",
    note = "help: wrap a closure with `for_each(…)`, a `futures::Sink` with `to_sink(…)`; a file \
            takes events that are `Serialize`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0303.md"
)]
#[doc(hidden)]
pub trait Accepts<T, M>: Sized {
    /// The stream and the sink.
    type CheckedSink<S>;

    /// Pairs the stream with the sink.
    fn events<S: Upstream<Event = T>>(stream: S, sink: Self) -> Self::CheckedSink<S>;
}

macro_rules! accepts {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, K: $bound> Accepts<T, $marker> for K {
            type CheckedSink<S> = CheckedSink<S, K>;

            fn events<S: Upstream<Event = T>>(stream: S, sink: K) -> CheckedSink<S, K> {
                CheckedSink { stream, sink }
            }
        }
    };
}
accepts!(Sink<T>, Possible);
accepts!(Nothing, Impossible);
