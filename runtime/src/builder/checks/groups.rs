//! Checks of the closure of `by`.

use super::{Fitting, Impossible, Nothing, Possible, Upstream};
use crate::builder::keyed::KeyedStream;
use crate::builder::outputs::{OfEdge, SideOutputs};
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use std::fmt;
use std::marker::PhantomData;

/// A closure for `by` that returns a `K`.
pub struct GroupBy<F, K>(F, PhantomData<fn() -> K>);

impl<F, K> fmt::Debug for GroupBy<F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupBy")
    }
}

/// A type that can be a key.
#[diagnostic::on_unimplemented(
    message = "events cannot be grouped by `{Self}` [M0307]",
    label = "the closure returns a `{Self}`",
    note = "help: a key is an integer, `bool`, `char`, string, an `Option` or tuple of these; \
            write `#[derive(Key)]` on a type of your own; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0307.md"
)]
#[doc(hidden)]
pub trait GroupKey<M>: Sized {
    /// The stream with the closure.
    type Grouped<S: Upstream, F>;

    /// Pairs the stream with the closure: `stream.by(key)`.
    fn by<S, F>(stream: S, key: F) -> Self::Grouped<S, F>
    where
        S: Upstream,
        F: Fn(&S::Event) -> Self + Clone + Send + 'static;
}

macro_rules! groups {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<K: $bound> GroupKey<$marker> for K {
            type Grouped<S: Upstream, F> = S::Fitting<GroupBy<F, K>>;

            fn by<S, F>(stream: S, key: F) -> S::Fitting<GroupBy<F, K>>
            where
                S: Upstream,
                F: Fn(&S::Event) -> K + Clone + Send + 'static,
            {
                stream.fitting(GroupBy(key, PhantomData))
            }
        }
    };
}
groups!(Key, Possible);
groups!(Nothing, Impossible);

impl<T, M, O, C, K, F> Fitting<Stream<T, M, O, C>, GroupBy<F, K>>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
{
    /// The keyed stream.
    #[must_use]
    pub fn stream(
        self,
    ) -> KeyedStream<
        K,
        impl Fn(&T) -> K + Clone + Send + 'static,
        T,
        M,
        OfEdge<O::Dropped>,
        C::Between<impl ChainSpec<Out = T>>,
    > {
        self.stream.by(self.argument.0)
    }
}
