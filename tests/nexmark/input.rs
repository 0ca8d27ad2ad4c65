//! What the queries are tried on.

use millstream_benches::nexmark::{BASE_TIME, Clock, Pace, Setup, events_at};
use nexmark::event::Event;
use std::path::Path;
use std::sync::OnceLock;

/// The numbers of instances that everything is tried with.
pub const INSTANCES: [usize; 3] = [1, 2, 4];

/// The batch sizes that everything is tried with: none, odd, and more than fits an edge.
pub const BATCHES: [usize; 3] = [1, 97, 16_384];

/// Processing time goes on by so many milliseconds a bid.
pub const STEP: u64 = 7;

/// Events at one of three paces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// As in the benchmark, 10,000 a second: many events have the same time.
    Benchmark,
    /// 200 a second: windows of some seconds are many, and sessions end.
    Windows,
    /// One every 10 seconds: days go by. Auctions and persons are too far apart for a join.
    Days,
}

impl Input {
    /// The inputs that say something about a query.
    pub fn of(query: &str) -> &'static [Self] {
        match query {
            "q10" | "q14" | "q15" | "q16" | "q17" => &[Self::Benchmark, Self::Windows, Self::Days],
            _ => &[Self::Benchmark, Self::Windows],
        }
    }

    /// The events, in order.
    pub fn events(self) -> &'static [Event] {
        static BENCHMARK: OnceLock<Vec<Event>> = OnceLock::new();
        static WINDOWS: OnceLock<Vec<Event>> = OnceLock::new();
        static DAYS: OnceLock<Vec<Event>> = OnceLock::new();
        let (kept, gap) = match self {
            Self::Benchmark => (&BENCHMARK, 100),
            Self::Windows => (&WINDOWS, 5_000),
            Self::Days => (&DAYS, 10_000_000),
        };
        kept.get_or_init(|| events_at(Pace::micros(gap), self.count()))
    }

    fn count(self) -> usize {
        let more = std::env::var("NEXMARK_EVENTS").ok().map(|count| count.parse().unwrap());
        more.unwrap_or(match self {
            Self::Benchmark => 5_000,
            Self::Windows => 15_000,
            Self::Days => 10_000,
        })
    }

    /// Instances and batch sizes beside those that everything is tried with.
    pub fn more(self) -> Vec<(usize, usize)> {
        match self {
            // All pairs that are left.
            Self::Windows => vec![(1, 97), (1, 16_384), (2, 1), (2, 16_384), (4, 1), (4, 97)],
            Self::Benchmark | Self::Days => Vec::new(),
        }
    }

    /// What a query runs on.
    pub fn setup(self, instances: usize, folder: &Path) -> Setup {
        Setup {
            events: self.events().to_vec(),
            instances,
            folder: folder.to_owned(),
            clock: Clock::stepping(BASE_TIME, STEP),
        }
    }
}

#[test]
fn the_benchmark_has_the_events_of_the_crate() {
    let config = nexmark::config::NexmarkConfig {
        base_time: 1_600_000_000_000,
        ..nexmark::config::NexmarkConfig::default()
    };
    let expected: Vec<Event> = nexmark::EventGenerator::new(config).take(2_000).collect();
    assert_eq!(millstream_benches::nexmark::events(2_000), expected);
}

#[test]
fn events_come_in_order_of_time() {
    for input in [Input::Benchmark, Input::Windows, Input::Days] {
        assert!(input.events().is_sorted_by_key(Event::timestamp), "{input:?}");
    }
}
