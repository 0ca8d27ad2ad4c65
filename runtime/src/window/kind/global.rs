//! Global windows.

use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// One window for all events of a key, made by [`global`]; `P` is what fires it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::{Global, Triggered};
///
/// fn running_total() -> Global<Triggered> {
///     global().early_every(1)
/// }
///
/// assert_eq!(running_total().to_string(), "global, early every 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Global<P = AtEnd> {
    pub(in crate::window) triggers: P,
}

/// Puts all events of a key into one window, for totals over a bounded stream and running totals.
///
/// The window spans all of event time and fires on time at the end of the stream. On an unbounded
/// stream it only fires [early](Global::early_every). No event is late.
///
/// Memory: the state of every key, to the end of the stream.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let topology = topology!(
///     job("running_total"),
///     paid = source(from_iter([(1, 10), (2, 20), (3, 5)]))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     totals = paid
///         >> by(|_| ())
///         >> window(global().early_every(2))
///         >> aggregate(|paid| paid.1, sum()),
///     totals
///         >> map(|total: WindowResult<(), i32>| (total.firing, total.value))
///         >> sink(results.sink()),
///     totals.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [(Firing::Early(1), 30), (Firing::OnTime, 35)]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn global() -> Global {
    Global { triggers: AtEnd }
}

impl<P: Into<Triggered>> Global<P> {
    fn triggered(self, set: impl FnOnce(Triggered) -> Triggered) -> Global<Triggered> {
        Global { triggers: set(self.triggers.into()) }
    }
}

fires!(Global, "global()": early);

impl<P: fmt::Display> fmt::Display for Global<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "global{}", self.triggers)
    }
}
