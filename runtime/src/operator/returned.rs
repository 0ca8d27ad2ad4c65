//! What a call returns, by its type: for a return type that may be another name of a `Result` or
//! an `Option`.
//!
//! `#[operator]` sees names only. Of a type that it does not know it asks a constant, whose value
//! depends on the type ([`KindOf`]), and takes the implementation for that value.

use super::Shape;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// Any other type than those below.
const ONE: u8 = 0;
const RESULT: u8 = 1;
const OPTION: u8 = 2;
const LIST: u8 = 3;
const NOTHING: u8 = 4;

/// Says which kind a type is: its own `KIND` is preferred to that of [`ViaOne`].
pub struct KindOf<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for KindOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KindOf")
    }
}

impl<T, E> KindOf<Result<T, E>> {
    /// A `Result`.
    pub const KIND: u8 = RESULT;
}

impl<T> KindOf<Option<T>> {
    /// An `Option`.
    pub const KIND: u8 = OPTION;
}

impl<T> KindOf<Vec<T>> {
    /// A list.
    pub const KIND: u8 = LIST;
}

impl KindOf<()> {
    /// Nothing.
    pub const KIND: u8 = NOTHING;
}

/// The kind of all other types.
#[doc(hidden)]
pub trait ViaOne {
    /// One value.
    const KIND: u8 = ONE;
}

impl<T> ViaOne for KindOf<T> {}

/// The kind of a value whose call has returned something of the kind `outcome`: a list is many
/// events in a `Result` only, for another name of a list means one event.
#[doc(hidden)]
#[must_use]
pub const fn value_kind(outcome: u8, value: u8) -> u8 {
    match (outcome, value) {
        (RESULT, LIST | OPTION | NOTHING) | (_, OPTION) => value,
        _ => ONE,
    }
}

/// The value and the error of what a call returns, of this kind.
#[diagnostic::on_unimplemented(
    message = "an operator with an output sends its results [M0223]",
    label = "`{Self}` is no `Result`",
    note = "help: return nothing or `Result<(), E>`, or remove the output; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0223.md"
)]
#[doc(hidden)]
pub trait OutcomeOf<const KIND: u8> {
    /// The value.
    type Value;
    /// The error.
    type Error;

    /// The value, or the error.
    ///
    /// # Errors
    /// Those that the call has returned.
    fn outcome(self) -> Result<Self::Value, Self::Error>;
}

macro_rules! cannot_fail {
    ($($kind:ident)*) => {$(
        impl<T> OutcomeOf<$kind> for T {
            type Value = T;
            type Error = Infallible;

            #[inline(always)]
            fn outcome(self) -> Result<T, Infallible> {
                Ok(self)
            }
        }
    )*};
}
cannot_fail!(ONE OPTION LIST NOTHING);

impl<T, E> OutcomeOf<RESULT> for Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline(always)]
    fn outcome(self) -> Self {
        self
    }
}

/// The events of a value of this kind.
#[doc(hidden)]
pub trait EmittedBy<const KIND: u8> {
    /// The type of the events.
    type Event;
    /// The events.
    type Events: IntoIterator<Item = Self::Event>;
    /// How many there are.
    const SHAPE: Shape;

    /// The events of the value.
    fn events(self) -> Self::Events;
}

impl<T> EmittedBy<ONE> for T {
    type Event = T;
    type Events = Option<T>;
    const SHAPE: Shape = Shape::OneToOne;

    #[inline(always)]
    fn events(self) -> Option<T> {
        Some(self)
    }
}

impl<T> EmittedBy<OPTION> for Option<T> {
    type Event = T;
    type Events = Self;
    const SHAPE: Shape = Shape::AtMostOne;

    #[inline(always)]
    fn events(self) -> Self {
        self
    }
}

impl<T> EmittedBy<LIST> for Vec<T> {
    type Event = T;
    type Events = Self;
    const SHAPE: Shape = Shape::Many;

    #[inline(always)]
    fn events(self) -> Self {
        self
    }
}

impl EmittedBy<NOTHING> for () {
    type Event = ();
    type Events = Option<()>;
    const SHAPE: Shape = Shape::Many;

    #[inline(always)]
    fn events(self) -> Option<()> {
        None
    }
}
