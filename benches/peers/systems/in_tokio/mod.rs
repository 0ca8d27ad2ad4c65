//! Plain tokio: a task for each step, and channels between them.
//!
//! One instance runs on a runtime of one thread, where it is fastest; two on one of two threads,
//! with the keys distributed over two tasks by their hash. The code is the same for [`batches`] and
//! for [`each`]: [`wire`] has the differences.

pub mod batches;
pub mod each;

mod latency;
mod nexmark;
mod plain;
mod queries;
mod small;
mod tasks;
mod timed;
mod wire;

use super::Ready;
use crate::auctions::Auctions;
use crate::input;
use crate::work::Work;
use wire::Wire;

/// Prepares a work.
fn prepare<W: Wire>(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    Some(match work {
        Work::Chain => plain::chain::<W>(input::cached(work, quick)),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            plain::counts::<W>(input::keyed(work, quick), instances)
        }
        Work::Memory => plain::counts::<W>(input::each_key(work), instances),
        Work::Fraud => plain::fraud::<W>(input::payments(quick), instances),
        Work::Nexmark(query) => nexmark::prepare::<W>(query, Auctions::of(work, quick))?,
        Work::Sliding => timed::sliding::<W>(input::dated(quick)),
        Work::Join => timed::joined::<W>(input::sides(quick)),
        Work::FlatMap => plain::flat_map::<W>(input::cached(work, quick)),
        Work::Large => plain::large::<W>(input::large(quick)),
        Work::FanOut => plain::fan_out::<W>(input::cached(work, quick)),
        Work::Latency(_) => latency::latency::<W>(work, quick, instances),
        Work::Idle => small::idle::<W>(work.events(quick)),
        Work::Start => small::start::<W>(work.events(quick)),
    })
}
