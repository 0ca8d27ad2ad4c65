//! What may stand in `sink(…)`.

use super::{Impossible, Nothing, Possible};
use crate::sink::Sink;
use crate::topology::stream::Stream;
use std::fmt;

/// A stream and a sink that accepts its events.
pub struct Ending<T, C, S> {
    pub(in crate::topology) stream: Stream<T, C>,
    pub(in crate::topology) sink: S,
}

impl<T, C, S> fmt::Debug for Ending<T, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending").finish_non_exhaustive()
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
pub trait Accepts<T, M>: Sized {
    /// The stream and the sink.
    type Ending<C>;

    /// The sink behind the stream.
    fn events<C>(stream: Stream<T, C>, sink: Self) -> Self::Ending<C>;
}

macro_rules! accepts {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, S: $bound> Accepts<T, $marker> for S {
            type Ending<C> = Ending<T, C, S>;

            fn events<C>(stream: Stream<T, C>, sink: S) -> Ending<T, C, S> {
                Ending { stream, sink }
            }
        }
    };
}
accepts!(Sink<T>, Possible);
accepts!(Nothing, Impossible);
