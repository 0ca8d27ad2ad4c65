//! Checks of streams that are fed back.

use super::{Impossible, Nothing, Possible};
use crate::builder::feedback::Feedback;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;

/// An event type equal to `T`, that of the loop.
#[diagnostic::on_unimplemented(
    message = "`{Self}` events are fed back where `{T}` events come in again [M0313]",
    label = "this feeds back `{Self}` events",
    note = "help: put `>> map(|event| …)` before it; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0313.md"
)]
#[doc(hidden)]
pub trait FeedsBack<T, P>: Sized {
    /// Feeds the stream back. The loop is the first argument, so that its event type is known when
    /// the stream is checked.
    #[track_caller]
    fn event<M, O, C>(back: Feedback<T>, stream: Stream<Self, M, O, C>)
    where
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = Self>;
}

/// The type is `T`, and known to be.
#[doc(hidden)]
pub trait LoopEvent<T>: Sized {
    /// The tail of the loop, for events of this type.
    fn end(back: Feedback<T>) -> Feedback<Self>;
}

impl<T> LoopEvent<T> for T {
    fn end(back: Feedback<T>) -> Feedback<T> {
        back
    }
}

#[diagnostic::do_not_recommend]
impl<T, U: LoopEvent<T> + Send + 'static> FeedsBack<T, Possible> for U {
    #[track_caller]
    fn event<M, O, C>(back: Feedback<T>, stream: Stream<U, M, O, C>)
    where
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
        stream.feedback(U::end(back));
    }
}

#[diagnostic::do_not_recommend]
impl<T, U: Nothing> FeedsBack<T, Impossible> for U {
    fn event<M, O, C>(_: Feedback<T>, _: Stream<U, M, O, C>)
    where
        M: TimeState,
        O: SideOutputs,
        C: Fusing<Out = U>,
    {
    }
}
