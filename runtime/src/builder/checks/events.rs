//! Checks of event types: clones and variants.

use crate::builder::bounds::{Upstream, kept};
use crate::builder::split::Split;

/// An event type, where it must be `Clone`.
#[diagnostic::on_unimplemented(
    message = "the `{Self}` events of this stream cannot be cloned, but all who use it get each \
               [M0310]",
    label = "here everyone who gets an event gets a clone",
    note = "help: derive `Clone` for `{Self}`, or send an `Arc` of it: `>> map(Arc::new)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0310.md"
)]
#[doc(hidden)]
pub trait CloneEvents<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn copied<S: Upstream<Event = Self>>(stream: S) -> Self::Kept<S>;
}

/// An event type, where its variants are used as outputs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` events have no outputs of their own [M0321]",
    label = "no output of a node that gives on `{Self}` events",
    note = "help: give on an `enum` with `#[derive(Outputs)]`; what every node may have beside is \
            `.late`, `.unmatched`, `.errors` and `.overflow`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0321.md"
)]
#[doc(hidden)]
pub trait SplitEvents<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn split<S: Upstream<Event = Self>>(stream: S) -> Self::Kept<S>;
}

kept! {
    CloneEvents(copied, Event) where Clone;
    SplitEvents(split, Event) where Split;
}
