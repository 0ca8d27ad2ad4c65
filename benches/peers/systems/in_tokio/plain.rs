//! Works without time.

use super::tasks::{Many, Tasks, adding, many, source, source_by, step, step_by, sum};
use super::wire::{In, Split, Wire, link, links};
use crate::input::{Large, Payment};
use crate::steps::{self, Pace, Score, Spending, Travel, Verdict};
use crate::systems::Ready;
use crate::systems::by_loop::Map;
use millstream_benches::stateless::Event;

pub fn chain<W: Wire>(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |tasks, part| {
        let (to_step, events) = link::<W, Event>();
        let (to_sink, values) = link::<W, u64>();
        tasks.spawn(source(input, to_step));
        tasks.spawn(step(events, to_sink, |event| {
            let event = steps::scaled(event);
            steps::kept(&event).then(|| steps::digest(&steps::shifted(event)))
        }));
        tasks.spawn(adding(values, part));
    })
}

/// The sink receives only the results that are compared.
pub fn counts<W: Wire>(
    input: impl Iterator<Item = Event> + Send + 'static,
    instances: usize,
) -> Ready {
    sum(instances, move |tasks, part| {
        let (to_counts, parts) = links::<W, Event>(instances);
        let (to_sink, values) = link::<W, u64>();
        tasks.spawn(source_by(input, to_counts, |event| event.key));
        for events in parts {
            let mut counts: Map<u64, u64> = Map::default();
            tasks.spawn(step(events, to_sink.clone(), move |event| {
                let value = steps::counted(&event, counts.entry(event.key).or_insert(0));
                steps::compared(value).then_some(value)
            }));
        }
        drop(to_sink);
        tasks.spawn(adding(values, part));
    })
}

/// All of an analyzer's instances.
fn analyzer<W: Wire, S: Default + Send + 'static>(
    tasks: &mut Tasks,
    parts: Vec<In<W, Payment>>,
    to: &Split<W, Score>,
    score: fn(&mut S, &Payment) -> Score,
) {
    for payments in parts {
        let mut cards: Map<u32, S> = Map::default();
        let judged =
            move |payment: Payment| Some(score(cards.entry(payment.card).or_default(), &payment));
        tasks.spawn(step_by(payments, to.clone(), judged, |score| score.id));
    }
}

pub fn fraud<W: Wire>(
    input: impl Iterator<Item = Payment> + Send + 'static,
    instances: usize,
) -> Ready {
    sum(instances, move |tasks, part| {
        let (to_spending, spending) = links::<W, Payment>(instances);
        let (to_travel, travel) = links::<W, Payment>(instances);
        let (to_pace, pace) = links::<W, Payment>(instances);
        let (to_verdicts, verdicts) = links::<W, Score>(instances);
        let (to_sink, values) = link::<W, u64>();
        let to_all = to_spending.and(to_travel).and(to_pace);
        tasks.spawn(source_by(input, to_all, |payment| payment.card));
        analyzer(tasks, spending, &to_verdicts, Spending::score);
        analyzer(tasks, travel, &to_verdicts, Travel::score);
        analyzer(tasks, pace, &to_verdicts, Pace::score);
        drop(to_verdicts);
        for scores in verdicts {
            let mut verdicts: Map<u64, Verdict> = Map::default();
            tasks.spawn(step(scores, to_sink.clone(), move |score| {
                let value = verdicts.entry(score.id).or_default().add(&score)?;
                verdicts.remove(&score.id);
                steps::compared(value).then_some(value)
            }));
        }
        drop(to_sink);
        tasks.spawn(adding(values, part));
    })
}

/// Makes ten events of one.
struct Copies;

impl Many<Event, u64> for Copies {
    fn take(&mut self, event: Event, out: &mut Vec<u64>) {
        out.extend((0..10).map(|n| steps::digest(&steps::copied(&event, n))));
    }
}

pub fn flat_map<W: Wire>(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |tasks, part| {
        let (to_copies, events) = link::<W, Event>();
        let (to_sink, values) = link::<W, u64>();
        tasks.spawn(source(input, to_copies));
        tasks.spawn(many(events, to_sink, Copies));
        tasks.spawn(adding(values, part));
    })
}

/// Processes events in place, since they are large.
fn count_large(events: &mut [Large], counts: &mut Map<u64, u64>, out: &mut Vec<u64>) {
    for event in events {
        *event = steps::touched(*event);
        let count = counts.entry(event.key).or_insert(0);
        *count += 1;
        out.push(*count ^ event.rest[3]);
    }
}

pub fn large<W: Wire>(input: impl Iterator<Item = Large> + Send + 'static) -> Ready {
    sum(1, |tasks, part| {
        let (to_counts, mut events) = link::<W, Large>();
        let (mut to_sink, values) = link::<W, u64>();
        tasks.spawn(source(input, to_counts));
        tasks.spawn(async move {
            let mut counts: Map<u64, u64> = Map::default();
            while let Some(mut parcel) = events.parcel().await {
                count_large(parcel.as_mut(), &mut counts, &mut to_sink.buffer);
                to_sink.flush_full().await;
            }
            to_sink.flush().await;
        });
        tasks.spawn(adding(values, part));
    })
}

pub fn fan_out<W: Wire>(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |tasks, part| {
        let (to_sink, values) = link::<W, u64>();
        let (mut to_all, mut quarters) = links::<W, Event>(1);
        for _ in 1..4 {
            let (to_another, another) = links::<W, Event>(1);
            to_all = to_all.and(to_another);
            quarters.extend(another);
        }
        tasks.spawn(source_by(input, to_all, |_| ()));
        for (n, events) in (0..).zip(quarters) {
            let quarter = move |event: Event| Some(steps::quarter(&event, n));
            tasks.spawn(step(events, to_sink.clone(), quarter));
        }
        drop(to_sink);
        tasks.spawn(adding(values, part));
    })
}
