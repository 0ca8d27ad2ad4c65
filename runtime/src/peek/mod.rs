//! What of an event may be shown to people who look at a running job.
//!
//! The [page](https://github.com/millstream-rs/millstream/blob/main/docs/guide/page.md) of a job
//! shows events of an edge while one looks. Of a type that says nothing it shows the name and the
//! size, never its `Debug`: that prints card numbers. [`Peek`](derive@crate::Peek) says which
//! fields are shown.
//!
//! # Examples
//! ```
//! use millstream::peek::{Peek, Peeked};
//!
//! #[derive(Peek)]
//! struct Payment {
//!     id: u64,
//!     #[peek(hide)]
//!     card: String,
//!     amount: f64,
//! }
//!
//! let payment = Payment { id: 7, card: "4111 1111 1111 1111".into(), amount: 12.5 };
//! assert_eq!(format!("{:?}", Peeked(&payment)), "Payment { id: 7, card: •••, amount: 12.5 }");
//! ```

mod peekers;
mod probe;
mod standard;

pub use millstream_macros::Peek;
pub(crate) use peekers::Peeker;
pub use peekers::{PeekedEvent, Peekers};
pub use probe::{PeekProbe, PeekedField, ViaNoPeek, ViaPeek};

use std::fmt;

/// Says what of a value may be shown; derived, with `#[peek(hide)]` at what may not.
///
/// Events of a type with it are shown on the page of a job if an `#[operator]` of the job names the
/// type in its signature, or if [`Config::peek`](crate::Config::peek) names it. Numbers, texts and
/// the like have it to be fields: an event that is just a text is shown by its size only, unless
/// `Config::peek` names it.
///
/// # Examples
/// By hand, to show a part of a field:
/// ```
/// use millstream::peek::{Peek, Peeked};
/// use std::fmt;
///
/// struct Card(String);
///
/// impl Peek for Card {
///     fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "card … {}", &self.0[self.0.len() - 4..])
///     }
/// }
///
/// assert_eq!(format!("{:?}", Peeked(&Card("4111111111111234".into()))), "card … 1234");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what of it may be shown [M0331]",
    label = "does not implement `Peek`",
    note = "help: derive `Peek` for `{Self}` too, or hide the field: `#[peek(hide)]`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0331.md"
)]
pub trait Peek {
    /// Writes what may be shown, in one line.
    ///
    /// # Errors
    /// Those of the formatter.
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Adds the type to those whose events are shown.
    #[doc(hidden)]
    fn register(to: &mut Peekers)
    where
        Self: Sized + 'static,
    {
        to.add::<Self>();
    }
}

/// Formats with `{:?}` what [`Peek`] shows of a value.
///
/// # Examples
/// ```
/// use millstream::peek::Peeked;
///
/// assert_eq!(format!("{:?}", Peeked(&Some(7))), "Some(7)");
/// ```
pub struct Peeked<'a, T: ?Sized>(pub &'a T);

impl<T: Peek + ?Sized> fmt::Debug for Peeked<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.peek(f)
    }
}

/// Formats with `{:?}` as `•••`: stands for what is not shown.
///
/// # Examples
/// ```
/// use millstream::peek::Hidden;
///
/// assert_eq!(format!("{Hidden:?}"), "•••");
/// ```
#[derive(Clone, Copy)]
pub struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}
