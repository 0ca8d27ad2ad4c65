//! Checks of sources and sinks against the delivery guarantee.

use super::{CheckedSink, CheckedSource, Impossible};
use crate::builder::job::{Builder, Sourced};
use crate::builder::outputs::SideOutputs;
use crate::builder::promise::{Promise, at_least_once, at_most_once, exactly_once};
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;
use crate::sink::{Idempotent, Sink, Transactional, Truncates};
use crate::source::{Reader, Replay, Replayable};
use crate::topology::Delivery;

/// A guarantee that a source with this [`Replay`] can support.
#[diagnostic::on_unimplemented(
    message = "`at_least_once` and `exactly_once` need sources that can replay, and this one \
               cannot [M0411]",
    label = "does not keep its events",
    note = "help: read from something that keeps its events, such as a file or a log: \
            `impl Source<T, Replay = Replayable>`; or keep them in a journal: \
            `.journaled(\"directory\")`; or promise `at_most_once`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0411.md"
)]
pub trait FedBy<P>: Promise + Sized {
    /// Adds the source to the job: `job.source(source)`.
    #[track_caller]
    #[must_use]
    fn source<T, R>(job: &Builder<Self>, checked: CheckedSource<T, R, P>) -> Sourced<T, R, Self>
    where
        T: Send + 'static,
        R: Reader<T>,
        P: Replay,
    {
        job.begin(checked.open, checked.kind, P::REPLAYABILITY, checked.files)
    }
}

/// A guarantee that a sink with this [`Repeat`](crate::sink::Repeat) can support.
#[diagnostic::on_unimplemented(
    message = "`exactly_once` needs sinks that commit, are cut back or are idempotent, and this \
               one is none of these [M0412]",
    label = "an event that is replayed is written twice",
    note = "help: write to a file, which is cut back: `csv_file`, `jsonl_file`, `csv_parts`, \
            `jsonl_parts`; or wrap a sink for which twice is as good as once: \
            `sink(idempotent(…))`; or say why this one may write events twice: \
            `weaken(\"…\") >> sink(…)`; or promise `at_least_once`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0412.md"
)]
pub trait EndedBy<P>: Promise + Sized {
    /// Ends the stream in the sink: `stream.sink(sink)`.
    #[track_caller]
    fn sink<T, M, O, C, S>(_: &Builder<Self>, ending: CheckedSink<Stream<T, M, O, C>, S>)
    where
        T: Send + 'static,
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = T>,
        S: Sink<T, Repeat = P>,
    {
        ending.stream.sink(ending.sink);
    }

    /// Ends the stream in a named sink: `stream.sink_named(sink, name)`.
    #[track_caller]
    fn sink_named<T, M, O, C, S>(
        _: &Builder<Self>,
        ending: CheckedSink<Stream<T, M, O, C>, S>,
        name: &str,
    ) where
        T: Send + 'static,
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = T>,
        S: Sink<T, Repeat = P>,
    {
        ending.stream.sink_named(ending.sink, name);
    }
}

// With two implementations per word, the compiler does not suggest the only one there is. No source
// is `Impossible`.
macro_rules! kept {
    ($($trait:ident for $word:ty: $($kind:ty),+;)+) => {
        $($(
            #[diagnostic::do_not_recommend]
            impl $trait<$kind> for $word {}
        )+)+
    };
}
kept! {
    FedBy for at_least_once: Replayable, Impossible;
    FedBy for exactly_once: Replayable, Impossible;
    EndedBy for exactly_once: Idempotent, Truncates, Transactional;
}

#[diagnostic::do_not_recommend]
impl<R> FedBy<R> for at_most_once {}
#[diagnostic::do_not_recommend]
impl<R> FedBy<R> for Delivery {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for at_most_once {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for at_least_once {}
#[diagnostic::do_not_recommend]
impl<R> EndedBy<R> for Delivery {}
