//! The compared systems, a folder for each.
//!
//! Each prepares a work, on input generated before the clock starts, or declines it.

mod by_loop;
mod delays;
#[cfg(feature = "peers")]
mod dfir;
#[cfg(feature = "peers")]
mod hours;
mod in_millstream;
mod in_tokio;
mod pace;
#[cfg(feature = "peers")]
mod panes;
#[cfg(feature = "peers")]
mod renoir;
mod rows;
#[cfg(feature = "peers")]
mod shared;
mod sum;
#[cfg(feature = "peers")]
mod timely;

use crate::delay::Delay;
use crate::work::Work;
use millstream_benches::measure::Workers;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A prepared work.
pub type Ready = Box<dyn FnOnce() -> Outcome>;

/// The results of a system.
#[derive(Debug, Default)]
pub struct Outcome {
    /// A checksum of the results, independent of their order.
    pub digest: u64,
    /// The delays of all events, if measured.
    pub delays: Option<Delay>,
}

impl From<u64> for Outcome {
    fn from(digest: u64) -> Self {
        Self { digest, delays: None }
    }
}

/// Prepares a work for one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct System {
    kind: Kind,
    instances: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One thread, one loop, by hand.
    Loop,
    /// The loop of `fraud` with a table for each operator.
    LoopTables,
    /// Tasks and channels, in batches of 1,024.
    Tokio,
    /// Tasks and channels, event by event.
    TokioEach,
    Timely,
    Renoir,
    Dfir,
    Millstream,
    /// One instance, on a runtime with two threads.
    MillstreamTwoWorkers,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Loop,
        Self::LoopTables,
        Self::Tokio,
        Self::TokioEach,
        Self::Timely,
        Self::Renoir,
        Self::Dfir,
        Self::Millstream,
        Self::MillstreamTwoWorkers,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::LoopTables => "loop_tables",
            Self::Tokio => "tokio",
            Self::TokioEach => "tokio_each",
            Self::Timely => "timely",
            Self::Renoir => "renoir",
            Self::Dfir => "dfir",
            Self::Millstream => "millstream",
            Self::MillstreamTwoWorkers => "millstream_2_workers",
        }
    }

    /// Whether it runs with several instances.
    fn has_two(self) -> bool {
        !matches!(
            self,
            Self::Loop
                | Self::LoopTables
                | Self::TokioEach
                | Self::Dfir
                | Self::MillstreamTwoWorkers
        )
    }
}

impl System {
    /// The loop by hand: the baseline of the comparison.
    pub const LOOP: Self = Self::one(Kind::Loop);

    /// The loop of `fraud` with a table for each operator.
    pub const LOOP_TABLES: Self = Self::one(Kind::LoopTables);

    /// Tokio by hand, in batches.
    pub const TOKIO: Self = Self::one(Kind::Tokio);

    /// Millstream.
    pub const MILLSTREAM: Self = Self::one(Kind::Millstream);

    /// The systems that millstream is compared with.
    pub const PEERS: [Self; 4] =
        [Self::TOKIO, Self::one(Kind::Timely), Self::one(Kind::Renoir), Self::one(Kind::Dfir)];

    const fn one(kind: Kind) -> Self {
        Self { kind, instances: 1 }
    }

    /// The same system with two instances.
    pub const fn two(self) -> Self {
        Self { instances: 2, ..self }
    }

    /// The name on a page.
    pub fn label(self) -> String {
        match self.kind {
            Kind::LoopTables => "loop, a table for each operator".to_owned(),
            Kind::TokioEach => "tokio, event by event".to_owned(),
            Kind::MillstreamTwoWorkers => "millstream on 2 workers".to_owned(),
            _ => self.to_string(),
        }
    }

    /// The number of instances.
    pub fn instances(self) -> usize {
        self.instances
    }

    /// Whether it is millstream, on any runtime.
    pub fn is_millstream(self) -> bool {
        matches!(self.kind, Kind::Millstream | Kind::MillstreamTwoWorkers)
    }

    /// Whether it is millstream, or what its delays are compared with.
    pub fn is_near(self) -> bool {
        self.is_millstream() || matches!(self.kind, Kind::Loop | Kind::Tokio)
    }

    /// All systems, with one instance and with two.
    pub fn all() -> Vec<Self> {
        let of = |kind: Kind| {
            let most = if kind.has_two() { 2 } else { 1 };
            (1..=most).map(move |instances| Self { kind, instances })
        };
        Kind::ALL.into_iter().flat_map(of).collect()
    }

    /// Prepares a work; `None` if this system does not support it.
    pub fn prepare(self, work: Work, quick: bool) -> Option<Ready> {
        let Self { kind, instances } = self;
        if !self.measures(work) {
            return None;
        }
        match kind {
            Kind::Loop => by_loop::prepare(work, quick),
            Kind::LoopTables => by_loop::prepare_tables(work, quick),
            Kind::Tokio => in_tokio::batches::prepare(work, quick, instances),
            Kind::TokioEach => in_tokio::each::prepare(work, quick, instances),
            #[cfg(feature = "peers")]
            Kind::Timely => timely::prepare(work, quick, instances),
            #[cfg(feature = "peers")]
            Kind::Renoir => renoir::prepare(work, quick, instances),
            #[cfg(feature = "peers")]
            Kind::Dfir => dfir::prepare(work, quick, instances),
            #[cfg(not(feature = "peers"))]
            Kind::Timely | Kind::Renoir | Kind::Dfir => None,
            Kind::Millstream => {
                in_millstream::prepare(work, quick, instances, Workers::of(instances))
            }
            Kind::MillstreamTwoWorkers => {
                in_millstream::prepare(work, quick, instances, Workers::Two)
            }
        }
    }

    /// Whether this system takes part in a work.
    pub fn measures(self, work: Work) -> bool {
        if self.instances > 1 && !work.has_two() {
            return false;
        }
        match (self.kind, work) {
            (Kind::LoopTables, work) => work == Work::Fraud,
            (Kind::MillstreamTwoWorkers, work) => work.has_two_workers(),
            (Kind::Loop | Kind::Millstream, _) => true,
            (_, Work::Events(_)) | (Kind::TokioEach, Work::Keys(_)) => false,
            _ => true,
        }
    }
}

impl From<System> for String {
    fn from(system: System) -> Self {
        system.to_string()
    }
}

impl TryFrom<String> for System {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instances {
            1 => f.write_str(self.kind.name()),
            more => write!(f, "{}@{more}", self.kind.name()),
        }
    }
}

impl FromStr for System {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = Self::all();
        all.iter().find(|system| system.to_string() == name).copied().ok_or_else(|| {
            let known: Vec<_> = all.iter().map(Self::to_string).collect();
            format!("there is no system `{name}`: take one of {}", known.join(", "))
        })
    }
}
