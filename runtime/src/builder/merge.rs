//! Several streams of one event type as one.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::TimeState;
use crate::lowering::Fusing;
use crate::topology::Endpoint;

/// Streams that [`merge`] accepts: a tuple of one to eight streams of one event type, or a `Vec`.
///
/// All or none of them have event time. A `Vec` holds streams of one type: see
/// [`Stream::detached`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let all = Collected::new();
/// let job = Builder::new("shops");
/// let open = |shop| job.source(from_iter([(shop, 1), (shop, 2)])).named(shop).detached();
/// let shops: Vec<Stream<(&str, u32)>> = ["rome", "oslo", "kyiv"].map(open).into();
/// merge(shops).sink(all.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(all.take().len(), 6);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "these streams cannot be merged",
    label = "streams that are merged have the same event type, and all or none of them event time",
    note = "bring them to one type first: `a >> map(|event| …)`"
)]
pub trait Streams {
    /// The event type of all of them.
    type Event: Send + 'static;
    /// Whether they have event time.
    type Time: TimeState;

    /// The draft they belong to, and the outputs they come from.
    fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>);
}

/// Merges streams of one event type into one: a fan-in, in no particular order between them.
///
/// In [`topology!`](macro@crate::topology) this is `[a, b] >> …`. The events of each stream keep
/// their order. The watermark is the minimum over all inputs that are not idle. The next node
/// receives from all of them directly: nothing is buffered or copied for the merge.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let all = Collected::new();
/// let job = Builder::new("merging");
/// let odd = job.source(from_iter([1, 3])).named("odd");
/// let even = job.source(from_iter([2, 4])).named("even");
/// merge((odd, even)).sink(all.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(all.take().iter().sum::<i32>(), 10);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn merge<S: Streams>(streams: S) -> Stream<S::Event, S::Time> {
    let (draft, outputs) = streams.into_outputs();
    Stream::of(Declared::new(draft, outputs, Ends::Loose))
}

macro_rules! stream_tuples {
    ($($($chain:ident $sides:ident $stream:ident),+;)+) => {$(
        impl<T, M, $($chain, $sides),+> Streams for ($(Stream<T, M, $sides, $chain>,)+)
        where
            T: Send + 'static,
            M: TimeState,
            $($chain: Fusing<Out = T>, $sides: SideOutputs,)+
        {
            type Event = T;
            type Time = M;

            fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>) {
                let ($($stream,)+) = self;
                let mut shared = None;
                let mut outputs = Vec::new();
                $(
                    let stream = $stream.detached();
                    outputs.extend(stream.declared.from);
                    shared = shared.or(Some(stream.declared.draft));
                )+
                (shared.unwrap_or_default(), outputs)
            }
        }
    )+};
}
stream_tuples! {
    A P a;
}

/// Calls `implement!` with the type parameters and names of tuples of two to eight streams.
macro_rules! tuples_of_streams {
    ($implement:ident) => {
        $implement! {
            A P a, B Q b;
            A P a, B Q b, C R c;
            A P a, B Q b, C R c, D S d;
            A P a, B Q b, C R c, D S d, E U e;
            A P a, B Q b, C R c, D S d, E U e, F V f;
            A P a, B Q b, C R c, D S d, E U e, F V f, G W g;
            A P a, B Q b, C R c, D S d, E U e, F V f, G W g, H X h;
        }
    };
}
tuples_of_streams!(stream_tuples);
pub(super) use tuples_of_streams;

impl<T, M, S, C> Streams for Vec<Stream<T, M, S, C>>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    type Event = T;
    type Time = M;

    fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>) {
        let detached = self.into_iter().map(Stream::detached);
        detached.fold((SharedDraft::default(), Vec::new()), |(_, mut outputs), stream| {
            outputs.extend(stream.declared.from);
            (stream.declared.draft, outputs)
        })
    }
}
