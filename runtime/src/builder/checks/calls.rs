//! Checks of `.in_flight(…)` behind an operator.

use super::Upstream;
use super::takes::Fit;
use crate::operator::{Awaits, Operator};

/// An operator on events of type `In` that makes calls.
#[diagnostic::on_unimplemented(
    message = "`{Self}` never awaits, so it has no calls in flight [M0191]",
    label = "its calls return at once",
    note = "help: leave out `.in_flight(…)`; instances, `* 4`, spread work that never waits; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0191.md"
)]
#[doc(hidden)]
pub trait HasCalls<In>: Sized {
    /// The stream and the operator, unchanged.
    fn calls<S: Upstream<Event = In>, R>(fit: Fit<S, Self, R>) -> Fit<S, Self, R> {
        fit
    }
}

#[diagnostic::do_not_recommend]
impl<In, O: Operator<In, Mode = Awaits>> HasCalls<In> for O {}
