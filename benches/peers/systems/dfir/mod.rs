//! DFIR: flows in its own syntax, compiled, on one thread.
//!
//! It has ticks instead of event time and per-event keyed operators: a flow runs tick by tick, and
//! an operator's state is dropped at the end of a tick or never. Here
//!
//! - flows without branches process all their events in one tick, without buffering,
//! - flows with branches process `TICK` events per tick, since each branch buffers a whole tick,
//! - in flows with windows a tick is a window, or the slide of the windows,
//! - lasting keyed state is in the closure of a `scan`.
//!
//! Unsupported:
//!
//! - two instances: a flow has one thread, and keys are not distributed over flows;
//! - `idle`: without its feature `tokio` it does not wait, but returns to the caller.

mod latency;
mod nexmark;
mod plain;
mod ticks;
mod timed;

use super::Ready;
use super::sum::{Part, Total};
use crate::auctions::Auctions;
use crate::input;
use crate::work::Work;

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    if instances > 1 {
        return None;
    }
    Some(match work {
        Work::Chain => plain::chain(input::cached(work, quick)),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            plain::counts(input::keyed(work, quick))
        }
        Work::Memory => plain::counts(input::each_key(work)),
        Work::Fraud => plain::fraud(input::payments(quick)),
        Work::Nexmark(query) => nexmark::prepare(query, Auctions::of(work, quick))?,
        Work::Sliding => timed::sliding(input::dated(quick)),
        Work::Join => timed::joined(input::sides(quick)),
        Work::FlatMap => plain::flat_map(input::cached(work, quick)),
        Work::Large => plain::large(input::large(quick)),
        Work::FanOut => plain::fan_out(input::cached(work, quick)),
        Work::Latency(_) => latency::latency(work, quick),
        Work::Start => plain::start(work.events(quick)),
        Work::Idle => return None,
    })
}

/// The checksum of a flow's results.
fn sum(flow: impl FnOnce(Part) + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        flow(total.part());
        total.get().into()
    })
}
