//! Inner, left, right and full joins.

use super::Sides;
use std::fmt;

/// What a join of the sides `S` does with events without a match: [`Inner`], [`Left`], [`Right`] or
/// [`Full`].
///
/// It determines the rows that the join emits, and is chosen by the function:
/// [`join`](fn@crate::builder::join), [`left_join`](fn@crate::builder::left_join),
/// [`right_join`](fn@crate::builder::right_join) or [`full_join`](fn@crate::builder::full_join).
/// Not meant to be implemented by users.
///
/// # Examples
/// ```
/// use millstream::join::{Full, Inner, JoinKind, Left, Right};
///
/// type Sides = (&'static str, u32);
/// assert_eq!(<Inner as JoinKind<Sides>>::row((Some("book"), None)), None);
/// assert_eq!(<Left as JoinKind<Sides>>::row((Some("book"), None)), Some(("book", None)));
/// assert_eq!(<Right as JoinKind<Sides>>::row((None, Some(12))), Some((None, 12)));
/// assert_eq!(<Full as JoinKind<Sides>>::row((None, Some(12))), Some((None, Some(12))));
/// ```
#[diagnostic::on_unimplemented(
    message = "there is no such join of these sides [M0155]",
    label = "`right_join` has two sides",
    note = "help: put the side that is to be kept first and write `left_join`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0155.md"
)]
pub trait JoinKind<S: Sides>: Clone + fmt::Debug + Send + 'static {
    /// What the join emits: a tuple with an event of each side, an [`Option`] where there may be
    /// none.
    type Row: Send + 'static;
    /// The sides that a row must have an event of, one bit for each: 1 for the first, 2 for the
    /// second.
    const REQUIRED: u8;
    /// Its name in a topology.
    const NAME: &'static str;

    /// Returns a row of these events, or `None` if a required side has none.
    fn row(events: S::Options) -> Option<Self::Row>;
}

/// Emits only combinations with an event of every side; events without a match are unmatched.
///
/// The kind of [`join`](fn@crate::builder::join).
#[derive(Debug, Clone, Copy)]
pub struct Inner;

/// Emits every event of the first side, with `None` for sides without a match.
///
/// The kind of [`left_join`](fn@crate::builder::left_join). Unmatched events of the other sides go
/// to the unmatched output.
#[derive(Debug, Clone, Copy)]
pub struct Left;

/// Emits every event of the second of two sides, with `None` where the first has no match.
///
/// The kind of [`right_join`](fn@crate::builder::right_join). Unmatched events of the first side go
/// to the unmatched output.
#[derive(Debug, Clone, Copy)]
pub struct Right;

/// Emits every event of all sides, with `None` for sides without a match; none is unmatched.
///
/// The kind of [`full_join`](fn@crate::builder::full_join).
#[derive(Debug, Clone, Copy)]
pub struct Full;

macro_rules! kinds {
    (
        $($side:ident $event:ident),+;
        $all:literal;
        $first:ident $other:ident; $($rest:ident $more:ident),+
    ) => {
        impl<$($side: Clone + Send + 'static),+> JoinKind<($($side,)+)> for Inner {
            type Row = ($($side,)+);
            const REQUIRED: u8 = $all;
            const NAME: &'static str = "join";

            #[inline]
            fn row(($($event,)+): ($(Option<$side>,)+)) -> Option<Self::Row> {
                Some(($($event?,)+))
            }
        }

        impl<$($side: Clone + Send + 'static),+> JoinKind<($($side,)+)> for Left {
            type Row = ($first, $(Option<$rest>,)+);
            const REQUIRED: u8 = 1;
            const NAME: &'static str = "left_join";

            #[inline]
            fn row(($other, $($more,)+): ($(Option<$side>,)+)) -> Option<Self::Row> {
                Some(($other?, $($more,)+))
            }
        }

        impl<$($side: Clone + Send + 'static),+> JoinKind<($($side,)+)> for Full {
            type Row = ($(Option<$side>,)+);
            const REQUIRED: u8 = 0;
            const NAME: &'static str = "full_join";

            #[inline]
            fn row(events: ($(Option<$side>,)+)) -> Option<Self::Row> {
                Some(events)
            }
        }
    };
}
kinds!(A a, B b; 3; A a; B b);
kinds!(A a, B b, C c; 7; A a; B b, C c);
kinds!(A a, B b, C c, D d; 15; A a; B b, C c, D d);

impl<A: Clone + Send + 'static, B: Clone + Send + 'static> JoinKind<(A, B)> for Right {
    type Row = (Option<A>, B);
    const REQUIRED: u8 = 2;
    const NAME: &'static str = "right_join";

    #[inline]
    fn row((first, second): (Option<A>, Option<B>)) -> Option<Self::Row> {
        Some((first, second?))
    }
}
