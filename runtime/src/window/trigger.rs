//! When a window fires: at its end, early, or again for late events.

use crate::time::{EventTime, micros};
use serde::de::{DeserializeOwned, Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Distinguishes early, on-time and late results of a window.
///
/// Without triggers a window fires once, [`OnTime`](Firing::OnTime).
///
/// Serialized as its text: `on time`, `early 1`, `late 1`. It fits a column of a CSV file.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let orders = [(1, 10), (2, 20), (12, 5), (9, 40)]; // a second, an amount; the last is late
/// let topology = topology!(
///     job("orders"),
///     orders = source(from_iter(orders))
///         >> event_time(|order| EventTime::from_secs(order.0), lateness(0.secs())),
///     totals = orders
///         >> by(|_| ())
///         >> window(tumbling(10.secs()).early_every(2).allowed_lateness(5.secs()))
///         >> aggregate(|order| order.1, sum()),
///     totals
///         >> map(|total: WindowResult<(), i32>| (total.firing.to_string(), total.value))
///         >> sink(results.sink()),
///     totals.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// let totals = results.take();
/// let totals: Vec<_> = totals.iter().map(|(firing, value)| (firing.as_str(), *value)).collect();
/// assert_eq!(totals, [("early 1", 30), ("on time", 30), ("late 1", 70), ("on time", 5)]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Firing {
    /// Before the end of the window, over the events so far: the number of early results of this
    /// window and key up to this one, starting with 1.
    Early(u32),
    /// The watermark has reached the end of the window. A window fires on time exactly once, or not
    /// at all if all its events were late. A session that has grown since counts as another window.
    OnTime,
    /// After the end of the window, because of an event within the allowed lateness: the number of
    /// late results of this window and key up to this one, starting with 1.
    Late(u32),
}

impl Serialize for Firing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Firing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let numbered = |prefix: &str| text.strip_prefix(prefix)?.parse().ok();
        let firing = match &*text {
            "on time" => Some(Self::OnTime),
            _ => numbered("early ").map(Self::Early).or_else(|| numbered("late ").map(Self::Late)),
        };
        firing.ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Str(&text), &"`on time`, `early N` or `late N`")
        })
    }
}

impl fmt::Display for Firing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Early(number) => write!(f, "early {number}"),
            Self::OnTime => f.write_str("on time"),
            Self::Late(number) => write!(f, "late {number}"),
        }
    }
}

/// When a window fires apart from its end.
///
/// It is part of the type of a kind of window, so windows that only fire on time pay nothing for
/// it.
pub trait Triggers: Clone + fmt::Debug + fmt::Display + Send + 'static {
    /// The number of firings of a window and key so far.
    type FiringCounts: Default + Clone + fmt::Debug + Serialize + DeserializeOwned + Send + 'static;
    /// Whether windows only fire on time.
    const ON_TIME_ONLY: bool;

    /// Called when an event is added to an open window; returns the firing it causes.
    fn on_event(&self, counts: &mut Self::FiringCounts) -> Option<Firing>;

    /// Called when the watermark crosses an early-firing interval; returns the firing if the window
    /// has new events.
    fn on_interval(&self, counts: &mut Self::FiringCounts) -> Option<Firing>;

    /// Called when another window is merged into this one, with the events it has not fired for.
    fn on_merge(&self, counts: &mut Self::FiringCounts, other: &Self::FiringCounts);

    /// Called when an event is added to a window that has fired on time; returns the late firing.
    fn late(&self, counts: &mut Self::FiringCounts) -> Firing;

    /// Returns the interval between early results in event time, in microseconds, if there is one.
    fn interval(&self) -> Option<i64>;

    /// Returns the allowed lateness, in microseconds.
    fn lateness(&self) -> i64;

    /// Returns whether a number of events or an interval is 0; the job is refused at start.
    fn has_zero(&self) -> bool {
        false
    }

    /// Returns whether the watermark has crossed a multiple of the interval.
    fn crossed_interval(&self, before: EventTime, now: EventTime) -> bool {
        let crossed =
            |each: i64| before.as_micros().div_euclid(each) != now.as_micros().div_euclid(each);
        // The first watermark does not cross an interval: there is none before it.
        before > EventTime::MIN && self.interval().is_some_and(crossed)
    }
}

/// Fires on time only: the default of every kind of window.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::{AtEnd, Tumbling};
///
/// fn each_minute() -> Tumbling<AtEnd> {
///     tumbling(1.mins()) // `Tumbling` alone means the same
/// }
///
/// assert_eq!(each_minute().to_string(), "tumbling 1m");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AtEnd;

impl fmt::Display for AtEnd {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Triggers for AtEnd {
    type FiringCounts = ();
    const ON_TIME_ONLY: bool = true;

    fn on_event(&self, (): &mut ()) -> Option<Firing> {
        None
    }

    fn on_interval(&self, (): &mut ()) -> Option<Firing> {
        None
    }

    fn on_merge(&self, (): &mut (), (): &()) {}

    fn late(&self, (): &mut ()) -> Firing {
        Firing::OnTime
    }

