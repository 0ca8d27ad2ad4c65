//! What a path from a source to a sink guarantees: the weakest of all that is on it.

use crate::sink::RepeatEffect;
use crate::topology::Delivery;
use std::fmt;

/// What a job guarantees along one path, from a source to a sink:
/// [`PlannedPath`](super::PlannedPath).
///
/// # Examples
/// ```
/// use millstream::plan::{Guarantee, Loss, PathEdges, PathResults, Repetition, SourceKind};
/// use millstream::sink::RepeatEffect;
/// use millstream::topology::Delivery;
///
/// let path = (PathEdges::Keep, PathResults::OfInput);
/// let source = SourceKind::Replayable;
/// let guarantee = Guarantee::of(Delivery::ExactlyOnce, source, path, RepeatEffect::CutBack);
/// assert_eq!(guarantee, Guarantee { loss: Loss::Never, repetition: Repetition::UntilCutBack });
/// assert_eq!(guarantee.to_string(), "exactly once in the finished file");
/// assert!(guarantee.keeps(Delivery::ExactlyOnce));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Guarantee {
    /// Whether an event may be missing from the sink.
    pub loss: Loss,
    /// Whether an event may be in the sink twice.
    pub repetition: Repetition,
}

/// Whether an event may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Its effect is there, whatever dies.
    Never,
    /// It may be dropped, or lost by a failure.
    Possible,
}

/// Whether an event may be there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repetition {
    /// Nobody sees it twice.
    Never,
    /// Until what a failed attempt has written is cut off.
    UntilCutBack,
    /// Under one key, where the last one counts; after a failure, an older one for a while.
    ByKey,
    /// After a failure.
    Possible,
}

/// What a source has of the events that it has emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// All of them: it reads them again.
    Replayable,
    /// Those in its journal: it reads again what it has accepted.
    Journaled,
    /// None.
    Volatile,
}

/// Whether the edges of a path keep every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathEdges {
    /// They do.
    Keep,
    /// One of them may drop events.
    MayDrop,
}

/// Whether the same events give the same results when they are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathResults {
    /// They do, as far as the engine knows.
    OfInput,
    /// They also depend on the job's clock.
    ByClock,
}

impl Guarantee {
    /// What a job that promises `delivery` guarantees from a source of this kind along a path into
    /// a sink with this effect of a repetition.
    ///
    /// Total: it has an answer also for what such a job refuses.
    #[must_use]
    pub fn of(
        delivery: Delivery,
        source: SourceKind,
        (edges, results): (PathEdges, PathResults),
        sink: RepeatEffect,
    ) -> Self {
        let keeps = delivery != Delivery::AtMostOnce
            && source != SourceKind::Volatile
            && edges == PathEdges::Keep;
        let loss = if keeps { Loss::Never } else { Loss::Possible };
        let repetition = match (delivery, sink) {
            // Nothing is done again.
            (Delivery::AtMostOnce, _) => Repetition::Never,
            // A row under a key that does not come again would stay.
            (_, RepeatEffect::Replaces) if results == PathResults::ByClock => Repetition::Possible,
            (_, RepeatEffect::Replaces) => Repetition::ByKey,
            (Delivery::ExactlyOnce, RepeatEffect::Commits) => Repetition::Never,
            (Delivery::ExactlyOnce, RepeatEffect::CutBack) => Repetition::UntilCutBack,
            _ => Repetition::Possible,
        };
        Self { loss, repetition }
    }

