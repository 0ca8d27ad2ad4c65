//! Session windows.

use super::in_words;
use crate::time::micros;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Windows that end after a gap without events, made by [`session`]; `P` is what fires them.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Session;
///
/// fn visits() -> Session {
///     session(30.mins())
/// }
///
/// assert_eq!(visits().to_string(), "session 30m");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session<P = AtEnd> {
    pub(in crate::window) gap: i64,
    pub(in crate::window) triggers: P,
}

/// Groups events of a key that follow each other in less than `gap`: visits, trips, bursts.
///
/// A session extends from its first event to `gap` after its last, and fires when the watermark
/// reaches that end. An event exactly `gap` after the last one starts a new session; an event that
/// closes the gap between two sessions merges them. A gap of zero is refused at start.
///
/// Memory: the state of each session that is not closed yet. A key whose events never pause for
/// `gap` has a session without end; [`early_each`](Session::early_each) shows its progress.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let clicks = [(0, "ann"), (20, "ann"), (25, "bob"), (90, "ann")];
/// let topology = topology!(
///     job("visits"),
///     clicks = source(from_iter(clicks))
///         >> event_time(|click| EventTime::from_secs(click.0), lateness(0.secs())),
///     visits = clicks
///         >> by(|click| click.1)
///         >> window(session(30.secs()))
///         >> aggregate(|_| (), count()),
///     visits
///         >> map(|visit: WindowResult<_, u64>| (visit.key, visit.end - visit.start, visit.value))
///         >> sink(results.sink()),
///     visits.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// let visits: Vec<(&str, _, u64)> = results.take();
/// assert_eq!(visits, [("ann", 50.secs(), 2), ("bob", 30.secs(), 1), ("ann", 30.secs(), 1)]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn session(gap: Duration) -> Session {
    Session { gap: micros(gap), triggers: AtEnd }
}

impl<P: Into<Triggered>> Session<P> {
    fn triggered(self, set: impl FnOnce(Triggered) -> Triggered) -> Session<Triggered> {
        Session { gap: self.gap, triggers: set(self.triggers.into()) }
    }
}

fires!(Session, "session(30.mins())": early and late);

impl<P: fmt::Display> fmt::Display for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}{}", in_words(self.gap), self.triggers)
    }
}
