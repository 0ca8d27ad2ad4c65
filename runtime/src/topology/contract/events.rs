//! What events and their streams must be for some stages.

use super::takes::HasKey;
use super::{Impossible, Nothing, Possible, Upstream};
use crate::topology::Split;
use crate::topology::declared::Timed;

/// Whether the events of a stream have event time, where they must.
#[diagnostic::on_unimplemented(
    message = "joins and `in_order` need event time, but this stream has none [M0305]",
    label = "needs event time before it",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0305.md"
)]
pub trait HasEventTime<M>: Sized {
    /// The stream itself.
    type Kept<S>;

    /// The stream itself.
    fn timed<S: Upstream<Time = Self>>(stream: S) -> Self::Kept<S>;
}

/// Whether the events of a stream have a key, where they must.
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

/// The events of a stream, where they must be cloned.
#[diagnostic::on_unimplemented(
    message = "the `{Self}` events of this stream cannot be cloned, but all who use it get each \
               [M0310]",
    label = "here everyone who gets an event gets a clone",
    note = "help: derive `Clone` for `{Self}`, or send an `Arc` of it: `>> map(Arc::new)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0310.md"
)]
pub trait Copied<M>: Sized {
    /// The stream itself.
    type Kept<S>;

    /// The stream itself.
    fn copied<S: Upstream<Event = Self>>(stream: S) -> Self::Kept<S>;
}

/// The events of a stream, where the outputs of their variants are used.
#[diagnostic::on_unimplemented(
    message = "`{Self}` events have no outputs of their own [M0321]",
    label = "no output of a node that gives on `{Self}` events",
    note = "help: give on an `enum` with `#[derive(Outputs)]`; what every node may have beside is \
            `.late`, `.unmatched`, `.errors` and `.overflow`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0321.md"
)]
pub trait Splits<M>: Sized {
    /// The stream itself.
    type Kept<S>;

    /// The stream itself.
    fn split<S: Upstream<Event = Self>>(stream: S) -> Self::Kept<S>;
}

/// There is event time.
pub trait Dated {}

impl Dated for Timed {}

/// There is a key.
pub trait Keyed {}

impl<K> Keyed for HasKey<K> {}

macro_rules! kept {
    ($($trait:ident($method:ident, $of:ident) where $bound:path;)+) => {$(
        kept!($trait($method, $of) where $bound, Possible);
        kept!($trait($method, $of) where Nothing, Impossible);
    )+};
    ($trait:ident($method:ident, $of:ident) where $bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T: $bound> $trait<$marker> for T {
            type Kept<S> = S;

            fn $method<S: Upstream<$of = T>>(stream: S) -> S {
                stream
            }
        }
    };
}
kept! {
    HasEventTime(timed, Time) where Dated;
    IsKeyed(keyed, Key) where Keyed;
    Copied(copied, Event) where Clone;
    Splits(split, Event) where Split;
}
