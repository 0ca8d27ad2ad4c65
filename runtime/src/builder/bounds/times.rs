//! Whether events have event time, and which verbs need it.

use super::{Upstream, kept};
use crate::builder::time::{Timed, Untimed};
use crate::window::{ByClock, Counted, Global};
use std::fmt;

/// The event time of a stream, where it is required.
#[diagnostic::on_unimplemented(
    message = "windows, joins, `dedupe` and `in_order` need event time, and this stream has none \
               [M0305]",
    label = "needs event time before it",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0305.md"
)]
#[doc(hidden)]
pub trait HasEventTime<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn timed<S: Upstream<Time = Self>>(stream: S) -> Self::Kept<S>;
}

/// The event time of a stream, or its absence, satisfies the windows `W`: all but
/// [`counted`](crate::window::counted) and [`global`](crate::window::global) need it.
#[diagnostic::on_unimplemented(
    message = "these windows need event time, and this stream has none [M0305]",
    label = "needs event time before it",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0305.md"
)]
pub trait TimeFor<W>: Sized {
    /// Pairs the stream with its windows: `stream.window(windows)`.
    fn window<S: Upstream<Time = Self>>(gathered: WindowsOn<S, W>) -> S::Fitting<TimedWindows<W>> {
        gathered.stream.fitting(TimedWindows(gathered.windows))
    }
}

/// A keyed stream and a kind of window for its events.
pub struct WindowsOn<S, W> {
    stream: S,
    windows: W,
}

impl<S, W> WindowsOn<S, W> {
    pub(in crate::builder) fn new(stream: S, windows: W) -> Self {
        Self { stream, windows }
    }
}

impl<S, W> fmt::Debug for WindowsOn<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowsOn").finish_non_exhaustive()
    }
}

/// A kind of window that has the event time it needs.
#[derive(Debug)]
pub struct TimedWindows<W>(pub(in crate::builder) W);

#[diagnostic::do_not_recommend]
impl<W, D> TimeFor<W> for Timed<D> {}
#[diagnostic::do_not_recommend]
impl<D> TimeFor<Counted> for Untimed<D> {}
#[diagnostic::do_not_recommend]
impl<P, D> TimeFor<Global<P>> for Untimed<D> {}
#[diagnostic::do_not_recommend]
impl<W, D> TimeFor<ByClock<W>> for Untimed<D> {}

/// There is event time.
pub trait WithEventTime {}

impl<D> WithEventTime for Timed<D> {}

kept! {
    HasEventTime(timed, Time) where WithEventTime;
}
