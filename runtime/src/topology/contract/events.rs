//! What events and their streams must be for some stages.

use super::takes::HasKey;
use super::{Impossible, Nothing, Possible, Upstream};
use crate::topology::declared::Timed;

/// A stream whose events have event time; `Self` is whether they have.
#[diagnostic::on_unimplemented(
    message = "windows and `in_order` need event time, but this stream has none [M0305]",
    label = "needs event time before it",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0305.md"
)]
pub trait HasEventTime: Sized {
    /// The stream itself.
    #[must_use]
    fn timed<S: Upstream<Time = Self>>(stream: S) -> S {
        stream
    }
}

impl HasEventTime for Timed {}

/// A stream whose events have a key; `Self` is whether they have.
#[diagnostic::on_unimplemented(
    message = "a window gathers the events of each key, but this stream has no key [M0306]",
    label = "needs a key before it",
    note = "help: write `>> by(|event| …)` before it, or `>> by(|_| ())` for one window over all \
            events; see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0306.md"
)]
pub trait IsKeyed<M>: Sized {
    /// The stream itself.
    type Kept<S>;

    /// The stream itself.
    fn keyed<S: Upstream<Key = Self>>(stream: S) -> Self::Kept<S>;
}

#[diagnostic::do_not_recommend]
impl<K> IsKeyed<Possible> for HasKey<K> {
    type Kept<S> = S;

    fn keyed<S>(stream: S) -> S {
        stream
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Nothing> IsKeyed<Impossible> for Q {
    type Kept<S> = S;

    fn keyed<S>(stream: S) -> S {
        stream
    }
}

/// An event that can be copied.
#[diagnostic::on_unimplemented(
    message = "this stream is used in more than one place, but its `{Self}` events cannot be \
               cloned [M0310]",
    label = "a fan-out gives every user a clone",
    note = "help: derive `Clone` for `{Self}`, or send an `Arc` of it: `>> map(Arc::new)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0310.md"
)]
pub trait Copied: Clone {
    /// The stream itself.
    #[must_use]
    fn copied<S: Upstream<Event = Self>>(stream: S) -> S {
        stream
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copied for T {}
