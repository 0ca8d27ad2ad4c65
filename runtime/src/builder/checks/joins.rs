//! Checks of the sides of a join, and of its definition of a match.

use super::{Impossible, IsType, Nothing, Possible};
use crate::builder::join::Joining;
use crate::builder::join_sides::JoinSides;
use crate::builder::keyed::KeyedStream;
use crate::join::{Full, Inner, JoinKind, JoinSpec, Left, Right, Sides};
use crate::key::Key;
use std::fmt;
use std::marker::PhantomData;

/// Streams to be joined by a key of type `K`, as a tuple. `J` is the kind of join.
pub struct JoinStart<J, K, S> {
    sides: S,
    kind: PhantomData<fn() -> (J, K)>,
}

impl<J, K, S> fmt::Debug for JoinStart<J, K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinStart").finish_non_exhaustive()
    }
}

macro_rules! first_side {
    ($($(#[$doc:meta])* $name:ident $kind:ident;)+) => {$(
        impl<K, F, T, M, O, C> JoinStart<$kind, K, (KeyedStream<K, F, T, M, O, C>,)> {
            $(#[$doc])*
            #[must_use]
            pub fn $name(first: KeyedStream<K, F, T, M, O, C>) -> Self {
                Self { sides: (first,), kind: PhantomData }
            }
        }
    )+};
}
first_side! {
    /// Starts an inner join with its first side.
    join Inner;
    /// Starts a left join with its first side.
    left_join Left;
    /// Starts a right join with its first side.
    right_join Right;
    /// Starts a full join with its first side.
    full_join Full;
}

/// A tuple of sides that can be extended.
pub trait AddSide: Sized {
    /// The tuple with one more side.
    type With<S>;

    /// Adds a side.
    fn and<S>(self, side: S) -> Self::With<S>;
}

macro_rules! and {
    ($($side:ident $one:ident),+) => {
        impl<$($side),+> AddSide for ($($side,)+) {
            type With<S> = ($($side,)+ S,);

            fn and<S>(self, side: S) -> Self::With<S> {
                let ($($one,)+) = self;
                ($($one,)+ side,)
            }
        }
    };
}
and!(A a);
and!(A a, B b);
and!(A a, B b, C c);

/// A key type equal to `K`, that of the other sides.
#[diagnostic::on_unimplemented(
    message = "streams with keys of type `{K}` and `{Self}` cannot be joined [M0318]",
    label = "the key of this side is `{Self}`, that of the first is `{K}`",
    note = "help: let the closures of `by` return the same type; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0318.md"
)]
#[doc(hidden)]
pub trait SameKey<K, M>: Sized {
    /// The sides with one more.
    type JoinStart<J, S: AddSide, R>;

    /// Adds a side.
    fn and<J, S: AddSide, F, T, N, O, C>(
        sides: JoinStart<J, K, S>,
        side: KeyedStream<Self, F, T, N, O, C>,
    ) -> Self::JoinStart<J, S, KeyedStream<Self, F, T, N, O, C>>;
}

macro_rules! same_key {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<K, L: $bound> SameKey<K, $marker> for L {
            type JoinStart<J, S: AddSide, R> = JoinStart<J, K, S::With<R>>;

            fn and<J, S: AddSide, F, T, N, O, C>(
                sides: JoinStart<J, K, S>,
                side: KeyedStream<L, F, T, N, O, C>,
            ) -> JoinStart<J, K, S::With<KeyedStream<L, F, T, N, O, C>>> {
                JoinStart { sides: sides.sides.and(side), kind: PhantomData }
            }
        }
    };
}
same_key!(IsType<K>, Possible);
same_key!(Nothing, Impossible);

/// A definition of which events of the sides `E` match.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which events of these sides are partners [M0317]",
    label = "expected `within(…)`, `latest(…)` or a window",
    note = "help: write `within(before, after)` for two sides, `latest(keep)` behind `join` or \
            `left_join`, or a window: `tumbling(…)`, `sliding(…, …)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0317.md"
)]
#[doc(hidden)]
pub trait JoinsOn<K: Key, E: Sides, J: JoinKind<E>, M>: Sized {
    /// The join.
    type Joining<S: JoinSides<Key = K, Events = E>>;

    /// Pairs the sides with the definition of a match.
    #[track_caller]
    fn spec<S>(sides: JoinStart<J, K, S>, spec: Self) -> Self::Joining<S>
    where
        S: JoinSides<Key = K, Events = E>;
}

#[diagnostic::do_not_recommend]
impl<K, E, J, W> JoinsOn<K, E, J, Possible> for W
where
    K: Key,
    E: Sides,
    J: JoinKind<E>,
    W: JoinSpec<K, E, J>,
{
    type Joining<S: JoinSides<Key = K, Events = E>> = Joining<J, S, W>;

    #[track_caller]
    fn spec<S>(sides: JoinStart<J, K, S>, spec: W) -> Joining<J, S, W>
    where
        S: JoinSides<Key = K, Events = E>,
    {
        Joining::of(sides.sides, spec)
    }
}

#[diagnostic::do_not_recommend]
impl<K: Key, E: Sides, J: JoinKind<E>, W: Nothing> JoinsOn<K, E, J, Impossible> for W {
    type Joining<S: JoinSides<Key = K, Events = E>> = ();

    fn spec<S>(_: JoinStart<J, K, S>, _: W)
    where
        S: JoinSides<Key = K, Events = E>,
    {
    }
}
