//! DFIR: flows in its own syntax, which are compiled, and run on one thread.
//!
//! It has no event time and no keyed operators that answer each event, but ticks: a flow runs tick
//! by tick, and what an operator keeps is forgotten at the end of a tick or never. Here
//!
//! - flows without branches do all their events in one tick, where nothing waits in a buffer,
//! - flows with branches do `TICK` events in a tick, as each branch buffers all of a tick,
//! - in flows with windows a tick is a window, or the time by which windows move,
//! - state of keys that lasts is in the closure of a `scan`.
//!
//! What it cannot do:
//!
//! - two instances: a flow has one thread, and nothing shares keys out among flows;
//! - `idle`: without its feature `tokio` it does not wait, but returns to whoever runs it.

mod latency;
mod nexmark;
mod plain;
mod ticks;
mod timed;

use super::Ready;
use super::sum::{Part, Total};
use crate::input;
use crate::work::Work;

/// Makes a work ready.
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
        Work::Nexmark(query) => nexmark::prepare(query, input::auctions(work, quick))?,
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

/// A sum of what a flow finds.
fn sum(flow: impl FnOnce(Part) + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        flow(total.part());
        total.get().into()
    })
}
