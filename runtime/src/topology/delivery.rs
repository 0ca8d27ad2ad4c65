//! What a job promises about each event.

use std::fmt;

/// How often the effect of an event counts when something fails on the way.
///
/// If unsure take [`AtLeastOnce`](Delivery::AtLeastOnce) as soon as it is kept: see the note at the
/// variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Never twice, perhaps not at all: nothing is replayed after a failure. The cheapest.
    #[default]
    AtMostOnce,
    /// At least once, perhaps twice after a failure. **Not kept by this version**: a job that asks
    /// for it is refused at start.
    AtLeastOnce,
    /// As if once. **Not kept by this version**: a job that asks for it is refused at start.
    ExactlyOnce,
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
