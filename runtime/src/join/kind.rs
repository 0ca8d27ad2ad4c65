//! What becomes of events without a partner.

use super::Sides;
use std::fmt;

/// What becomes of events without a partner, and so what comes out of a join of the sides `S`.
#[diagnostic::on_unimplemented(
    message = "there is no such join of these sides [M0155]",
    label = "`right_join` has two sides",
    note = "help: put the side that is to be kept first and write `left_join`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0155.md"
)]
pub trait JoinKind<S: Sides>: Clone + fmt::Debug + Send + 'static {
    /// What comes out: a tuple with an event of each side, an `Option` where there may be none.
    type Row: Send + 'static;
    /// The sides of which a row must have an event: a bit for each, the first side's being 1.
    const REQUIRED: u8;
    /// What it is called in a topology.
    const NAME: &'static str;

    /// A row of events, of which those that are required are there.
    fn row(events: S::Options) -> Option<Self::Row>;
}

/// Only what has a partner on every side.
#[derive(Debug, Clone, Copy)]
pub struct Inner;

/// Every event of the first side.
#[derive(Debug, Clone, Copy)]
pub struct Left;

/// Every event of the second side.
#[derive(Debug, Clone, Copy)]
pub struct Right;

/// Every event.
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