    fn interval(&self) -> Option<i64> {
        None
    }

    fn lateness(&self) -> i64 {
        0
    }
}

/// Fires on time, and also early or late.
///
/// A kind of window becomes one with triggers by `early_every`, `early_each` or
/// `allowed_lateness`, which can be combined.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::{Session, Triggered};
///
/// fn visits() -> Session<Triggered> {
///     session(30.mins()).early_each(5.mins()).allowed_lateness(1.hours())
/// }
///
/// assert_eq!(visits().to_string(), "session 30m, early each 5m, late for 1h");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Triggered {
    every: Option<u32>,
    each: Option<i64>,
    lateness: i64,
}

impl From<AtEnd> for Triggered {
    fn from(_: AtEnd) -> Self {
        Self::default()
    }
}

/// The firings of a window with triggers, and its events since the last one.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct FiringCounts {
    fresh: u32,
    early: u32,
    late: u32,
}

impl Triggered {
    pub(super) fn early_every(self, events: u32) -> Self {
        Self { every: Some(events), ..self }
    }

    pub(super) fn early_each(self, time: Duration) -> Self {
        Self { each: Some(micros(time)), ..self }
    }

    pub(super) fn allowed_lateness(self, lateness: Duration) -> Self {
        Self { lateness: micros(lateness), ..self }
    }
}

impl fmt::Display for Triggered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(every) = self.every {
            write!(f, ", early every {every}")?;
        }
        if let Some(each) = self.each {
            write!(f, ", early each {}", super::kind::in_words(each))?;
        }
        if self.lateness > 0 {
            write!(f, ", late for {}", super::kind::in_words(self.lateness))?;
        }
        Ok(())
    }
}

impl Triggers for Triggered {
    type FiringCounts = FiringCounts;
    const ON_TIME_ONLY: bool = false;

    fn on_event(&self, counts: &mut FiringCounts) -> Option<Firing> {
        counts.fresh = counts.fresh.saturating_add(1);
        self.every.filter(|every| counts.fresh >= *every)?;
        self.on_interval(counts)
    }

    fn on_interval(&self, counts: &mut FiringCounts) -> Option<Firing> {
        if std::mem::take(&mut counts.fresh) == 0 {
            return None;
        }
        counts.early = counts.early.saturating_add(1);
        Some(Firing::Early(counts.early))
    }

    fn on_merge(&self, counts: &mut FiringCounts, other: &FiringCounts) {
        counts.fresh = counts.fresh.saturating_add(other.fresh);
    }

    fn late(&self, counts: &mut FiringCounts) -> Firing {
        counts.late = counts.late.saturating_add(1);
        Firing::Late(counts.late)
    }

    fn interval(&self) -> Option<i64> {
        // Never 0 here: it is divided by.
        self.each.map(|each| each.max(1))
    }

    fn has_zero(&self) -> bool {
        self.every == Some(0) || self.each == Some(0)
    }

    fn lateness(&self) -> i64 {
        self.lateness
    }
}

/// The methods that add triggers to a kind of window.
macro_rules! fires {
    ($kind:ident, $example:literal: early) => {
        impl<P: Into<Triggered>> $kind<P> {
            /// Also fires early, after every `events` events of a key in a window; 0 is
            /// refused at start.
            ///
            /// Overlapping windows count the events they share separately. See [`Firing`] for the
            /// results.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            #[doc = concat!("let windows = ", $example, ".early_every(100);")]
            /// assert!(windows.to_string().ends_with(", early every 100"));
            /// ```
            ///
            /// [`Firing`]: crate::window::Firing
            #[must_use]
            pub fn early_every(self, events: u32) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.early_every(events))
            }

            /// Also fires early, whenever the watermark crosses a multiple of `time` since the
            /// epoch and there are new events; less than a microsecond is refused at start.
            ///
            /// Which events an early result contains depends on how they were batched. See
            /// [`Firing`] for the results.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            #[doc = concat!("let windows = ", $example, ".early_each(10.secs());")]
            /// assert!(windows.to_string().ends_with(", early each 10s"));
            /// ```
            ///
            /// [`Firing`]: crate::window::Firing
            #[must_use]
            pub fn early_each(self, time: Duration) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.early_each(time))
            }
        }
    };
    ($kind:ident, $example:literal: early and late) => {
        fires!($kind, $example: early);

        impl<P: Into<Triggered>> $kind<P> {
            /// Keeps windows open to late events until the watermark is `lateness` past their end;
            /// each late event fires its window again, when the watermark next advances.
            ///
            /// Events that arrive after that are sent to the late output. Memory: the state of a
            /// window is kept for `lateness` longer. See [`Firing`] for the results.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            #[doc = concat!("let windows = ", $example, ".allowed_lateness(5.mins());")]
            /// assert!(windows.to_string().ends_with(", late for 5m"));
            /// ```
            ///
            /// [`Firing`]: crate::window::Firing
            #[must_use]
            pub fn allowed_lateness(self, lateness: Duration) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.allowed_lateness(lateness))
            }
        }
    };
}
pub(super) use fires;
