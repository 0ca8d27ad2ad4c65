//! Checks of what a job keeps in checkpoints.

use super::takes::Fit;
use super::{HasKey, Impossible, NoKey, Nothing, Possible, Upstream};
use crate::builder::time::TimeState;
use crate::operator::{Keyed, Operator, Unkeyed};
use crate::state::Kept;

/// A type that a job with the memory `D` can keep. In a durable job, `topology!` asks before each
/// word that keeps something, so that the compiler says this and nothing that follows from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is kept in checkpoints here, and cannot be written to one [M0415]",
    label = "keeps a `{Self}`",
    note = "help: write `#[derive(serde::Serialize, serde::Deserialize)]` on `{Self}`, or promise \
            `at_most_once`, which keeps nothing; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0415.md"
)]
#[doc(hidden)]
pub trait KeptIn<D, M>: Sized {
    /// What was checked, unchanged.
    type Kept<S>;

    /// Returns the stream, whose events are kept.
    fn events<S>(stream: S) -> Self::Kept<S>
    where
        S: Upstream<Event = Self, Time: TimeState<Memory = D>>;

    /// Returns the stream, whose keys are kept.
    fn keys<S>(stream: S) -> Self::Kept<S>
    where
        S: Upstream<Key: KeyOf<Keyed, Key = Self>, Time: TimeState<Memory = D>>;

    /// Returns a stream and an operator that keeps its keys, if it keeps anything.
    fn key<S, O, R>(fit: Fit<S, O, R>) -> Self::Kept<Fit<S, O, R>>
    where
        O: Operator<S::Event>,
        S: Upstream<Key: KeyOf<O::Keying, Key = Self>, Time: TimeState<Memory = D>>;

    /// Returns a stream and an operator, whose state is kept.
    fn state<S, O, R>(fit: Fit<S, O, R>) -> Self::Kept<Fit<S, O, R>>
    where
        O: Operator<S::Event, State = Self>,
        S: Upstream<Time: TimeState<Memory = D>>;
}

macro_rules! keeps {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T: $bound, D> KeptIn<D, $marker> for T {
            type Kept<S> = S;

            fn events<S>(stream: S) -> S
            where
                S: Upstream<Event = Self, Time: TimeState<Memory = D>>,
            {
                stream
            }

            fn keys<S>(stream: S) -> S
            where
                S: Upstream<Key: KeyOf<Keyed, Key = Self>, Time: TimeState<Memory = D>>,
            {
                stream
            }

            fn key<S, O, R>(fit: Fit<S, O, R>) -> Fit<S, O, R>
            where
                O: Operator<S::Event>,
                S: Upstream<Key: KeyOf<O::Keying, Key = Self>, Time: TimeState<Memory = D>>,
            {
                fit
            }

            fn state<S, O, R>(fit: Fit<S, O, R>) -> Fit<S, O, R>
            where
                O: Operator<S::Event, State = Self>,
                S: Upstream<Time: TimeState<Memory = D>>,
            {
                fit
            }
        }
    };
}
keeps!(Kept<D>, Possible);
keeps!(Nothing, Impossible);

/// The type of the keys of a stream where an operator with this
/// [`Keying`](crate::operator::Operator::Keying) keeps them; `()` if it keeps none, or there is
/// none.
#[doc(hidden)]
pub trait KeyOf<Keying> {
    /// The type.
    type Key;
}

impl<Q> KeyOf<Unkeyed> for Q {
    type Key = ();
}

impl<K, T, L> KeyOf<Keyed<T, L>> for HasKey<K> {
    type Key = K;
}

impl<T, L> KeyOf<Keyed<T, L>> for NoKey {
    type Key = ();
}
