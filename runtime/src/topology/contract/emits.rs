//! What may stand in `source(…)`.

use super::{Impossible, Nothing, Possible};
use crate::source::Source;
use crate::topology::delivery::{FedBy, Promise};
use crate::topology::{Builder, SourceAt, Stream};
use std::fmt;
use std::marker::PhantomData;

/// A source, and the events that it emits.
pub struct Given<T, S> {
    source: S,
    events: PhantomData<fn() -> T>,
}

impl<T, S> fmt::Debug for Given<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").finish_non_exhaustive()
    }
}

/// A source of events of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source [M0302]",
    label = "expected a source here",
    note = "help: any `futures::Stream` is a source; wrap an iterator with `from_iter(…)`; its \
            events are `Send`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
)]
pub trait Emits<T, M>: Sized {
    /// The source, and the events that it emits.
    type Given;

    /// The source, and the events that it emits.
    fn events(source: Self) -> Self::Given;
}

macro_rules! emits {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, S: $bound> Emits<T, $marker> for S {
            type Given = Given<T, S>;

            fn events(source: S) -> Given<T, S> {
                Given { source, events: PhantomData }
            }
        }
    };
}
emits!(Source<T>, Possible);
emits!(Nothing, Impossible);

/// A source that is enough for what the job promises.
pub trait Replays<T, D>: Sized {
    /// Adds the source.
    #[track_caller]
    fn source(job: &Builder<D>, given: Given<T, Self>) -> Stream<T, SourceAt<Self, T>>;
}

impl<T, D, S> Replays<T, D> for S
where
    T: Send + 'static,
    S: Source<T>,
    D: Promise + FedBy<S::Replay>,
{
    #[track_caller]
    fn source(job: &Builder<D>, given: Given<T, Self>) -> Stream<T, SourceAt<Self, T>> {
        job.source(given.source)
    }
}
