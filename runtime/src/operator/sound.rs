//! What the types of an operator are asked for, at the place where they are written.
//!
//! For an unsatisfied bound of [`Operator`](super::Operator) the compiler shows where the bound is,
//! and reports it again wherever the operator is used. So `#[operator]` asks for all of them in the
//! body of a constant, by the paths of the traits below: the user reads their messages, and no
//! more. The types of the operator then depend on that constant ([`Sound`]): if it does not
//! compile, they are unknown to the compiler, which says nothing that follows from it. If it does,
//! they are the types as written.

use super::context::Context;
use super::output::Output;
use crate::error::BoxError;
use crate::time::Timer;
use std::sync::Arc;

/// `Type` is `Self`, unless the constant `CHECKED` does not compile: then it is unknown.
#[doc(hidden)]
pub trait Sound<const CHECKED: bool> {
    /// The type as written.
    type Type;
}

impl<T, const CHECKED: bool> Sound<CHECKED> for T {
    type Type = T;
}

/// Checks that are made if this compiles.
#[doc(hidden)]
#[must_use]
pub const fn sound(_checks: &[fn()]) -> bool {
    true
}

/// A type of state, which begins as its default.
#[diagnostic::on_unimplemented(
    message = "state begins as its `Default`, and `{Self}` has none [M0277]",
    label = "the state of a key that is new would have no value",
    note = "help: derive `Default`, or write `&mut Option<{Self}>`, which begins as `None`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0277.md"
)]
#[doc(hidden)]
pub trait HasDefault {
    /// Does nothing: it compiles if the type has a default.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {}

/// A type that an operator holds: its own, its state or an argument.
#[diagnostic::on_unimplemented(
    message = "an operator moves between threads, and `{Self}` does not [M0278]",
    label = "holds something that is not `Send`, or borrows",
    note = "help: hold an `Arc` for an `Rc`, a `String` for a `&str`, a `Box<dyn Trait + Send>`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0278.md"
)]
#[doc(hidden)]
pub trait IsSend {
    /// Does nothing: it compiles if the type can be held.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> IsSend for T {}

/// An error of an operator.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error that an operator can return [M0279]",
    label = "an error is an `Error`, `Send` and `Sync`",
    note = "help: implement `std::error::Error` for it; for `Box<dyn Error>` write \
            `Box<dyn Error + Send + Sync>`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0279.md"
)]
#[doc(hidden)]
pub trait IsError {
    /// Does nothing: it compiles if the type can be an error.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError> + Send + 'static> IsError for E {}

/// A type that an operator is given: its context, its output, a timer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is another type of this name than operators are given [M0285]",
    label = "taken for that of millstream, by its name",
    note = "help: give your type another name, here by `use … as …` or `type … = …`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0285.md"
)]
#[doc(hidden)]
pub trait TakenFrom<G> {
    /// What is given, of the type that the function takes.
    fn given(given: G) -> Self;
}

macro_rules! is_given {
    ($($life:lifetime)? $($parameter:ident)?, $given:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($life,)? $($parameter)?> TakenFrom<$given> for $given {
            #[inline(always)]
            fn given(given: $given) -> Self {
                given
            }
        }
    };
}
is_given!('a, &'a mut Context);
is_given!('a T, &'a mut Output<T>);
is_given!(, Timer);

/// A result that is one event, by the [kind](super::KindOf) of its type.
#[diagnostic::on_unimplemented(
    message = "this is another name of `{Self}` [M0289]",
    label = "`#[operator]` sees the name only, which could be that of one event",
    note = "help: write out the `Result` or the `Option`, or end the name in `Result` or `Option`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0289.md"
)]
#[doc(hidden)]
pub trait OneEvent<const KIND: u8> {
    /// Does nothing: it compiles if the type is neither a `Result` nor an `Option`.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T> OneEvent<0> for T {}
#[diagnostic::do_not_recommend]
impl<T> OneEvent<3> for Vec<T> {}
#[diagnostic::do_not_recommend]
impl OneEvent<4> for () {}

/// The type of an operator with methods, of which each instance gets a copy.
#[diagnostic::on_unimplemented(
    message = "each instance of an operator is a clone, and `{Self}` is not `Clone` [M0280]",
    label = "derive `Clone`: each instance gets a copy",
    note = "help: write `#[derive(Clone)]` before the type, with an `Arc` around a field that \
            cannot be cloned; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0280.md"
)]
#[doc(hidden)]
pub trait HasClone {
    /// Does nothing: it compiles if the type can be cloned.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Clone> HasClone for T {}

/// An argument of an operator, of which each call gets a copy.
#[diagnostic::on_unimplemented(
    message = "each call gets a clone of the argument, and `{Self}` is not `Clone` [M0286]",
    label = "derive `Clone`, or borrow one value for all calls: `#[shared] x: &{Self}`",
    note = "see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0286.md"
)]
#[doc(hidden)]
pub trait IsArgument: Sized {
    /// A copy for a call.
    #[must_use]
    fn copied(value: &Self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> IsArgument for T {
    #[inline(always)]
    fn copied(value: &T) -> T {
        value.clone()
    }
}

/// A value that all instances of an operator share.
#[diagnostic::on_unimplemented(
    message = "all instances share this value at once, and `{Self}` cannot be shared [M0287]",
    label = "holds something that is not `Sync`, or not `Send`",
    note = "help: hold a `Mutex` for a `RefCell`, an atomic number for a `Cell`, an `Arc` for an \
            `Rc`; see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0287.md"
)]
#[doc(hidden)]
pub trait IsShared {
    /// Does nothing: it compiles if the type can be shared.
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static + ?Sized> IsShared for T {}

/// A value that is given for a shared one: itself, an `Arc` of it, or a reference to either, which
/// is what `WAY` says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is given where all instances share a `{T}` [M0284]",
    label = "give the `{T}` itself, or an `Arc` of it",
    note = "see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0284.md"
)]
#[doc(hidden)]
pub trait SharedAs<T: ?Sized, const WAY: u8> {
    /// The value, counted.
    fn shared(self) -> Arc<T>;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, A: Into<Arc<T>>> SharedAs<T, 0> for A {
    fn shared(self) -> Arc<T> {
        self.into()
    }
}

// A copy is made once, not for each instance.
#[diagnostic::do_not_recommend]
impl<T: Clone> SharedAs<T, 1> for &T {
    fn shared(self) -> Arc<T> {
        Arc::new(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> SharedAs<T, 2> for &Arc<T> {
    fn shared(self) -> Arc<T> {
        Arc::clone(self)
    }
}
