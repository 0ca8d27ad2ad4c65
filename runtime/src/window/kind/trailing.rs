//! Trailing windows.

use super::in_words;
use crate::time::micros;
use std::fmt;
use std::time::Duration;

/// A window up to each event, made by [`trailing`]; `H` is how far back it reaches.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Trailing;
/// use std::time::Duration;
///
/// fn last_day_and_week() -> Trailing<[Duration; 2]> {
///     trailing([1.days(), 7.days()])
/// }
///
/// assert_eq!(last_day_and_week().to_string(), "trailing 24h, 168h");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailing<H = Duration> {
    pub(in crate::window) spans: H,
    pub(in crate::window) delay: i64,
}

/// How far back [`trailing`] windows reach: one duration, or an array of durations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how far back a trailing window looks",
    label = "expected a duration, or an array of durations",
    note = "help: write `trailing(7.days())` or `trailing([1.days(), 7.days()])`"
)]
pub trait Spans: Copy + fmt::Debug + Send + 'static {
    /// The value of a [`TrailingResult`](crate::window::TrailingResult): `R`, or an array of `R`.
    type Results<R: Send + 'static>: Send + 'static;

    /// Returns the durations.
    fn spans(&self) -> Vec<Duration>;

    /// Calls `result` with the index of each duration and returns the results.
    fn results<R: Send + 'static>(&self, result: impl FnMut(usize) -> R) -> Self::Results<R>;
}

impl Spans for Duration {
    type Results<R: Send + 'static> = R;

    fn spans(&self) -> Vec<Duration> {
        vec![*self]
    }

    #[inline]
    fn results<R: Send + 'static>(&self, mut result: impl FnMut(usize) -> R) -> R {
        result(0)
    }
}

impl<const N: usize> Spans for [Duration; N] {
    type Results<R: Send + 'static> = [R; N];

    fn spans(&self) -> Vec<Duration> {
        self.to_vec()
    }

    #[inline]
    fn results<R: Send + 'static>(&self, result: impl FnMut(usize) -> R) -> [R; N] {
        std::array::from_fn(result)
    }
}

/// Opens a window for each event over the events of its key up to it: "how much in the last 7 days,
/// as of this payment".
///
/// `spans` is one duration, or an array of durations that are computed in one pass. For an event at
/// `t` and a span `d`, the window contains the events with times in `(t - d, t]`; of several events
/// at `t`, those that arrived no later than the event. Results are [`TrailingResult`]s in order of
/// event time, each emitted when the watermark has passed its event. Only `aggregate` can follow.
///
/// Memory: events wait for the watermark; then the state of each is kept for the longest span plus
/// the [delay](Trailing::delayed).
///
/// [`TrailingResult`]: crate::window::TrailingResult
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let payments = [(1, 10.0), (3, 20.0), (8, 30.0)]; // the second, the amount
/// let topology = topology!(
///     job("trailing"),
///     paid = source(from_iter(payments))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     totals = paid >> by(|_| ()) >> window(trailing(6.secs()))
///         >> aggregate(|paid| paid.1, sum()),
///     totals >> map(|total: TrailingResult<_, _, f64>| total.value) >> sink(results.sink()),
///     totals.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [10.0, 30.0, 50.0]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn trailing<H: Spans>(spans: H) -> Trailing<H> {
    Trailing { spans, delay: 0 }
}

impl<H: Spans> Trailing<H> {
    /// Ends each window `delay` before its event: it contains the events with times in
    /// `(t - delay - d, t - delay]`.
    ///
    /// Use it to leave out what cannot be known at `t` yet. An event is then in its own window only
    /// if `delay` is zero.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let results = Collected::new();
    /// let topology = topology!(
    ///     job("known_fraud"),
    ///     paid = source(from_iter([(1, 10), (3, 20), (8, 30)]))
    ///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
    ///     totals = paid
    ///         >> by(|_| ())
    ///         >> window(trailing(6.secs()).delayed(2.secs()))
    ///         >> aggregate(|paid| paid.1, sum()),
    ///     totals >> map(|total: TrailingResult<_, _, i32>| total.value) >> sink(results.sink()),
    ///     totals.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(results.take(), [0, 10, 30]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay: micros(delay), ..self }
    }
}

impl<H: Spans> fmt::Display for Trailing<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans = self.spans.spans();
        let spans: Vec<String> = spans.iter().map(|span| in_words(micros(*span))).collect();
        write!(f, "trailing {}", spans.join(", "))?;
        if self.delay > 0 {
            write!(f, " delayed {}", in_words(self.delay))?;
        }
        Ok(())
    }
}
