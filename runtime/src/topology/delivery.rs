//! What a job promises about each event, as a value.

use crate::sink::RepeatEffect;
use crate::source::Replayability;
use std::fmt;

/// How often the effect of an event counts when something fails on the way.
///
/// In a topology it is one of the words of the same meaning, `job("fraud", exactly_once)`, whose
/// type lets the compiler compare the promise with every source and sink. A `Delivery` that is
/// known only at run time can be given as well; it is compared when the job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Never twice, perhaps not at all: nothing is replayed after a failure. The cheapest.
    #[default]
    AtMostOnce,
    /// At least once, perhaps twice after a failure: needs sources that can replay. **Not kept by
    /// this version**: a job that asks for it is refused at start.
    AtLeastOnce,
    /// As if once: needs sources that can replay, and sinks that commit or are idempotent. **Not
    /// kept by this version**: a job that asks for it is refused at start.
    ExactlyOnce,
}

impl Delivery {
    /// Whether such a source is enough.
    #[must_use]
    pub fn takes_source(self, replaying: Replayability) -> bool {
        self == Self::AtMostOnce || replaying == Replayability::Possible
    }

    /// Whether such a sink is enough.
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