    /// Whether it is what the job promises, or more.
    #[must_use]
    pub fn keeps(self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::AtMostOnce => self.repetition == Repetition::Never,
            Delivery::AtLeastOnce => self.loss == Loss::Never,
            Delivery::ExactlyOnce => {
                self.loss == Loss::Never && self.repetition != Repetition::Possible
            }
        }
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.loss, self.repetition) {
            (Loss::Never, Repetition::Never) => "exactly once",
            (Loss::Never, Repetition::UntilCutBack) => "exactly once in the finished file",
            (Loss::Never, Repetition::ByKey) => "once by key",
            (Loss::Never, Repetition::Possible) => "at least once",
            (Loss::Possible, Repetition::Never) => "at most once",
            (Loss::Possible, Repetition::UntilCutBack) => "at most once in the finished file",
            (Loss::Possible, Repetition::ByKey) => "at most once by key",
            (Loss::Possible, Repetition::Possible) => "missing or twice",
        })
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replayable => "replayable",
            Self::Journaled => "journaled",
            Self::Volatile => "volatile",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: [SourceKind; 3] =
        [SourceKind::Replayable, SourceKind::Journaled, SourceKind::Volatile];
    const SINKS: [RepeatEffect; 4] = [
        RepeatEffect::Commits,
        RepeatEffect::CutBack,
        RepeatEffect::Replaces,
        RepeatEffect::Duplicates,
    ];

    fn of(delivery: Delivery, source: SourceKind, path: (PathEdges, PathResults)) -> [String; 4] {
        SINKS.map(|sink| Guarantee::of(delivery, source, path, sink).to_string())
    }

    /// All 144 combinations: the table of docs/guarantees.md.
    #[test]
    fn the_guarantee_of_every_kind_of_path_is_that_of_the_table() {
        let once =
            ["exactly once", "exactly once in the finished file", "once by key", "at least once"];
        let once_or_dropped = [
            "at most once",
            "at most once in the finished file",
            "at most once by key",
            "missing or twice",
        ];
        let least = ["at least once", "at least once", "once by key", "at least once"];
        let any =
            ["missing or twice", "missing or twice", "at most once by key", "missing or twice"];
        let most = ["at most once"; 4];
        for source in SOURCES {
            let replays = source != SourceKind::Volatile;
            for edges in [PathEdges::Keep, PathEdges::MayDrop] {
                let (exactly, at_least) = match replays && edges == PathEdges::Keep {
                    true => (once, least),
                    false => (once_or_dropped, any),
                };
                for results in [PathResults::OfInput, PathResults::ByClock] {
                    // Of an idempotent sink: by the clock it is like any other.
                    let by_clock = |mut row: [&'static str; 4]| {
                        if results == PathResults::ByClock {
                            row[2] = row[3];
                        }
                        row
                    };
                    let path = (edges, results);
                    assert_eq!(of(Delivery::AtMostOnce, source, path), most);
                    assert_eq!(of(Delivery::AtLeastOnce, source, path), by_clock(at_least));
                    assert_eq!(of(Delivery::ExactlyOnce, source, path), by_clock(exactly));
                }
            }
        }
    }

    #[test]
    fn a_path_keeps_what_its_job_promises_exactly_where_nothing_on_it_is_weaker() {
        for (delivery, source, edges, results, sink) in
            [Delivery::AtMostOnce, Delivery::AtLeastOnce, Delivery::ExactlyOnce]
                .into_iter()
                .flat_map(|delivery| SOURCES.map(|source| (delivery, source)))
                .flat_map(|(delivery, source)| {
                    [PathEdges::Keep, PathEdges::MayDrop].map(|edges| (delivery, source, edges))
                })
                .flat_map(|(delivery, source, edges)| {
                    let results = [PathResults::OfInput, PathResults::ByClock];
                    results.map(|results| (delivery, source, edges, results))
                })
                .flat_map(|(delivery, source, edges, results)| {
                    SINKS.map(|sink| (delivery, source, edges, results, sink))
                })
        {
            let guarantee = Guarantee::of(delivery, source, (edges, results), sink);
            let replays = source != SourceKind::Volatile && edges == PathEdges::Keep;
            let stale = sink == RepeatEffect::Replaces && results == PathResults::ByClock;
            let expected = match delivery {
                Delivery::AtMostOnce => true,
                Delivery::AtLeastOnce => replays,
                Delivery::ExactlyOnce => replays && sink != RepeatEffect::Duplicates && !stale,
            };
            assert_eq!(guarantee.keeps(delivery), expected, "{delivery} {source} {sink:?}");
            // What the words of a job refuse at compile time is what does not keep its promise.
            if edges == PathEdges::Keep && !stale {
                let replayability = match source {
                    SourceKind::Volatile => crate::source::Replayability::Impossible,
                    _ => crate::source::Replayability::Possible,
                };
                let taken = delivery.takes_source(replayability) && delivery.takes_sink(sink);
                assert_eq!(guarantee.keeps(delivery), taken, "{delivery} {source} {sink:?}");
            }
        }
    }
}
