//! Checks of what the closure of `by` returns.

use super::given::{ByKey, ClosureOf};
use super::{Fitting, HoldsClosure, Impossible, Nothing, Possible};
use crate::builder::keyed::KeyedStream;
use crate::builder::outputs::{OfEdge, SideOutputs};
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};

/// A stream, and a closure for `by` that returns a `K`.
pub type KeyOfEvents<S, F, K> = Fitting<S, ClosureOf<ByKey, F, K>>;

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
    /// The stream with the closure, unchanged.
    type Grouped<P>;

    /// Returns the stream with the closure.
    fn by<P: HoldsClosure<Returned = Self>>(given: P) -> Self::Grouped<P>;
}

macro_rules! groups {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<K: $bound> GroupKey<$marker> for K {
            type Grouped<P> = P;

            fn by<P: HoldsClosure<Returned = K>>(given: P) -> P {
                given
            }
        }
    };
}
groups!(Key, Possible);
groups!(Nothing, Impossible);

impl<T, M, O, C, K, F> KeyOfEvents<Stream<T, M, O, C>, F, K>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
{
    /// The keyed stream.
    #[cfg(not(rust_analyzer))]
    #[must_use]
    pub fn stream(
        self,
    ) -> KeyedStream<K, F, T, M, OfEdge<O::Dropped>, C::Received<impl ChainSpec<Out = T>>> {
        self.stream.by(self.argument.closure)
    }

    /// The keyed stream with a key that hides its closure. Whether a closure is `Clone` is open to
    /// the end of the function, and an editor would try that again at each line.
    #[cfg(rust_analyzer)]
    pub fn stream(
        self,
    ) -> KeyedStream<
        K,
        impl Fn(&T) -> K + Clone + Send + 'static,
        T,
        M,
        OfEdge<O::Dropped>,
        C::Received<impl ChainSpec<Out = T>>,
    > {
        self.stream()
    }
}
