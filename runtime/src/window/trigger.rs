//! When a window speaks: at its end, before it, or again for what comes late.

use crate::time::{EventTime, micros};
use std::fmt;
use std::time::Duration;

/// Which of the results of a window this is.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(Firing::Early(2).to_string(), "early 2");
/// assert_eq!(Firing::OnTime.to_string(), "on time");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Firing {
    /// Before the end of the window, with what there is so far; counted from 1.
    Early(u32),
    /// The watermark has passed the end of the window. Exactly one result of a window with events
    /// is on time, unless all of them came late.
    OnTime,
    /// An event came late, but within the allowed lateness; counted from 1.
    Late(u32),
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

/// When a window speaks beside its end.
///
/// It is part of the window's type, so that windows that speak only at their end pay nothing.
pub trait Triggers: Clone + fmt::Debug + fmt::Display + Send + 'static {
    /// What is remembered of a window.
    type FiringCounts: Default + Clone + fmt::Debug + Send + 'static;
    /// Whether the windows speak at their end only.
    const ON_TIME_ONLY: bool;

    /// An event came to an open window; whether that makes it speak.
    fn on_event(&self, marks: &mut Self::FiringCounts) -> Option<Firing>;

    /// Event time has gone on by what is between two results; whether there is something new.
    fn on_interval(&self, marks: &mut Self::FiringCounts) -> Option<Firing>;

    /// A window has become part of this one, with what it has not said yet.
    fn on_merge(&self, marks: &mut Self::FiringCounts, other: &Self::FiringCounts);

    /// An event came to a window that was on time already.
    fn late(&self, marks: &mut Self::FiringCounts) -> Firing;

    /// The event time between two results, in microseconds, if there are any in between.
    fn interval(&self) -> Option<i64>;

    /// For how long after its end a window takes events, in microseconds.
    fn lateness(&self) -> i64;

    /// Whether event time has come to another multiple of what is between two results.
    fn crossed_interval(&self, before: EventTime, now: EventTime) -> bool {
        let turns =
            |each: i64| before.as_micros().div_euclid(each) != now.as_micros().div_euclid(each);
        // Before the first watermark no time has gone on.
        before > EventTime::MIN && self.interval().is_some_and(turns)
    }
}

/// The window speaks at its end only.
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

/// The window speaks at its end, and before or after it as said.
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

/// What is remembered of a window that speaks more than once.
#[derive(Debug, Clone, Copy, Default)]
pub struct FiringCounts {
    fresh: u32,
    early: u32,
    late: u32,
}

impl Triggered {
    pub(super) fn early_every(self, events: u32) -> Self {
        Self { every: Some(events.max(1)), ..self }
    }

    pub(super) fn early_each(self, time: Duration) -> Self {
        Self { each: Some(micros(time).max(1)), ..self }
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

    fn on_event(&self, marks: &mut FiringCounts) -> Option<Firing> {
        marks.fresh = marks.fresh.saturating_add(1);
        self.every.filter(|every| marks.fresh >= *every)?;
        self.on_interval(marks)
    }

    fn on_interval(&self, marks: &mut FiringCounts) -> Option<Firing> {
        if std::mem::take(&mut marks.fresh) == 0 {
            return None;
        }
        marks.early = marks.early.saturating_add(1);
        Some(Firing::Early(marks.early))
    }

    fn on_merge(&self, marks: &mut FiringCounts, other: &FiringCounts) {
        marks.fresh = marks.fresh.saturating_add(other.fresh);
    }

    fn late(&self, marks: &mut FiringCounts) -> Firing {
        marks.late = marks.late.saturating_add(1);
        Firing::Late(marks.late)
    }

    fn interval(&self) -> Option<i64> {
        self.each
    }

    fn lateness(&self) -> i64 {
        self.lateness
    }
}

/// The methods by which a kind of window is told to speak more often.
macro_rules! fires {
    ($kind:ident: early) => {
        impl<P: Into<Triggered>> $kind<P> {
            /// A result after every `events` events of a key in a window, beside the one at its
            /// end; 0 is taken as 1.
            ///
            /// Where windows overlap, each of those that an event is in counts on its own.
            #[must_use]
            pub fn early_every(self, events: u32) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.early_every(events))
            }

            /// A result whenever event time has gone on by `time`, if there is something new,
            /// beside the one at its end.
            ///
            /// What is known then depends on how the events came in batches.
            #[must_use]
            pub fn early_each(self, time: Duration) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.early_each(time))
            }
        }
    };
    ($kind:ident: early and late) => {
        fires!($kind: early);

        impl<P: Into<Triggered>> $kind<P> {
            /// For how long after its end a window takes events: each gives a result once more.
            ///
            /// What comes later still goes to the late output. The windows are kept for so long.
            #[must_use]
            pub fn allowed_lateness(self, lateness: Duration) -> $kind<Triggered> {
                self.triggered(|triggers| triggers.allowed_lateness(lateness))
            }
        }
    };
}
pub(super) use fires;
