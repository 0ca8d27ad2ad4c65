//! Checks of numbers: of instances, and of events.
//!
//! `topology!` asks for them where a number is no literal. So a literal needs no type, and a number
//! that is computed can be of any.

use super::{Impossible, Nothing, Possible};
use crate::topology::Instances;

/// A number of instances.
#[diagnostic::on_unimplemented(
    message = "this is no number of instances [M0145]",
    label = "expected an integer, and this is `{Self}`",
    note = "help: write a whole number, such as `2`, or `auto` for one instance on each core; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0145.md"
)]
#[doc(hidden)]
pub trait CountsInstances<M>: Sized {
    /// The number.
    type Count;

    /// Returns the number.
    fn of(count: Self) -> Self::Count;
}

macro_rules! counts {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<N: $bound> CountsInstances<$marker> for N {
            type Count = N;

            fn of(count: N) -> N {
                count
            }
        }
    };
}
counts!(Into<Instances>, Possible);
counts!(Nothing, Impossible);

/// A number of events.
#[diagnostic::on_unimplemented(
    message = "this is no number of events [M0336]",
    label = "expected an integer, and this is `{Self}`",
    note = "help: write a whole number, such as `1_000`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0336.md"
)]
#[doc(hidden)]
pub trait IsWhole<M>: Sized {
    /// The number as the library counts.
    type Count;

    /// Returns the number. One that is negative is 0, and refused like that.
    fn of(count: Self) -> Self::Count;
}

macro_rules! whole {
    ($($integer:ty),+) => {$(
        #[diagnostic::do_not_recommend]
        impl IsWhole<Possible> for $integer {
            type Count = usize;

            fn of(count: $integer) -> usize {
                usize::try_from(count).unwrap_or(if count > 0 { usize::MAX } else { 0 })
            }
        }
    )+};
}
whole!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

#[diagnostic::do_not_recommend]
impl<N: Nothing> IsWhole<Impossible> for N {
    type Count = usize;

    fn of(_: N) -> usize {
        0
    }
}
