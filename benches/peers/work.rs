//! The works: the same for every system.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Work {
    /// Map, filter, map, sum.
    Chain,
    /// A running count for each of 100,000 keys, equally frequent.
    Keyed,
    /// The same with skewed keys: Zipf with an exponent of 1.1.
    KeyedZipf,
    /// Three scores for each payment, from the state of its card, summed by payment.
    Fraud,
    /// A query of Nexmark.
    Nexmark(u8),
    /// Counts for each key of the last hour, every second.
    Sliding,
    /// Pairs of two streams: the same key, and at most 100 s apart.
    Join,
    /// The delay from an event's due time to its sink, at a number of events per second.
    Latency(u32),
    /// Each event becomes ten.
    FlatMap,
    /// Events of 1 KiB: map, then a count for each key.
    Large,
    /// One stream to four operators, and all their results to one sink.
    FanOut,
    /// The cost of a second without events.
    Idle,
    /// The cost of starting and ending a job of one event.
    Start,
    /// A count for each of a million keys that occur once: the cost of a key.
    Memory,
    /// Like `Keyed`, with ten to this power events.
    Events(u32),
    /// Like `Keyed`, with ten to this power keys.
    Keys(u32),
}

/// The compared queries of Nexmark.
const QUERIES: [u8; 8] = [0, 1, 2, 3, 4, 5, 7, 8];

impl Work {
    /// The works measured by default.
    pub fn usual() -> Vec<Self> {
        let mut works = vec![Self::Chain, Self::Keyed, Self::KeyedZipf, Self::Fraud];
        works.extend(QUERIES.map(Self::Nexmark));
        works.extend([Self::Sliding, Self::Join, Self::FlatMap, Self::Large, Self::FanOut]);
        works.extend([Self::Latency(100_000), Self::Latency(500_000)]);
        works.extend([Self::Idle, Self::Start, Self::Memory]);
        works
    }

    /// Works that show how the cost grows with events and keys.
    pub fn growth() -> Vec<Self> {
        (4..=8).map(Self::Events).chain((3..=7).map(Self::Keys)).collect()
    }

    /// The number of events, or of the unit of the work, with `quick` or without.
    pub fn events(self, quick: bool) -> u64 {
        let millions = match self {
            Self::Chain | Self::FlatMap | Self::FanOut => 16,
            Self::Keyed | Self::KeyedZipf => 12,
            Self::Large => 8,
            Self::Fraud | Self::Sliding | Self::Join | Self::Nexmark(_) => 4,
            Self::Latency(rate) => return u64::from(rate) * if quick { 1 } else { 4 },
            Self::Idle => return if quick { 2 } else { 6 },
            Self::Start => return if quick { 100 } else { 1_000 },
            Self::Memory => return 1_000_000,
            Self::Events(power) => return 10_u64.pow(power),
            Self::Keys(power) => return 10_u64.pow(power).max(10_000_000),
        };
        millions * if quick { 250_000 } else { 1_000_000 }
    }

    /// The number of keys, if the work varies it.
    pub fn keys(self) -> u64 {
        match self {
            Self::Keys(power) => 10_u64.pow(power),
            _ => 100_000,
        }
    }

    /// Whether the work is also run with two instances.
    pub fn has_two(self) -> bool {
        matches!(self, Self::Keyed | Self::KeyedZipf | Self::Fraud | Self::Latency(_))
    }

    /// Whether millstream also runs it with one instance on a runtime with two threads.
    pub fn has_two_workers(self) -> bool {
        matches!(self, Self::Chain | Self::Keyed | Self::Latency(_) | Self::Idle)
    }

    /// Whether there is a loop by hand to compare CPU times with. Loops for delays poll, and so do
    /// all other systems: their CPU time says nothing.
    pub fn has_loop(self) -> bool {
        !matches!(self, Self::Latency(_) | Self::Idle | Self::Start)
    }

    /// CPU times in the unit that they are shown in: microseconds for units that take long.
    pub fn in_unit(self, nanos: Vec<f64>) -> Vec<f64> {
        let scale = if self.is_long() { 1e3 } else { 1.0 };
        nanos.into_iter().map(|nanos| nanos / scale).collect()
    }

    /// The unit of CPU times.
    pub fn cpu_unit(self) -> String {
        format!(" {} a {}", if self.is_long() { "µs" } else { "ns" }, self.unit())
            .replace("a event", "an event")
    }

    fn is_long(self) -> bool {
        matches!(self, Self::Idle | Self::Start)
    }

    /// The unit of the work.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Idle => "second",
            Self::Start => "start",
            Self::Memory => "key",
            _ => "event",
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain => f.write_str("chain"),
            Self::Keyed => f.write_str("keyed"),
            Self::KeyedZipf => f.write_str("keyed_zipf"),
            Self::Fraud => f.write_str("fraud"),
            Self::Nexmark(query) => write!(f, "q{query}"),
            Self::Sliding => f.write_str("sliding"),
            Self::Join => f.write_str("join"),
            Self::Latency(rate) => write!(f, "latency_{}k", rate / 1_000),
            Self::FlatMap => f.write_str("flat_map"),
            Self::Large => f.write_str("large"),
            Self::FanOut => f.write_str("fan_out"),
            Self::Idle => f.write_str("idle"),
            Self::Start => f.write_str("start"),
            Self::Memory => f.write_str("memory"),
            Self::Events(power) => write!(f, "events_1e{power}"),
            Self::Keys(power) => write!(f, "keys_1e{power}"),
        }
    }
}

impl From<Work> for String {
    fn from(work: Work) -> Self {
        work.to_string()
    }
}

impl TryFrom<String> for Work {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl FromStr for Work {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = Self::usual().into_iter().chain(Self::growth());
        let names: Vec<_> = all.map(|work| (work.to_string(), work)).collect();
        match names.iter().find(|(known, _)| known == name) {
            Some((_, work)) => Ok(*work),
            None => {
                let known: Vec<_> = names.iter().map(|(known, _)| known.as_str()).collect();
                Err(format!("there is no work `{name}`: take one of {}", known.join(", ")))
            }
        }
    }
}
