//! Works without time.

use super::{Map, Ready, Total, steps};
use crate::input::{Large, Payment};
use millstream_benches::stateless::Event;

pub fn chain(input: impl Iterator<Item = Event> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        for event in input {
            let event = steps::scaled(event);
            if steps::kept(&event) {
                part.add(steps::digest(&steps::shifted(event)));
            }
        }
        drop(part);
        total.get().into()
    })
}

/// All that is known about a card.
#[derive(Default)]
struct Card {
    spending: steps::Spending,
    travel: steps::Travel,
    pace: steps::Pace,
}

/// The fraud job in one loop: a row for each card, and the scores of a payment added up at once.
pub fn fraud(input: impl Iterator<Item = Payment> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut cards: Map<u32, Card> = Map::default();
        for payment in input {
            let card = cards.entry(payment.card).or_default();
            let scores = [
                card.spending.score(&payment),
                card.travel.score(&payment),
                card.pace.score(&payment),
            ];
            let mut verdict = steps::Verdict::default();
            let values = scores.iter().filter_map(|score| verdict.add(score));
            values.filter(|value| steps::compared(*value)).for_each(|value| part.add(value));
        }
        drop(part);
        total.get().into()
    })
}

/// The same with a table for each analyzer and one to combine their scores by payment, as in the
/// jobs of the other systems.
pub fn fraud_tables(input: impl Iterator<Item = Payment> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut spending: Map<u32, steps::Spending> = Map::default();
        let mut travel: Map<u32, steps::Travel> = Map::default();
        let mut pace: Map<u32, steps::Pace> = Map::default();
        let mut verdicts: Map<u64, steps::Verdict> = Map::default();
        for payment in input {
            let scores = [
                spending.entry(payment.card).or_default().score(&payment),
                travel.entry(payment.card).or_default().score(&payment),
                pace.entry(payment.card).or_default().score(&payment),
            ];
            for score in scores {
                let verdict = verdicts.entry(score.id).or_default();
                if let Some(value) = verdict.add(&score) {
                    verdicts.remove(&score.id);
                    if steps::compared(value) {
                        part.add(value);
                    }
                }
            }
        }
        drop(part);
        total.get().into()
    })
}

pub fn flat_map(input: impl Iterator<Item = Event> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        for event in input {
            for n in 0..10 {
                part.add(steps::digest(&steps::copied(&event, n)));
            }
        }
        drop(part);
        total.get().into()
    })
}

pub fn large(input: impl Iterator<Item = Large> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut counts: Map<u64, u64> = Map::default();
        for event in input {
            let event = steps::touched(event);
            let count = counts.entry(event.key).or_insert(0);
            *count += 1;
            part.add(*count ^ event.rest[3]);
        }
        drop(part);
        total.get().into()
    })
}

pub fn fan_out(input: impl Iterator<Item = Event> + 'static) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        for event in input {
            for n in 0..4 {
                part.add(steps::quarter(&event, n));
            }
        }
        drop(part);
        total.get().into()
    })
}
