//! The compared systems, a folder for each.
//!
//! Each prepares a work, on input generated before the clock starts, or declines it.

mod by_loop;
#[cfg(feature = "peers")]
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

use crate::work::Work;
use std::fmt;
use std::str::FromStr;

/// A prepared work.
pub type Ready = Box<dyn FnOnce() -> Outcome>;

/// The results of a system.
#[derive(Debug, Default)]
pub struct Outcome {
    /// A checksum of the results, independent of their order.
    pub digest: u64,
    /// The delay of each event in nanoseconds, if measured.
    pub delays: Vec<u32>,
}

impl From<u64> for Outcome {
    fn from(digest: u64) -> Self {
        Self { digest, delays: Vec::new() }
    }
}

/// Prepares a work for one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    kind: Kind,
    instances: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One thread, one loop, by hand.
    Loop,
    /// Tasks and channels, in batches of 1,024.
    Tokio,
    /// Tasks and channels, event by event.
    TokioEach,
    Timely,
    Renoir,
    Dfir,
    Millstream,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Loop,
        Self::Tokio,
        Self::TokioEach,
        Self::Timely,
        Self::Renoir,
        Self::Dfir,
        Self::Millstream,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Tokio => "tokio",
            Self::TokioEach => "tokio_each",
            Self::Timely => "timely",
            Self::Renoir => "renoir",
            Self::Dfir => "dfir",
            Self::Millstream => "millstream",
        }
    }
}

impl System {
    /// The loop by hand: the baseline of the comparison.
    pub const LOOP: Self = Self { kind: Kind::Loop, instances: 1 };

    /// All systems, with one instance and with two.
    pub fn all() -> Vec<Self> {
        let of = |kind| [1, 2].map(|instances| Self { kind, instances });
        Kind::ALL.into_iter().flat_map(of).collect()
    }

    /// Prepares a work; `None` if this system does not support it.
    pub fn prepare(self, work: Work, quick: bool) -> Option<Ready> {
        let Self { kind, instances } = self;
        if instances > 1 && !work.has_two() {
            return None;
        }
        match kind {
            Kind::Loop if instances > 1 => None,
            Kind::Loop => by_loop::prepare(work, quick),
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
            Kind::Millstream => in_millstream::prepare(work, quick, instances),
        }
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
