//! The hot loops whose instructions are counted.

use millstream::prelude::Topology;
use millstream_benches::steady::{
    self, Auctions, Events, PERIOD, Payments, SLIDING_GAP, TUMBLING_GAP,
};

/// A hot loop.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Its name in the baseline.
    pub name: &'static str,
    /// Runs the job on a number of events.
    job: fn(u64) -> Topology,
}

/// The number of keys of the works with many.
const KEYS: u64 = 100_000;

/// All works.
pub const WORKS: &[Work] = &[
    Work { name: "chain", job: |events| steady::chain(Events::new(events, KEYS)) },
    Work { name: "keyed", job: |events| steady::counts(Events::new(events, KEYS), 1) },
    Work { name: "keyed_x2", job: |events| steady::counts(Events::new(events, KEYS), 2) },
    Work { name: "flat_map_x10", job: |events| steady::flat_map(Events::new(events, KEYS)) },
    Work { name: "fan_out_x4", job: |events| steady::fan_out(Events::new(events, KEYS)) },
    Work { name: "fraud", job: |events| steady::fraud(Payments::new(events)) },
    Work {
        name: "tumbling",
        job: |events| steady::by_minute(Events::new(events, 1_000).apart(TUMBLING_GAP)),
    },
    Work {
        name: "sliding",
        job: |events| steady::last_hour(Events::new(events, 10).apart(SLIDING_GAP)),
    },
    Work {
        name: "sliding_behind",
        job: |events| steady::last_hour(Events::new(events, 10).apart(SLIDING_GAP).half_behind()),
    },
    Work { name: "join", job: |events| steady::joined(Events::new(events, KEYS).halves()) },
    Work { name: "nexmark_q0_made", job: |events| steady::bids(steady::made(events)) },
    Work { name: "nexmark_q1", job: |events| steady::currency(Auctions::new(events)) },
];

impl Work {
    /// The work with this name.
    pub fn named(name: &str) -> Option<Self> {
        WORKS.iter().find(|work| work.name == name).copied()
    }

    /// Runs the work on a number of periods.
    ///
    /// # Errors
    /// If the job fails, or an event is missing.
    pub fn run(self, periods: u64) -> Result<(), String> {
        let metrics = steady::run((self.job)(periods * PERIOD)).map_err(|e| e.to_string())?;
        let late: u64 = metrics.nodes().iter().map(|node| node.total().late).sum();
        if late == 0 { Ok(()) } else { Err(format!("{late} events were late, expected none")) }
    }
}
