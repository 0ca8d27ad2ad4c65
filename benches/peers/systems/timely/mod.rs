//! Timely dataflow 0.32, a worker for each instance.
//!
//! Used as its documentation and examples show. Events enter as vectors (`send_batch`), several per
//! epoch, and a worker steps until its probe has passed an epoch a few before. With two workers,
//! both take batches from the input in turn, and records are sent to the worker of their key
//! (`Exchange`). Where the order of a key's events matters (`fraud`, `latency`), the first worker
//! reads all of them.
//!
//! Maps, filters and merges are its own operators, in place where the type stays the same. It has
//! no keyed state, no windows and no join by time: these are unary and binary operators with a hash
//! map, as in its examples `wordcount` and `hashjoin`, which close windows when the frontier has
//! passed their end. The hash map is that of the loop.
//!
//! `idle` and `start` have two workers. A job of `start` is a dataflow in running workers, as
//! Millstream's is a job in a running tokio runtime.

mod keyed;
mod latency;
mod nexmark;
mod plain;
mod run;
mod small;
mod timed;

use super::Ready;
use super::sum::{Part, Total};
use crate::auctions::Auctions;
use crate::input;
use crate::work::Work;
use timely::dataflow::StreamVec;

/// Records with an epoch or a time in milliseconds.
type Records<'scope, D> = StreamVec<'scope, u64, D>;

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

/// The checksum of the dataflows' results.
fn sum(job: impl FnOnce(Part) + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        job(total.part());
        total.get().into()
    })
}
