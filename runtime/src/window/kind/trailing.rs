//! What came before each event.

use super::in_words;
use crate::time::micros;
use std::fmt;
use std::time::Duration;

/// For every event a window of what came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailing<H = Duration> {
    pub(in crate::window) spans: H,
    pub(in crate::window) delay: i64,
}

/// How far back trailing windows look: one duration, or an array of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how far back a trailing window looks",
    label = "expected a duration, or an array of durations",
    note = "help: write `trailing(7.days())` or `trailing([1.days(), 7.days()])`"
)]
pub trait Spans: Copy + fmt::Debug + Send + 'static {
    /// What an aggregate with results `R` gives: `R`, or an array of them.
    type Results<R: Send + 'static>: Send + 'static;

    /// The durations.
    fn spans(&self) -> Vec<Duration>;

    /// The results, one for each duration.
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

/// For every event a window of the events of its key up to it, over the last `spans`.
///
/// For an event at `t` and a span `d` these are the events with times in `(t - d, t]`. Of those at
/// `t` itself the ones count that arrived no later than the event. Results come in order of event
/// time, each when the watermark has passed its event. To be followed by `aggregate`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let found = Collected::new();
/// let payments = [(1, 10.0), (3, 20.0), (8, 30.0)];
/// let topology = topology!(
///     job("trailing"),
///     paid = source(from_iter(payments))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     totals = paid >> by(|_| ()) >> window(trailing(6.secs()))
///         >> aggregate(|paid| paid.1, sum()),
///     totals >> map(|total: TrailingResult<_, _, f64>| total.value) >> sink(found.sink()),
///     totals.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(found.take(), [10.0, 30.0, 50.0]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn trailing<H: Spans>(spans: H) -> Trailing<H> {
    Trailing { spans, delay: 0 }
}

impl<H: Spans> Trailing<H> {
    /// Windows that end `delay` before their event: `(t - delay - d, t - delay]`. All events of
    /// these times count.
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
