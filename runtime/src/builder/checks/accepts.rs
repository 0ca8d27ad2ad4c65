//! Checks of `sink(…)`.

use super::{Impossible, Nothing, Possible, Upstream};
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::builder::weaken::Weakened;
use crate::lowering::Fusing;
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

impl<T, M, O, C, K> CheckedSink<Weakened<Stream<T, M, O, C>>, K>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    K: Sink<T>,
{
    /// Ends the stream in the sink, whatever it does about an event written again.
    #[track_caller]
    pub fn sink(self) {
        self.stream.sink(self.sink);
    }

    /// The same, with a name of its own.
    #[track_caller]
    pub fn sink_named(self, name: &str) {
        self.stream.sink_named(self.sink, name);
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
