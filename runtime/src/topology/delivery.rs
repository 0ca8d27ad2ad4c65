//! The delivery guarantee of a job, as a value.

use crate::sink::RepeatEffect;
use crate::source::Replayability;
use std::fmt;

/// The delivery guarantee of a job: how often an event takes effect if something fails.
///
/// In a topology, write it as a word, `job("fraud", at_most_once)`: the compiler then checks it
/// against every source and sink. A `Delivery` known only at run time is accepted too, and checked
/// when the job starts.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let configured = Delivery::AtMostOnce;
/// let topology = topology!(job("copy", configured), source(from_iter([1])) >> ignore);
/// assert_eq!(topology.delivery(), Delivery::AtMostOnce);
/// assert_eq!(configured.to_string(), "at_most_once");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// No event takes effect twice; after a failure some may take none, since nothing is replayed.
    /// The cheapest.
    #[default]
    AtMostOnce,
    /// Every event takes effect. State has the effect of each exactly once; a sink may receive
    /// events twice after a failure. Needs sources that can replay, a
    /// [directory](crate::Config::checkpoints) for checkpoints, and types that can be serialized
    /// for all that the job keeps.
    AtLeastOnce,
    /// Every event takes effect exactly once, also in what sinks have made visible. Needs what
    /// [`AtLeastOnce`](Self::AtLeastOnce) needs, and sinks that commit with a checkpoint, are cut
    /// back to it, or are idempotent.
    ExactlyOnce,
}

impl Delivery {
    /// Whether a source of this kind can support the guarantee.
    ///
    /// # Examples
    /// ```
    /// use millstream::source::Replayability;
    /// use millstream::topology::Delivery;
    ///
    /// assert!(Delivery::AtLeastOnce.takes_source(Replayability::Possible));
    /// assert!(!Delivery::AtLeastOnce.takes_source(Replayability::Impossible));
    /// ```
    #[must_use]
    pub fn takes_source(self, replaying: Replayability) -> bool {
        self == Self::AtMostOnce || replaying == Replayability::Possible
    }

    /// Whether a sink of this kind can support the guarantee.
    ///
    /// # Examples
    /// ```
    /// use millstream::sink::RepeatEffect;
    /// use millstream::topology::Delivery;
    ///
    /// assert!(Delivery::AtLeastOnce.takes_sink(RepeatEffect::Duplicates));
    /// assert!(!Delivery::ExactlyOnce.takes_sink(RepeatEffect::Duplicates));
    /// ```
    #[must_use]
    pub fn takes_sink(self, repeating: RepeatEffect) -> bool {
        self != Self::ExactlyOnce || repeating != RepeatEffect::Duplicates
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMostOnce => "at_most_once",
            Self::AtLeastOnce => "at_least_once",
            Self::ExactlyOnce => "exactly_once",
        })
    }
}
