//! Tumbling windows.

use super::Aligned;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Consecutive windows of equal length, made by [`tumbling`]; `P` is what fires them.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Tumbling;
///
/// /// Days in UTC+9.
/// fn days() -> Tumbling {
///     tumbling(1.days()).offset(15.hours())
/// }
///
/// let midnight_in_tokyo = EventTime::from_secs(15 * 60 * 60);
/// assert_eq!(days().first_end(midnight_in_tokyo), midnight_in_tokyo + 1.days());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tumbling<P = AtEnd> {
    pub(in crate::window) aligned: Aligned,
    pub(in crate::window) triggers: P,
}

/// Divides event time into consecutive windows of length `size`; each event is in exactly one.
///
/// Use it for totals per minute, hour or day. Windows are aligned to the Unix epoch in UTC, or to
/// an [`offset`](Tumbling::offset) from it; they contain their start but not their end. A size of
/// zero is refused at start.
///
/// Memory: the state of each key in each window that is not closed yet.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let revenue = Collected::new();
/// let orders = [(10, 4.5), (50, 3.0), (60, 9.0)]; // the second, the amount
/// let topology = topology!(
///     job("revenue"),
///     orders = source(from_iter(orders))
///         >> event_time(|order| EventTime::from_secs(order.0), lateness(5.secs())),
///     minutes = orders
///         >> by(|_| ())
///         >> window(tumbling(1.mins()))
///         >> aggregate(|order| order.1, sum()),
///     minutes >> map(|minute: WindowResult<(), f64>| minute.value) >> sink(revenue.sink()),
///     minutes.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(revenue.take(), [7.5, 9.0]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn tumbling(size: Duration) -> Tumbling {
    Tumbling { aligned: Aligned::new(size, size), triggers: AtEnd }
}

impl<P> Tumbling<P> {
    /// Their bounds.
    pub(crate) fn aligned(&self) -> Aligned {
        self.aligned
    }
}

impl<P: Copy> Tumbling<P> {
    /// Moves the start of every window by `offset`, for days in another time zone, say. Only the
    /// remainder of `offset` by the size matters.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let hours = tumbling(1.hours()).offset(15.mins()); // from quarter past to quarter past
    /// assert_eq!(hours.first_end(EventTime::from_secs(0)), EventTime::from_secs(15 * 60));
    /// ```
    #[must_use]
    pub fn offset(self, offset: Duration) -> Self {
        Self { aligned: self.aligned.moved(offset), ..self }
    }

    /// Returns the end of the window that contains `time`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let windows = tumbling(1.mins());
    /// assert_eq!(windows.first_end(EventTime::from_secs(59)), EventTime::from_secs(60));
    /// assert_eq!(windows.first_end(EventTime::from_secs(60)), EventTime::from_secs(120));
    /// ```
    #[must_use]
    pub fn first_end(self, time: crate::time::EventTime) -> crate::time::EventTime {
        self.aligned.first_end(time)
    }
}

impl<P: Into<Triggered>> Tumbling<P> {
    fn triggered(self, set: impl FnOnce(Triggered) -> Triggered) -> Tumbling<Triggered> {
        Tumbling { aligned: self.aligned, triggers: set(self.triggers.into()) }
    }
}

fires!(Tumbling, "tumbling(1.mins())": early and late);

impl<P: fmt::Display> fmt::Display for Tumbling<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.aligned, self.triggers)
    }
}

impl From<Tumbling> for super::Sliding {
    fn from(kind: Tumbling) -> Self {
        Self { aligned: kind.aligned, emitted: super::EmittedWindows::All, triggers: AtEnd }
    }
}
