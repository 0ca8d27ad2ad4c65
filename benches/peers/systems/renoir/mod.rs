//! Renoir 0.6, with a parallelism of one or two instances.
//!
//! Written with its own operators, like its examples. An operator that groups, splits or merges
//! streams starts a block, which has a thread of its own and receives batches (`BatchMode::fixed`,
//! which its documentation recommends where latency is not critical; several sizes were tried). So
//! compare CPU times: only `chain`, `flat_map` and q0 to q2 are one loop in one thread.
//!
//! A count by key is `group_by` and `rich_map`, downstream of one source: one source per instance
//! cost more and was not faster. Joins are its own `join` and `interval_join`.
//!
//! Written by hand: the combined score (`fraud`), since `rich_map` never drops the state of a key,
//! and here the keys are the payments; and the last step of q5 and of `sliding`, which combine
//! windows of 2 s and of 1 s. With its own windows of an hour every second there would be 3,600 per
//! event, and those of a key start at its first event, not at a full second.

mod keyed;
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
use renoir::operator::Operator;
use renoir::prelude::*;
use renoir::{RuntimeConfig, Stream};

/// The batch size between blocks: 256 and 16,384 were not better.
const BATCH: usize = 1_024;

fn batch() -> BatchMode {
    BatchMode::fixed(BATCH)
}

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    Some(match work {
        Work::Chain => plain::chain(input::cached(work, quick)),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            keyed::counts(input::keyed(work, quick), instances)
        }
        Work::Memory => keyed::counts(input::each_key(work), instances),
        Work::Fraud => keyed::fraud(input::payments(quick), instances),
        Work::Nexmark(query) => nexmark::prepare(query, Auctions::of(work, quick))?,
        Work::Sliding => timed::sliding(input::dated(quick)),
        Work::Join => timed::joined(input::sides(quick)),
        Work::FlatMap => plain::flat_map(input::cached(work, quick)),
        Work::Large => keyed::large(input::large(quick)),
        Work::FanOut => plain::fan_out(input::cached(work, quick)),
        Work::Latency(_) => latency::latency(work, quick, instances),
        Work::Idle => small::idle(work.events(quick)),
        Work::Start => small::start(work.events(quick)),
    })
}

/// Runs a job with a number of threads per block.
fn run(instances: usize, job: impl FnOnce(&StreamContext)) {
    let config = match RuntimeConfig::local(instances as u64) {
        Ok(config) => config,
        Err(error) => panic!("no Renoir: {error}"),
    };
    let context = StreamContext::new(config);
    job(&context);
    context.execute_blocking();
}

/// The checksum of a job's results.
fn sum(instances: usize, job: impl FnOnce(&StreamContext, Part) + 'static) -> Ready {
    Box::new(move || {
        let total = Total::default();
        run(instances, |context| job(context, total.part()));
        total.get().into()
    })
}

/// Sums all values.
fn add(values: Stream<impl Operator<Out = u64> + 'static>, mut part: Part) {
    values.for_each(move |value| {
        let part = &mut part;
        part.add(value);
    });
}
