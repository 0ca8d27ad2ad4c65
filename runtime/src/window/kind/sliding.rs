//! Windows that overlap.

use super::Aligned;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Windows of one length, one every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sliding<P = AtEnd> {
    pub(in crate::window) aligned: Aligned,
    pub(in crate::window) emitted: EmittedWindows,
    pub(in crate::window) triggers: P,
}

/// Which of the windows of a key are given on. If unsure take [`All`](EmittedWindows::All).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmittedWindows {
    /// All that have an event.
    All,
    /// Those that show an event for the first time. For an operator that judges each event by those
    /// before it the others are work for nothing: with a slide of a sixth of the size, five of six.
    WhenFresh,
}

/// Windows of length `size`, one every `slide`; they overlap if `slide` is the shorter.
///
/// A length of zero is taken as one microsecond. If `slide` is longer than `size`, events in the
/// gaps belong to no window and are late.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let windows = sliding(30.mins(), 5.mins());
/// assert_eq!(windows.first_end(EventTime::from_secs(7 * 60)), EventTime::from_secs(10 * 60));
/// ```
#[must_use]
pub fn sliding(size: Duration, slide: Duration) -> Sliding {
    Sliding { aligned: Aligned::new(size, slide), emitted: EmittedWindows::All, triggers: AtEnd }
}

impl Sliding {
    /// Only windows that show an event for the first time are given on; for operators that take
    /// whole windows.
    ///
    /// Every event is then shown in exactly one window as a [fresh](crate::window::Window::fresh)
    /// one, among those before it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let windows = sliding(30.mins(), 5.mins()).when_fresh();
    /// # drop(windows);
    /// ```
    #[must_use]
    pub fn when_fresh(self) -> Self {
        Self { emitted: EmittedWindows::WhenFresh, ..self }
    }
}

impl<P: Copy> Sliding<P> {
    /// Windows that begin `offset` after those that are aligned to the epoch.
    #[must_use]
    pub fn offset(self, offset: Duration) -> Self {
        Self { aligned: self.aligned.moved(offset), ..self }
    }

    /// The end of the first window that contains `time`, or of the first one after it.
    #[must_use]
    pub fn first_end(self, time: crate::time::EventTime) -> crate::time::EventTime {
        self.aligned.first_end(time)
    }
}

impl<P: Into<Triggered>> Sliding<P> {
    fn triggered(self, say: impl FnOnce(Triggered) -> Triggered) -> Sliding<Triggered> {
        let Self { aligned, emitted: shown, triggers } = self;
        Sliding { aligned, emitted: shown, triggers: say(triggers.into()) }
    }
}

fires!(Sliding: early and late);

impl<P: fmt::Display> fmt::Display for Sliding<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.aligned)?;
        match self.emitted {
            EmittedWindows::All => write!(f, "{}", self.triggers),
            EmittedWindows::WhenFresh => write!(f, ", when fresh{}", self.triggers),
        }
    }
}
