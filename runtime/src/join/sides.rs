//! The sides of a join, as types: a tuple of their events.

use super::rows::RowsOfSides;
use serde::{Deserialize, Serialize};

/// An event of one of the two sides of a join, as its late and unmatched outputs emit it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// fn describe(unmatched: &OneOf2<u32, String>) -> String {
///     match unmatched {
///         OneOf2::First(order) => format!("order {order} was not paid"),
///         OneOf2::Second(payment) => format!("payment {payment} has no order"),
///     }
/// }
///
/// assert_eq!(describe(&OneOf2::First(7)), "order 7 was not paid");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OneOf2<A, B> {
    /// An event of the first side.
    First(A),
    /// An event of the second side.
    Second(B),
}

/// An event of one of the three sides of a join, as its late and unmatched outputs emit it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// type Unmatched = OneOf3<&'static str, u32, bool>;
/// let is_first = |it: &Unmatched| matches!(it, OneOf3::First(_));
/// let unmatched = [OneOf3::First("order"), OneOf3::Third(true), OneOf3::Second(7)];
/// assert_eq!(unmatched.iter().filter(|it| is_first(it)).count(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OneOf3<A, B, C> {
    /// An event of the first side.
    First(A),
    /// An event of the second side.
    Second(B),
    /// An event of the third side.
    Third(C),
}

/// An event of one of the four sides of a join, as its late and unmatched outputs emit it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// type Unmatched = OneOf4<u8, u16, u32, &'static str>;
/// let unmatched: Unmatched = OneOf4::Fourth("shipped");
/// assert_eq!(unmatched, OneOf4::Fourth("shipped"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OneOf4<A, B, C, D> {
    /// An event of the first side.
    First(A),
    /// An event of the second side.
    Second(B),
    /// An event of the third side.
    Third(C),
    /// An event of the fourth side.
    Fourth(D),
}

/// Wraps an event of the first side, or of the other sides taken together: how the streams of a
/// join are merged into one.
pub trait FromSide<A, R>: Send + Sized + 'static {
    /// Wraps an event of the first side.
    fn first(event: A) -> Self;

    /// Wraps an event of one of the other sides.
    fn other(event: R) -> Self;
}

impl<A: Send + 'static, B: Send + 'static> FromSide<A, B> for OneOf2<A, B> {
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: B) -> Self {
        Self::Second(event)
    }
}

impl<A, B, C> FromSide<A, OneOf2<B, C>> for OneOf3<A, B, C>
where
    A: Send + 'static,
    B: Send + 'static,
    C: Send + 'static,
{
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: OneOf2<B, C>) -> Self {
        match event {
            OneOf2::First(event) => Self::Second(event),
            OneOf2::Second(event) => Self::Third(event),
        }
    }
}

impl<A, B, C, D> FromSide<A, OneOf3<B, C, D>> for OneOf4<A, B, C, D>
where
    A: Send + 'static,
    B: Send + 'static,
    C: Send + 'static,
    D: Send + 'static,
{
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: OneOf3<B, C, D>) -> Self {
        match event {
            OneOf3::First(event) => Self::Second(event),
            OneOf3::Second(event) => Self::Third(event),
            OneOf3::Third(event) => Self::Fourth(event),
        }
    }
}

/// The sides of a join: a tuple of two to four types of events.
pub trait Sides: Send + 'static {
    /// An event of one side.
    type OneOf: Send + 'static;
    /// At most one event of each side.
    type Options: Send;
    /// Any number of events of each side.
    type Lists: Clone + Default + Send + 'static;

    /// Adds an event to the list of its side.
    fn put(lists: &mut Self::Lists, event: Self::OneOf);

    /// Appends later events, side by side.
    fn extend(lists: &mut Self::Lists, later: &Self::Lists);

    /// Returns the sides that have events, one bit for each: 1 for the first, 2 for the second.
    fn present(lists: &Self::Lists) -> u8;

    /// Returns the number of events of each side.
    fn lengths(lists: &Self::Lists) -> RowsOfSides;

    /// Calls `emit` with each combination of one event of every side that has any.
    ///
    /// # Errors
    /// Returns the first error of `emit`, at once.
    fn combine<E>(
        lists: Self::Lists,
        emit: impl FnMut(Self::Options) -> Result<(), E>,
    ) -> Result<(), E>;

    /// Calls `emit` with each event, side after side.
    ///
    /// # Errors
    /// Returns the first error of `emit`, at once.
    fn each<E>(lists: Self::Lists, emit: impl FnMut(Self::OneOf) -> Result<(), E>)
    -> Result<(), E>;
}

/// Returns the events of a list, or a single `None` if it is empty.
fn or_none<T: Clone>(list: &[T]) -> impl Iterator<Item = Option<T>> + '_ {
    let none = list.is_empty().then_some(None);
    list.iter().cloned().map(Some).chain(none)
}

macro_rules! combinations {
    ([$($one:ident)*] $emit:ident;) => {
        $emit(($($one.clone(),)*))?;
    };
    ([$($one:ident)*] $emit:ident; $first:ident $list:expr, $($rest:tt)*) => {
        for $first in or_none($list) {
            combinations!([$($one)* $first] $emit; $($rest)*);
        }
    };
}

macro_rules! sides {
    ($one_of:ident: $($side:ident $variant:ident $one:ident $at:tt $bit:literal),+) => {
        impl<$($side: Clone + Send + 'static),+> Sides for ($($side,)+) {
            type OneOf = $one_of<$($side),+>;
            type Options = ($(Option<$side>,)+);
            type Lists = ($(Vec<$side>,)+);

            #[inline]
            fn put(lists: &mut Self::Lists, event: Self::OneOf) {
                match event {
                    $($one_of::$variant(event) => lists.$at.push(event),)+
                }
            }

            fn extend(lists: &mut Self::Lists, later: &Self::Lists) {
                $(lists.$at.extend_from_slice(&later.$at);)+
            }

            #[inline]
            fn present(lists: &Self::Lists) -> u8 {
                0 $(| if lists.$at.is_empty() { 0 } else { $bit })+
            }

            fn lengths(lists: &Self::Lists) -> RowsOfSides {
                let mut lengths = [0; 4];
                let lists = [$(lists.$at.len() as u64),+];
                lengths.iter_mut().zip(lists).for_each(|(sum, list)| *sum = list);
                lengths
            }

            fn combine<Err>(
                mut lists: Self::Lists,
                mut emit: impl FnMut(Self::Options) -> Result<(), Err>,
            ) -> Result<(), Err> {
                if $(lists.$at.len() <= 1)&&+ {
                    return emit(($(lists.$at.pop(),)+));
                }
                combinations!([] emit; $($one &lists.$at,)+);
                Ok(())
            }

            fn each<Err>(
                lists: Self::Lists,
                mut emit: impl FnMut(Self::OneOf) -> Result<(), Err>,
            ) -> Result<(), Err> {
                $(
                    for event in lists.$at {
                        emit($one_of::$variant(event))?;
                    }
                )+
                Ok(())
            }
        }
    };
}
sides!(OneOf2: A First a 0 1, B Second b 1 2);
sides!(OneOf3: A First a 0 1, B Second b 1 2, C Third c 2 4);
sides!(OneOf4: A First a 0 1, B Second b 1 2, C Third c 2 4, D Fourth d 3 8);
