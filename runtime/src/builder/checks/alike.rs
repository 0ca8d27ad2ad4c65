//! Checks of streams that are merged.

use super::{Impossible, Nothing, Possible};
use crate::builder::declared::Declared;
use crate::builder::fork::{Fork, MeetingPaths, Met};
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::{Fusing, PathSpecs, PathTo};
use std::fmt;
use std::marker::PhantomData;

/// Streams to be merged, with their event type and whether they have event time; `G` keeps them.
pub struct Merged<T, M, G = DetachedStreams> {
    streams: G,
    events: PhantomData<fn() -> (T, M)>,
}

impl<T, M, G> fmt::Debug for Merged<T, M, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merged").finish_non_exhaustive()
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
        Self { streams: DetachedStreams(stream.detached().declared), events: PhantomData }
    }

    /// Adds a stream and infers its event type from the others, such as that of events fed back.
    #[must_use]
    pub fn with<N, O, C>(self, stream: Stream<T, N, O, C>) -> MergeWith<Self, Stream<T, N, O, C>> {
        MergeWith { merged: self, stream }
    }

    /// All of them as one stream.
    #[must_use]
    pub fn stream(self) -> Stream<T, M> {
        Stream::of(self.streams.0)
    }
}

/// How streams are kept until they are merged.
#[doc(hidden)]
pub trait Gather: Sized {
    /// With one more.
    type With<C: Fusing>: Gather;

    /// Adds a stream.
    fn add<U, M, O, C>(self, stream: Stream<U, M, O, C>) -> Self::With<C>
    where
        U: Send + 'static,
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = U>;
}

/// The outputs of streams that are laid out on their own.
pub struct DetachedStreams(Declared);

impl fmt::Debug for DetachedStreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedStreams").field("outputs", &self.0.from).finish()
    }
}

impl Gather for DetachedStreams {
    type With<C: Fusing> = Self;

    fn add<U, M, O, C>(mut self, stream: Stream<U, M, O, C>) -> Self
    where
        U: Send + 'static,
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
        self.0.from.extend(stream.detached().declared.from);
        self
    }
}

/// The paths of a fork, kept with their chains.
pub struct Meeting<F, P> {
    fork: F,
    paths: MeetingPaths<P>,
}

impl<F, P> fmt::Debug for Meeting<F, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meeting").finish_non_exhaustive()
    }
}

impl<F, P> Gather for Meeting<F, P> {
    type With<C: Fusing> = Meeting<F, (P, PathTo<C>)>;

    fn add<U, M, O, C>(self, stream: Stream<U, M, O, C>) -> Self::With<C>
    where
        U: Send + 'static,
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
        Meeting { fork: self.fork, paths: self.paths.and(stream) }
    }
}

impl<T, M, F, C> Merged<T, M, Meeting<F, ((), PathTo<C>)>>
where
    T: Send + 'static,
    M: TimeState,
    C: Fusing<Out = T>,
{
    /// Starts with the first path of a fork.
    pub fn paths<O: SideOutputs>(fork: F, path: Stream<T, M, O, C>) -> Self {
        let paths = MeetingPaths::default().and(path);
        Self { streams: Meeting { fork, paths }, events: PhantomData }
    }
}

impl<I, T, M, N, O, C, P> Merged<T, N, Meeting<Fork<I, M, O, C>, P>>
where
    I: Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    N: TimeState,
    O: SideOutputs,
    C: Fusing<Out = I>,
    P: PathSpecs<T>,
{
    /// All of them as one stream.
    #[must_use]
    #[track_caller]
    pub fn met(self) -> Met<T, N, C, P> {
        let Meeting { fork, paths } = self.streams;
        fork.joined(paths)
    }
}

/// Streams to be merged, and one more with the same event type.
pub struct MergeWith<G, S> {
    merged: G,
    stream: S,
}

impl<G, S> fmt::Debug for MergeWith<G, S> {
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
    type MergeWith<G, S>;

    /// Adds a stream.
    fn event<M, G, N, O, C>(
        merged: Merged<T, M, G>,
        stream: Stream<Self, N, O, C>,
    ) -> Self::MergeWith<Merged<T, M, G>, Stream<Self, N, O, C>>;
}

/// The type is `T`.
#[doc(hidden)]
pub trait IsType<T> {}

impl<T> IsType<T> for T {}

macro_rules! alike {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, U: $bound> SameEvents<T, $marker> for U {
            type MergeWith<G, S> = MergeWith<G, S>;

            fn event<M, G, N, O, C>(
                merged: Merged<T, M, G>,
                stream: Stream<U, N, O, C>,
            ) -> MergeWith<Merged<T, M, G>, Stream<U, N, O, C>> {
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
    fn and<T, U, G, O, C>(
        another: MergeWith<Merged<T, M, G>, Stream<U, Self, O, C>>,
    ) -> Merged<T, M, G::With<C>>
    where
        U: Send + 'static,
        G: Gather,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
        let MergeWith { merged, stream } = another;
        Merged { streams: merged.streams.add(stream), events: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<M: TimeState> SameTime<M> for M {}
