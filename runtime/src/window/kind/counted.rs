//! Windows of a fixed number of events.

use std::fmt;

/// Windows of a fixed number of events, made by [`counted`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Counted;
///
/// fn hundreds() -> Counted {
///     counted(100)
/// }
///
/// assert_eq!(hundreds().to_string(), "counted 100");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub(in crate::window) events: u64,
}

/// Groups every `events` events of a key, in order of arrival, for batches and per-n averages.
///
/// A window fires with its last event; at the end of the stream an incomplete window fires too. Its
/// bounds are the least event time in it and one microsecond after the greatest. No event is late.
/// `events` of 0 is refused at start. Event time is not required; without it all times are
/// [`EventTime::MIN`](crate::time::EventTime::MIN).
///
/// Memory: the state of one window for each key that has an incomplete one.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let topology = topology!(
///     job("mean_of_two"),
///     means = source(from_iter([1.0, 3.0, 10.0]))
///         >> by(|_| ())
///         >> window(counted(2))
///         >> aggregate(|price| *price, mean()),
///     means >> map(|mean: WindowResult<(), f64>| mean.value) >> sink(results.sink()),
///     means.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [2.0, 10.0]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn counted(events: u64) -> Counted {
    Counted { events }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counted {}", self.events)
    }
}
