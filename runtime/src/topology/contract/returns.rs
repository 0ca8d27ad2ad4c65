//! What may be fed back.

use super::{Impossible, Nothing, Possible};
use crate::topology::{Declared, Feedback, Stream};

/// An event of the type `T`, which is that of what comes in again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` events are fed back where `{T}` events come in again [M0311]",
    label = "this stream carries `{Self}`",
    note = "help: put `>> map(|event| …)` before it; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
pub trait Returns<T, P>: Sized {
    /// Feeds the stream back.
    #[track_caller]
    fn event<C: Declared<Out = Self>>(stream: Stream<Self, C>, back: Feedback<T>);
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Returns<T, Possible> for T {
    #[track_caller]
    fn event<C: Declared<Out = T>>(stream: Stream<T, C>, back: Feedback<T>) {
        stream.feedback(back);
    }
}

#[diagnostic::do_not_recommend]
impl<T, U: Nothing> Returns<T, Impossible> for U {
    fn event<C: Declared<Out = U>>(_: Stream<U, C>, _: Feedback<T>) {}
}
