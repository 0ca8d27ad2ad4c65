//! Checks of streams that are merged.

use super::{Impossible, Nothing, Possible};
use crate::builder::declared::Declared;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;
use std::fmt;
use std::marker::PhantomData;

/// Streams to be merged, with their event type and whether they have event time.
pub struct Merged<T, M> {
    declared: Declared,
    events: PhantomData<fn() -> (T, M)>,
}

impl<T, M> fmt::Debug for Merged<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merged").field("outputs", &self.declared.from).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, M: TimeState> Merged<T, M> {
    /// Starts with one stream.
    #[must_use]
    pub fn of<O, C>(stream: Stream<T, M, O, C>) -> Self
    where
        O: SideOutputs,
        C: Fusing<Out = T>,
    {
        let stream = stream.detached();
        Self { declared: stream.declared, events: PhantomData }
    }

    /// Adds a stream and infers its event type from the others, such as that of events fed back.
    #[must_use]
    pub fn with<N, O, C>(self, stream: Stream<T, N, O, C>) -> MergeWith<T, M, Stream<T, N, O, C>> {
        MergeWith { merged: self, stream }
    }

    /// All of them as one stream.
    #[must_use]
    pub fn stream(self) -> Stream<T, M> {
        Stream::of(self.declared)
    }
}

/// Streams to be merged, and one more with the same event type.
pub struct MergeWith<T, M, S> {
    merged: Merged<T, M>,
    stream: S,
}

impl<T, M, S> fmt::Debug for MergeWith<T, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MergeWith").finish_non_exhaustive()
    }
}

/// An event type equal to `T`, that of the other streams.
#[diagnostic::on_unimplemented(
    message = "streams of `{T}` and of `{Self}` events cannot be merged [M0308]",
    label = "this stream carries `{Self}`, those before it `{T}`",
    note = "help: bring them to one type first: `a >> map(|event| …)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0308.md"
)]
#[doc(hidden)]
pub trait SameEvents<T, P>: Sized {
    /// All of the streams.
    type MergeWith<M, S>;

    /// Adds a stream.
    fn event<M, N, O, C>(
        merged: Merged<T, M>,
        stream: Stream<Self, N, O, C>,
    ) -> Self::MergeWith<M, Stream<Self, N, O, C>>;
}

/// The type is `T`.
#[doc(hidden)]
pub trait IsType<T> {}

impl<T> IsType<T> for T {}

macro_rules! alike {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, U: $bound> SameEvents<T, $marker> for U {
            type MergeWith<M, S> = MergeWith<T, M, S>;

            fn event<M, N, O, C>(
                merged: Merged<T, M>,
                stream: Stream<U, N, O, C>,
            ) -> MergeWith<T, M, Stream<U, N, O, C>> {
                MergeWith { merged, stream }
            }
        }
    };
}
alike!(IsType<T>, Possible);
alike!(Nothing, Impossible);

/// Whether a stream has event time, equal to that of the other streams.
#[diagnostic::on_unimplemented(
    message = "some of the streams that are merged have event time, and some have none [M0309]",
    label = "this stream is `{Self}`, those before it are `{M}`",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source of each of them; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0309.md"
)]
#[doc(hidden)]
pub trait SameTime<M: TimeState>: TimeState {
    /// Adds the last stream.
    fn and<T, U, O, C>(another: MergeWith<T, M, Stream<U, Self, O, C>>) -> Merged<T, M>
    where
        U: Send + 'static,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
        let MergeWith { mut merged, stream } = another;
        merged.declared.from.extend(stream.detached().declared.from);
        merged
    }
}

#[diagnostic::do_not_recommend]
impl<M: TimeState> SameTime<M> for M {}
