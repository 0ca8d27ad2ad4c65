//! Millstream, as a user would write it. A barrier passes through every edge once a second.
//!
//! One instance runs on a runtime of one thread, as plain tokio does; two on one of two threads.

mod fraud;
mod latency;
mod nexmark;
mod plain;
mod small;
mod timed;

use super::Ready;
use super::sum::{Part, Total};
use crate::auctions::Auctions;
use crate::input;
use crate::work::Work;
use millstream::prelude::*;
use millstream_benches::measure::Workers;

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize, workers: Workers) -> Option<Ready> {
    Some(match work {
        Work::Chain => plain::chain(input::cached(work, quick), workers),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            plain::counts(input::keyed(work, quick), instances, workers)
        }
        Work::Memory => plain::counts(input::each_key(work), instances, workers),
        Work::Fraud => fraud::fraud(input::payments(quick), instances),
        Work::Nexmark(query) => nexmark::prepare(query, Auctions::of(work, quick))?,
        Work::Sliding => timed::last_hour(input::dated(quick)),
        Work::Join => timed::joined(input::sides(quick)),
        Work::FlatMap => plain::flat_map(input::cached(work, quick)),
        Work::Large => plain::large(input::large(quick)),
        Work::FanOut => plain::fan_out(input::cached(work, quick)),
        Work::Latency(_) => latency::latency(work, quick, instances, workers),
        Work::Idle => small::idle(work.events(quick), workers),
        Work::Start => small::start(work.events(quick)),
    })
}

/// The configuration of every run.
fn config() -> Config {
    Config::default().barrier_every(1.secs())
}

/// The checksum of the results of a job with one instance.
fn sum(job: impl FnOnce(&Total) -> Topology + 'static) -> Ready {
    sum_on(Workers::One, job)
}

/// The checksum of a job's results.
fn sum_on(workers: Workers, job: impl FnOnce(&Total) -> Topology + 'static) -> Ready {
    Box::new(move || {
        let total = Total::default();
        run(job(&total), workers);
        total.get().into()
    })
}

/// Runs a job to its end on a runtime of its own.
fn run(topology: Topology, workers: Workers) {
    if let Err(error) = workers.block_on(async move { topology.run(config()).await }) {
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
