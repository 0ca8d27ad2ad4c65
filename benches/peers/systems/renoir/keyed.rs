//! Works with a state for each key.

use super::{Ready, add, batch, sum};
use crate::input::{Large, Payment};
use crate::steps::{self, Pace, Score, Spending, Travel, Verdict};
use millstream_benches::nexmark::by_hand::Map;
use millstream_benches::stateless::Event;
use renoir::Stream;
use renoir::operator::Operator;

pub fn counts(input: impl Iterator<Item = Event> + Send + 'static, instances: usize) -> Ready {
    sum(instances, |context, part| {
        let mut seen = 0;
        let counts = context
            .stream_iter(input)
            .batch_mode(batch())
            .group_by(|event| event.key)
            .rich_map(move |(_, event)| steps::counted(&event, &mut seen));
        add(counts.drop_key().filter(|value| steps::compared(*value)), part);
    })
}

pub fn large(input: impl Iterator<Item = Large> + Send + 'static) -> Ready {
    sum(1, |context, part| {
        let mut count = 0;
        let counts = context
            .stream_iter(input)
            .batch_mode(batch())
            .map(steps::touched)
            .group_by(|event| event.key)
            .rich_map(move |(_, event)| {
                count += 1;
                count ^ event.rest[3]
            });
        add(counts.drop_key(), part);
    })
}

/// Three analyzers, and their combined score. The payments are grouped once, and then split, which
/// keeps them in their instance.
pub fn fraud(input: impl Iterator<Item = Payment> + Send + 'static, instances: usize) -> Ready {
    sum(instances, |context, part| {
        let payments = context.stream_iter(input).batch_mode(batch()).group_by(|one| one.card);
        let mut all = payments.unkey().split(3).into_iter().map(Stream::to_keyed);
        let (Some(first), Some(second), Some(third)) = (all.next(), all.next(), all.next()) else {
            return;
        };
        let mut spending = Spending::default();
        let mut travel = Travel::default();
        let mut pace = Pace::default();
        let spending = first.rich_map(move |(_, payment)| spending.score(&payment)).drop_key();
        let travel = second.rich_map(move |(_, payment)| travel.score(&payment)).drop_key();
        let pace = third.rich_map(move |(_, payment)| pace.score(&payment)).drop_key();
        let values = verdicts(spending.merge(travel).merge(pace));
        add(values.filter(|value| steps::compared(*value)), part);
    })
}

/// The combined score. The state of all keys is in one map, so that it can be dropped.
fn verdicts(
    scores: Stream<impl Operator<Out = Score> + 'static>,
) -> Stream<impl Operator<Out = u64>> {
    let mut verdicts: Map<u64, Verdict> = Map::default();
    scores.group_by(|score| score.id).drop_key().rich_filter_map(move |score| {
        let value = verdicts.entry(score.id).or_default().add(&score)?;
        verdicts.remove(&score.id);
        Some(value)
    })
}
