//! Not API: what the macros' expansions name.

pub use crate::key::text_of_parts;
pub use crate::operator::calls::{Copies, CopiesOf, FromTimedOut};
pub use crate::operator::reports::{LetterEventOf, StateBeforeOf};
pub use crate::operator::snapshot::{Probe, ViaCopy, ViaNothing};
pub use crate::peek::{PeekProbe, PeekedField, ViaNoPeek, ViaPeek};
pub use crate::state::shape::{Versioned, no_upgrade, read_upgraded, read_versioned};
pub use serde;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The result of a future that never awaits: it is there at the first poll.
#[inline(always)]
pub fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).as_mut().poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a body without an `await` does not wait"),
    }
}
