//! By hand: one thread and one loop, with nothing that the work does not need.

pub mod joined;
mod nexmark;
mod plain;
pub mod sliding;

use super::Ready;
use super::delays::Delays;
use super::pace::Pace;
use super::sum::Total;
use crate::auctions::Auctions;
use crate::steps::{compared, counted};
use crate::work::Work;
use crate::{input, steps};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream_benches::stateless::Event;

pub type Map<K, V> = HashMap<K, V, FixedState>;

/// Prepares `fraud` with the tables of the job, one for each operator.
pub fn prepare_tables(work: Work, quick: bool) -> Option<Ready> {
    (work == Work::Fraud).then(|| plain::fraud_tables(input::payments(quick)))
}

/// Prepares a work.
pub fn prepare(work: Work, quick: bool) -> Option<Ready> {
    Some(match work {
        Work::Chain => plain::chain(input::cached(work, quick)),
        Work::Keyed | Work::KeyedZipf | Work::Events(_) | Work::Keys(_) => {
            count(input::keyed(work, quick))
        }
        Work::Memory => count(input::each_key(work)),
        Work::Fraud => plain::fraud(input::payments(quick)),
        Work::Nexmark(query) => nexmark::prepare(query, Auctions::of(work, quick))?,
        Work::Sliding => sliding::sliding(input::dated(quick)),
        Work::Join => joined::joined(input::sides(quick)),
        Work::FlatMap => plain::flat_map(input::cached(work, quick)),
        Work::Large => plain::large(input::large(quick)),
        Work::FanOut => plain::fan_out(input::cached(work, quick)),
        Work::Latency(_) => latency(work, quick),
        Work::Idle | Work::Start => return None,
    })
}

fn count(input: impl Iterator<Item = Event> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut counts: Map<u64, u64> = Map::default();
        for event in input {
            let value = counted(&event, counts.entry(event.key).or_insert(0));
            if compared(value) {
                part.add(value);
            }
        }
        drop(part);
        total.get().into()
    })
}

fn latency(work: Work, quick: bool) -> Ready {
    Box::new(move || {
        let mut pace = Pace::of(work, quick);
        let mut delays = Delays::since(pace.start());
        let mut counts: Map<u64, u64> = Map::default();
        while !pace.has_ended() {
            for mut event in pace.due() {
                let count = counts.entry(event.key).or_insert(0);
                *count += 1;
                event.count = *count;
                delays.arrived(&event);
            }
        }
        delays.take()
    })
}
