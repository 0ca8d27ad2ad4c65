//! Works with keyed state.

use super::run::{Input, run};
use super::{Part, Ready, Records, sum};
use crate::input::{Large, Payment};
use crate::steps::{self, Pace, Score, Spending, Travel, Verdict};
use millstream_benches::nexmark::by_hand::Map;
use millstream_benches::stateless::Event;
use timely::ExchangeData;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::vec::{Filter as _, Map as _};
use timely::dataflow::operators::{Concat, Inspect, Operator};

/// An operator with keyed state, downstream of an exchange.
pub fn keyed<'scope, D: ExchangeData, S: Default + 'static, R: 'static>(
    records: Records<'scope, D>,
    key: impl Fn(&D) -> u64 + Copy + 'static,
    step: impl Fn(D, &mut S) -> R + Copy + 'static,
) -> Records<'scope, R> {
    records.unary(Exchange::new(key), "Keyed", move |_, _| {
        let mut states: Map<u64, S> = Map::default();
        move |input, output| {
            input.for_each_stamp(|capability, batches| {
                let records = batches.flat_map(|batch| batch.drain(..));
                let results = records.map(|record| {
                    let state = states.entry(key(&record)).or_default();
                    step(record, state)
                });
                output.session(&capability).give_iterator(results);
            });
        }
    })
}

/// Sums the few values that are compared.
fn checked(values: Records<'_, u64>, mut part: Part) -> Records<'_, u64> {
    values.filter(|value| steps::compared(*value)).inspect(move |value| part.add(*value))
}

pub fn counts(input: impl Iterator<Item = Event> + Send + 'static, instances: usize) -> Ready {
    fn dataflow(events: Records<'_, Event>, part: Part) -> Records<'_, u64> {
        let count = |event: Event, seen: &mut u64| steps::counted(&event, seen);
        checked(keyed(events, |event| event.key, count), part)
    }
    sum(move |part| run(instances, Input::shared(input), part, dataflow))
}

pub fn large(input: impl Iterator<Item = Large> + Send + 'static) -> Ready {
    fn count(event: Large, count: &mut u64) -> u64 {
        *count += 1;
        *count ^ event.rest[3]
    }
    fn dataflow(events: Records<'_, Large>, mut part: Part) -> Records<'_, u64> {
        let touched = events.map_in_place(|event| *event = steps::touched(*event));
        keyed(touched, |event| event.key, count).inspect(move |value| part.add(*value))
    }
    sum(|part| run(1, Input::shared(input), part, dataflow))
}

/// Three analyzers, and their combined score.
pub fn fraud(input: impl Iterator<Item = Payment> + Send + 'static, instances: usize) -> Ready {
    fn dataflow(payments: Records<'_, Payment>, part: Part) -> Records<'_, u64> {
        let card = |payment: &Payment| u64::from(payment.card);
        let spending = |payment: Payment, spent: &mut Spending| spent.score(&payment);
        let travel = |payment: Payment, travel: &mut Travel| travel.score(&payment);
        let pace = |payment: Payment, pace: &mut Pace| pace.score(&payment);
        let spending = keyed(payments.clone(), card, spending);
        let travel = keyed(payments.clone(), card, travel);
        let pace = keyed(payments, card, pace);
        checked(verdicts(spending.concat(travel).concat(pace)), part)
    }
    sum(move |part| run(instances, Input::ordered(input), part, dataflow))
}

/// The combined score; drops the state afterwards.
fn verdicts(scores: Records<'_, Score>) -> Records<'_, u64> {
    scores.unary(Exchange::new(|score: &Score| score.id), "Verdicts", |_, _| {
        let mut verdicts: Map<u64, Verdict> = Map::default();
        move |input, output| {
            input.for_each_stamp(|capability, batches| {
                let scores = batches.flat_map(|batch| batch.drain(..));
                let values = scores.filter_map(|score| {
                    let value = verdicts.entry(score.id).or_default().add(&score)?;
                    verdicts.remove(&score.id);
                    Some(value)
                });
                output.session(&capability).give_iterator(values);
            });
        }
    })
}
