//! Many streams of one event type as one.

use super::declared::{Declared, Tap, TimeState};
use super::draft::SharedDraft;
use super::fan_out::tap_all;
use super::{Endpoint, Stream};

/// Streams of one event type, as a tuple.
#[diagnostic::on_unimplemented(
    message = "these streams cannot be merged",
    label = "streams that are merged have the same event type, and all or none of them event time",
    note = "bring them to one type first: `a >> map(|event| …)`"
)]
pub trait Streams {
    /// The events of all of them.
    type Event: Send + 'static;
    /// Whether they have event time.
    type Time: TimeState;

    /// The outputs they are, and the draft they belong to.
    fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>);
}

/// Merges streams of one event type: fair, in no particular order between them.
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
pub fn merge<S: Streams>(streams: S) -> Stream<S::Event, Tap<S::Event, S::Time>> {
    let (draft, outputs) = streams.into_outputs();
    tap_all(&draft, outputs)
}

macro_rules! stream_tuples {
    ($($first:ident $one:ident $(, $chain:ident $stream:ident)*;)+) => {$(
        impl<T, $first, $($chain),*> Streams for (Stream<T, $first>, $(Stream<T, $chain>,)*)
        where
            T: Send + 'static,
            $first: Declared<Out = T>,
            $($chain: Declared<Out = T, Time = $first::Time>,)*
        {
            type Event = T;
            type Time = $first::Time;

            fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>) {
                let ($one, $($stream,)*) = self;
                let first = $one.detached();
                let outputs = [first.from $(, $stream.detached().from)*];
                (first.draft, outputs.concat())
            }
        }
    )+};
}
stream_tuples! {
    A a;
    A a, B b;
    A a, B b, C c;
    A a, B b, C c, D d;
    A a, B b, C c, D d, E e;
    A a, B b, C c, D d, E e, F f;
    A a, B b, C c, D d, E e, F f, G g;
    A a, B b, C c, D d, E e, F f, G g, H h;
}

impl<T: Send + 'static, C: Declared<Out = T>> Streams for Vec<Stream<T, C>> {
    type Event = T;
    type Time = C::Time;

    fn into_outputs(self) -> (SharedDraft, Vec<Endpoint>) {
        let detached = self.into_iter().map(Stream::detached);
        detached.fold((SharedDraft::default(), Vec::new()), |(_, mut outputs), stream| {
            outputs.extend(stream.from);
            (stream.draft, outputs)
        })
    }
}
