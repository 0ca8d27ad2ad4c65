//! Works in event time. Each stream is in its order.

use super::tasks::{Many, adding, many, source, sum};
use super::wire::{In, Out, Wire, link};
use crate::systems::Ready;
use crate::systems::by_loop::Map;
use crate::systems::by_loop::joined::Sides;
use crate::systems::by_loop::sliding::{Hour, end, is_over};
use millstream_benches::stateless::Event;

/// The last hour of all keys, up to a second.
#[derive(Default)]
struct Hours {
    hours: Map<u64, Hour>,
    second: u64,
}

impl Many<Event, u64> for Hours {
    fn take(&mut self, event: Event, out: &mut Vec<u64>) {
        while self.second < event.time / 1_000 {
            end(&mut self.hours, self.second, &mut |value| out.push(value));
            self.second += 1;
        }
        self.hours.entry(event.key).or_default().count(self.second, 1);
    }

    fn finish(&mut self, out: &mut Vec<u64>) {
        while !is_over(&self.hours) {
            end(&mut self.hours, self.second, &mut |value| out.push(value));
            self.second += 1;
        }
    }
}

pub fn sliding<W: Wire>(input: Vec<Event>) -> Ready {
    sum(1, |tasks, part| {
        let (to_hours, events) = link::<W, Event>();
        let (to_sink, values) = link::<W, u64>();
        tasks.spawn(source(input.into_iter(), to_hours));
        tasks.spawn(many(events, to_sink, Hours::default()));
        tasks.spawn(adding(values, part));
    })
}

pub fn joined<W: Wire>([lefts, rights]: [Vec<Event>; 2]) -> Ready {
    sum(1, |tasks, part| {
        let (from_left, left) = link::<W, Event>();
        let (from_right, right) = link::<W, Event>();
        let (to_sink, values) = link::<W, u64>();
        tasks.spawn(source(lefts.into_iter(), from_left));
        tasks.spawn(source(rights.into_iter(), from_right));
        tasks.spawn(join(left, right, to_sink));
        tasks.spawn(adding(values, part));
    })
}

/// Continues with the side that lags in time, so that it buffers no more than possible matches.
async fn join<W: Wire>(mut lefts: In<W, Event>, mut rights: In<W, Event>, mut to: Out<W, u64>) {
    let mut sides = Sides::default();
    let (mut left, mut right) = (lefts.event().await, rights.event().await);
    loop {
        match (&left, &right) {
            (Some(one), other) if other.is_none_or(|other| one.time <= other.time) => {
                sides.left(one, |pair| to.buffer.push(pair));
                left = lefts.event().await;
            }
            (_, Some(one)) => {
                sides.right(one, |pair| to.buffer.push(pair));
                right = rights.event().await;
            }
            (_, None) => break,
        }
        to.flush_full().await;
    }
    to.flush().await;
}
