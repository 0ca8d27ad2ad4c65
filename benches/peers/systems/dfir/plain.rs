//! Works without time.

use super::{Ready, sum, ticks};
use crate::input::{Large, Payment};
use crate::steps::{self, Pace, Score, Spending, Travel, Verdict};
use crate::systems::by_loop::Map;
use dfir_rs::dfir_syntax;
use millstream_benches::stateless::Event;

pub fn chain(input: impl Iterator<Item = Event> + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(input)
                -> map(steps::scaled)
                -> filter(steps::kept)
                -> map(steps::shifted)
                -> map(|event: Event| steps::digest(&event))
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

type Counts = Map<u64, u64>;

fn count(counts: &mut Counts, event: &Event) -> u64 {
    steps::counted(event, counts.entry(event.key).or_insert(0))
}

pub fn counts(input: impl Iterator<Item = Event> + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(input)
                -> scan::<'static>(
                    Counts::default,
                    |counts: &mut Counts, event: Event| Some(count(counts, &event)),
                )
                -> filter(|value: &u64| steps::compared(*value))
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

/// The state of each card.
type Cards<S> = Map<u32, S>;

/// The scores of the analyzers so far.
type Verdicts = Map<u64, Verdict>;

fn judge(verdicts: &mut Verdicts, score: &Score) -> Option<u64> {
    let value = verdicts.entry(score.id).or_default().add(score)?;
    verdicts.remove(&score.id);
    Some(value)
}

pub fn fraud(input: impl Iterator<Item = Payment> + Unpin + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            payments = source_stream(ticks::by_number(input)) -> tee();
            payments
                -> scan::<'static>(
                    Cards::<Spending>::default,
                    |cards: &mut Cards<Spending>, payment: Payment| {
                        Some(cards.entry(payment.card).or_default().score(&payment))
                    },
                )
                -> scores;
            payments
                -> scan::<'static>(
                    Cards::<Travel>::default,
                    |cards: &mut Cards<Travel>, payment: Payment| {
                        Some(cards.entry(payment.card).or_default().score(&payment))
                    },
                )
                -> scores;
            payments
                -> scan::<'static>(
                    Cards::<Pace>::default,
                    |cards: &mut Cards<Pace>, payment: Payment| {
                        Some(cards.entry(payment.card).or_default().score(&payment))
                    },
                )
                -> scores;
            scores = union()
                -> scan::<'static>(
                    Verdicts::default,
                    |verdicts: &mut Verdicts, score: Score| Some(judge(verdicts, &score)),
                )
                -> flatten()
                -> filter(|value: &u64| steps::compared(*value))
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

pub fn flat_map(input: impl Iterator<Item = Event> + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(input)
                -> flat_map(|event: Event| (0..10).map(move |n| steps::copied(&event, n)))
                -> map(|event: Event| steps::digest(&event))
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

fn count_large(counts: &mut Counts, event: &Large) -> u64 {
    let count = counts.entry(event.key).or_insert(0);
    *count += 1;
    *count ^ event.rest[3]
}

pub fn large(input: impl Iterator<Item = Large> + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(input)
                -> map(steps::touched)
                -> scan::<'static>(
                    Counts::default,
                    |counts: &mut Counts, event: Large| Some(count_large(counts, &event)),
                )
                -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

pub fn fan_out(input: impl Iterator<Item = Event> + Unpin + 'static) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            events = source_stream(ticks::by_number(input)) -> tee();
            events -> map(|event: Event| steps::quarter(&event, 0)) -> all;
            events -> map(|event: Event| steps::quarter(&event, 1)) -> all;
            events -> map(|event: Event| steps::quarter(&event, 2)) -> all;
            events -> map(|event: Event| steps::quarter(&event, 3)) -> all;
            all = union() -> for_each(|value| part.add(value));
        };
        flow.run_available_sync();
    })
}

/// Runs flow after flow, each of one event. Starting is cheap: a flow is a value.
pub fn start(flows: u64) -> Ready {
    Box::new(move || {
        for _ in 0..flows {
            let mut flow = dfir_syntax! {
                source_iter([1_u64]) -> map(|n: u64| n) -> for_each(drop::<u64>);
            };
            flow.run_available_sync();
        }
        flows.into()
    })
}
