//! Works without time.

use super::{Ready, Total, Workers, adding, sum, sum_on};
use crate::input::Large;
use crate::steps;
use millstream::prelude::*;
use millstream_benches::stateless::Event;

#[operator]
async fn scale(event: Event) -> Event {
    steps::scaled(event)
}

#[operator]
async fn keep(event: Event) -> Option<Event> {
    steps::kept(&event).then_some(event)
}

#[operator]
async fn shift(event: Event) -> Event {
    steps::shifted(event)
}

#[operator]
async fn digest(event: Event) -> u64 {
    steps::digest(&event)
}

pub fn chain(input: impl Iterator<Item = Event> + Send + 'static, workers: Workers) -> Ready {
    sum_on(workers, |total| {
        topology!(
            source(from_iter(input))
                >> scale
                >> keep
                >> shift
                >> digest
                >> sink(adding(total.part())),
        )
    })
}

#[operator]
async fn count(event: Event, seen: &mut u64) -> u64 {
    steps::counted(&event, seen)
}

/// The results stay in their instances; only the few that are compared are summed.
#[operator]
pub(super) async fn check(value: u64, #[shared] total: &Total) -> Option<u64> {
    if steps::compared(value) {
        total.add(value);
    }
    None
}

pub fn counts(
    input: impl Iterator<Item = Event> + Send + 'static,
    instances: usize,
    workers: Workers,
) -> Ready {
    sum_on(workers, move |total| {
        topology!(
            source(from_iter(input))
                >> by(|event| event.key)
                >> count * instances
                >> check(total.clone()) * instances
                >> sink(for_each(drop::<u64>)),
        )
    })
}

pub fn flat_map(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(|total| {
        topology!(
            source(from_iter(input))
                >> flat_map(|event| (0..10).map(move |n| steps::copied(&event, n)))
                >> digest
                >> sink(adding(total.part())),
        )
    })
}

#[operator]
async fn touch(event: Large) -> Large {
    steps::touched(event)
}

#[operator]
async fn count_large(event: Large, count: &mut u64) -> u64 {
    *count += 1;
    *count ^ event.rest[3]
}

pub fn large(input: impl Iterator<Item = Large> + Send + 'static) -> Ready {
    sum(|total| {
        topology!(
            source(from_iter(input))
                >> touch
                >> by(|event| event.key)
                >> count_large
                >> sink(adding(total.part())),
        )
    })
}

pub fn fan_out(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(|total| {
        topology!(
            events = source(from_iter(input)),
            first = events >> map(|event| steps::quarter(&event, 0)),
            second = events >> map(|event| steps::quarter(&event, 1)),
            third = events >> map(|event| steps::quarter(&event, 2)),
            fourth = events >> map(|event| steps::quarter(&event, 3)),
            [first, second, third, fourth] >> sink(adding(total.part())),
        )
    })
}
