//! Sliding windows.

use super::Aligned;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Windows of equal length at regular intervals, made by [`sliding`]; `P` is what fires them.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Sliding;
///
/// fn last_half_hour() -> Sliding {
///     sliding(30.mins(), 5.mins())
/// }
///
/// assert_eq!(last_half_hour().to_string(), "sliding 30m by 5m");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sliding<P = AtEnd> {
    pub(in crate::window) aligned: Aligned,
    pub(in crate::window) emitted: EmittedWindows,
    pub(in crate::window) triggers: P,
}

/// Which sliding windows are emitted. If unsure, use [`All`](EmittedWindows::All), the default.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// // `WhenFresh` is set by a method.
/// let windows = sliding(30.mins(), 5.mins()).when_fresh();
/// assert_eq!(windows.to_string(), "sliding 30m by 5m, when fresh");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmittedWindows {
    /// All windows with events.
    All,
    /// Windows with an event that is in no earlier one. An operator that judges each event by those
    /// before it has no use for the others: with a slide of a sixth of the size, up to five of six.
    WhenFresh,
}

/// Starts a window of length `size` every `slide`; windows overlap if `slide` is shorter than
/// `size`.
///
/// Use it for moving averages and counts: "the last 30 minutes, every 5 minutes". Windows are
/// aligned to the Unix epoch, or to an [`offset`](Sliding::offset) from it; they contain their
/// start but not their end. Durations of zero are refused at start. If `slide` is longer than
/// `size`, events in the gaps are in no window and are late.
///
/// Memory and cost: an aggregate keeps one state for each pane of a key (the greatest common
/// divisor of size and slide), and each event is added to one pane only. Operators on a
/// [`Window`](crate::window::Window) share one copy of the events of a key.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let readings = [(1, 20.0), (6, 22.0), (11, 30.0)]; // the second, the temperature
/// let topology = topology!(
///     job("moving_average"),
///     readings = source(from_iter(readings))
///         >> event_time(|reading| EventTime::from_secs(reading.0), lateness(0.secs())),
///     means = readings
///         >> by(|_| ())
///         >> window(sliding(10.secs(), 5.secs()))
///         >> aggregate(|reading| reading.1, mean()),
///     means >> map(|mean: WindowResult<(), f64>| mean.value) >> sink(results.sink()),
///     means.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [20.0, 21.0, 26.0, 30.0]); // the windows that end at 5, 10, 15, 20
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn sliding(size: Duration, slide: Duration) -> Sliding {
    Sliding { aligned: Aligned::new(size, slide), emitted: EmittedWindows::All, triggers: AtEnd }
}

impl Sliding {
    /// Emits only windows with a [fresh](crate::window::Window::fresh) event, for operators that
    /// judge each event by those before it.
    ///
    /// Each event is fresh in exactly one of them. Applies to operators on a
    /// [`Window`](crate::window::Window) and to aggregates; windows that also fire early or late
    /// ignore it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn fresh(window: Window<(), (i64, &'static str)>) -> Vec<&'static str> {
    ///     window.fresh().map(|(_, event)| event.1).collect()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let seen = Collected::new();
    /// let topology = topology!(
    ///     logins = source(from_iter([(1, "ann"), (2, "bob"), (17, "cleo")]))
    ///         >> event_time(|login| EventTime::from_secs(login.0), lateness(0.secs())),
    ///     fresh = logins
    ///         >> by(|_| ())
    ///         >> window(sliding(20.secs(), 5.secs()).when_fresh())
    ///         >> fresh,
    ///     fresh >> sink(seen.sink()),
    ///     fresh.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(seen.take(), ["ann", "bob", "cleo"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn when_fresh(self) -> Self {
        Self { emitted: EmittedWindows::WhenFresh, ..self }
    }
}

impl<P> Sliding<P> {
    /// Their bounds.
    pub(crate) fn aligned(&self) -> Aligned {
        self.aligned
    }
}

impl<P: Copy> Sliding<P> {
    /// Moves the start of every window by `offset`. Only its remainder by the slide matters.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let windows = sliding(1.hours(), 30.mins()).offset(10.mins());
    /// assert_eq!(windows.first_end(EventTime::from_secs(0)), EventTime::from_secs(10 * 60));
    /// ```
    #[must_use]
    pub fn offset(self, offset: Duration) -> Self {
        Self { aligned: self.aligned.moved(offset), ..self }
    }

    /// Returns the end of the first window that contains `time`, or of the first one after it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let windows = sliding(30.mins(), 5.mins());
    /// assert_eq!(windows.first_end(EventTime::from_secs(7 * 60)), EventTime::from_secs(10 * 60));
    /// ```
    #[must_use]
    pub fn first_end(self, time: crate::time::EventTime) -> crate::time::EventTime {
        self.aligned.first_end(time)
    }
}

impl<P: Into<Triggered>> Sliding<P> {
    fn triggered(self, set: impl FnOnce(Triggered) -> Triggered) -> Sliding<Triggered> {
        let Self { aligned, emitted, triggers } = self;
        Sliding { aligned, emitted, triggers: set(triggers.into()) }
    }
}

fires!(Sliding, "sliding(1.hours(), 5.mins())": early and late);

impl<P: fmt::Display> fmt::Display for Sliding<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.aligned)?;
        match self.emitted {
            EmittedWindows::All => write!(f, "{}", self.triggers),
            EmittedWindows::WhenFresh => write!(f, ", when fresh{}", self.triggers),
        }
    }
}
