//! Works in event time: a tick is a second.

use super::{Ready, sum, ticks};
use crate::systems::by_loop::Map;
use crate::systems::by_loop::joined::Sides;
use crate::systems::by_loop::sliding::{Hour, WINDOW, end};
use dfir_rs::dfir_syntax;
use millstream_benches::stateless::Event;

const SECOND: u64 = 1_000;

/// The last hour of all keys, up to a second.
#[derive(Default)]
struct Hours {
    hours: Map<u64, Hour>,
    second: u64,
}

/// The events of a second by key.
type Counts = Map<u64, u32>;

impl Hours {
    /// Adds a second; returns the windows that end with it.
    fn take(&mut self, counts: Counts) -> Vec<u64> {
        for (key, count) in counts {
            self.hours.entry(key).or_default().count(self.second, count);
        }
        let mut windows = Vec::new();
        end(&mut self.hours, self.second, &mut |value| windows.push(value));
        self.second += 1;
        windows
    }
}

pub fn sliding(input: Vec<Event>) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_stream(ticks::by_time(input.into_iter(), |event| event.time, 0, SECOND))
                -> fold::<'tick>(Counts::default, |counts: &mut Counts, event: Event| {
                    *counts.entry(event.key).or_default() += 1
                })
                -> scan::<'static>(
                    Hours::default,
                    |hours: &mut Hours, counts: Counts| Some(hours.take(counts)),
                )
                -> flatten()
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
        // The windows that end after the last event.
        for _ in 0..WINDOW {
            flow.run_tick_sync();
        }
    })
}

fn pairs(sides: &mut Sides, event: &Event, is_left: bool) -> Vec<u64> {
    let mut pairs = Vec::new();
    if is_left {
        sides.left(event, |pair| pairs.push(pair));
    } else {
        sides.right(event, |pair| pairs.push(pair));
    }
    pairs
}

/// Its own join keeps both sides for a tick or for ever, and would emit all pairs again in each
/// tick. Here each tick has a second of both sides, and longer-lived state is in a closure.
pub fn joined([lefts, rights]: [Vec<Event>; 2]) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_stream(ticks::by_time(lefts.into_iter(), |event| event.time, 0, SECOND))
                -> map(|event: Event| (event, true))
                -> both;
            source_stream(ticks::by_time(rights.into_iter(), |event| event.time, 0, SECOND))
                -> map(|event: Event| (event, false))
                -> both;
            both = union()
                -> sort_by_key(|(event, _): &(Event, bool)| &event.time)
                -> scan::<'static>(
                    Sides::default,
                    |sides: &mut Sides, (event, is_left): (Event, bool)| {
                        Some(pairs(sides, &event, is_left))
                    },
                )
                -> flatten()
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}
