//! Millstream, as a user would write it. A barrier passes through every edge once a second.

mod fraud;
mod latency;
mod nexmark;
mod plain;
mod small;
mod timed;

use super::sum::{Part, Total};
use super::{Outcome, Ready};
use crate::input;
use crate::work::Work;
use millstream::prelude::*;
use millstream_benches::measure::block_on;

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    Some(match work {
        Work::Chain => plain::chain(input::cached(work, quick)),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            plain::counts(input::keyed(work, quick), instances)
        }
        Work::Memory => plain::counts(input::each_key(work), instances),
        Work::Fraud => fraud::fraud(input::payments(quick), instances),
        Work::Nexmark(query) => nexmark::prepare(query, input::auctions(work, quick))?,
        Work::Sliding => timed::last_hour(input::dated(quick)),
        Work::Join => timed::joined(input::sides(quick)),
        Work::FlatMap => plain::flat_map(input::cached(work, quick)),
        Work::Large => plain::large(input::large(quick)),
        Work::FanOut => plain::fan_out(input::cached(work, quick)),
        Work::Latency(_) => latency::latency(work, quick, instances),
        Work::Idle => small::idle(work.events(quick)),
        Work::Start => small::start(work.events(quick)),
    })
}

/// The configuration of every run.
fn config() -> Config {
    Config::default().barrier_every(1.secs())
}

/// The checksum of a job's results.
fn sum(job: impl FnOnce(&Total) -> Topology + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        run(job(&total));
        total.get().into()
    })
}

/// Runs a job to its end on a runtime of its own.
fn run(topology: Topology) {
    if let Err(error) = block_on(async move { topology.run(config()).await }) {
        panic!("the job failed: {error}");
    }
}

/// A sink that adds up values.
fn adding(mut part: Part) -> impl Sink<u64> {
    for_each(move |value| {
        let part = &mut part;
        part.add(value);
    })
}
