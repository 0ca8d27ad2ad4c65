//! Whether an edge may drop events.

use super::{Possible, Upstream, kept};
use crate::builder::time::{Timed, Untimed};
use crate::builder::words::overflow::block;
use crate::channel::Overflow;
use crate::state::Volatile;

/// The time of a stream, which says what its job promises, where the next edge or node may drop
/// events.
#[diagnostic::on_unimplemented(
    message = "this job keeps every event, and here some may be dropped [M0419]",
    label = "drops events instead of waiting",
    note = "help: say why that is right, `weaken(\"…\") >> …`, or leave `overflow(…)` or \
            `.shed()` out: events then wait; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0419.md"
)]
#[doc(hidden)]
pub trait MayDrop<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn dropping<S: Upstream<Time = Self>>(stream: S) -> Self::Kept<S>;
}

/// The job makes no promise that a dropped event would break, or the reason is declared.
pub trait WithoutPromise {}

impl WithoutPromise for Timed<Volatile> {}
impl WithoutPromise for Untimed<Volatile> {}

/// What an edge may do when it is full, on a stream with the time `M`: any [`Overflow`] where
/// events may be dropped, and always [`block`], which drops none.
#[doc(hidden)]
pub trait EdgePolicy<M>: Into<Overflow> {}

#[diagnostic::do_not_recommend]
impl<M: MayDrop<Possible>> EdgePolicy<M> for Overflow {}
#[diagnostic::do_not_recommend]
impl<M> EdgePolicy<M> for block {}

/// Stands for the time of a stream whose next edge may drop events for a reason that is declared.
#[derive(Debug, Clone, Copy)]
pub struct Excused;

impl WithoutPromise for Excused {}

kept! {
    MayDrop(dropping, Time) where WithoutPromise;
}
