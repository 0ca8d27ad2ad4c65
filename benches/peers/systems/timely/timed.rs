//! Works in event time.

use super::run::{Input, batch_of, execute, run};
use super::{Part, Ready, Records, sum};
use crate::systems::by_loop::joined::Sides;
use crate::systems::hours::Hours;
use crate::systems::shared::Shared;
use millstream_benches::stateless::Event;
use timely::dataflow::channels::pact::{Exchange, ParallelizationContract};
use timely::dataflow::operators::{Inspect, Operator, Probe};
use timely::dataflow::{InputHandle, ProbeHandle};
use timely::worker::Worker;

/// Adds a record to a state, and emits results.
pub type Take<S, D, R> = fn(&mut S, D, &mut Vec<R>);

/// Emits the results of a state that are complete when the frontier reaches a time.
pub type Close<S, R> = fn(&mut S, u64, &mut Vec<R>);

/// A unary operator with state: calls `take` for every record, and `close` for every frontier.
pub fn keeping<'scope, D: 'static, S: Default + 'static, R: 'static>(
    records: Records<'scope, D>,
    pact: impl ParallelizationContract<u64, Vec<D>>,
    take: Take<S, D, R>,
    close: Close<S, R>,
) -> Records<'scope, R> {
    records.unary_frontier(pact, "Keeping", move |capability, _| {
        let (mut held, mut state, mut rows) = (Some(capability), S::default(), Vec::new());
        move |(input, frontier), output| {
            input.for_each_stamp(|_, batches| {
                for batch in batches {
                    batch.drain(..).for_each(|record| take(&mut state, record, &mut rows));
                }
            });
            let now = frontier.frontier().first().copied();
            close(&mut state, now.unwrap_or(u64::MAX), &mut rows);
            if let Some(capability) = &mut held {
                output.session(capability).give_iterator(rows.drain(..));
                if let Some(now) = now {
                    capability.downgrade(&now);
                }
            }
            if now.is_none() {
                held = None;
            }
        }
    })
}

/// Counts by second; a second is complete when the frontier has passed it.
pub fn sliding(input: Vec<Event>) -> Ready {
    fn take(hours: &mut Hours, event: Event, _: &mut Vec<u64>) {
        *hours.second(event.time / 1_000).entry(event.key).or_default() += 1;
    }
    fn close(hours: &mut Hours, now: u64, rows: &mut Vec<u64>) {
        hours.close(if now == u64::MAX { now } else { now / 1_000 }, rows);
    }
    fn dataflow(events: Records<'_, Event>, mut part: Part) -> Records<'_, u64> {
        let by_key = Exchange::new(|event: &Event| event.key);
        keeping(events, by_key, take, close).inspect(move |value| part.add(*value))
    }
    let input = Input::timed(input.into_iter(), |event, _| event.time);
    sum(|part| run(1, input, part, dataflow))
}

/// The epochs of both sides are the same: a batch of one side sees all events of the other side's
/// batch, and their times differ by much less than the bound of the join.
pub fn joined(sides: [Vec<Event>; 2]) -> Ready {
    let sides = sides.map(|side| Shared::of(side.into_iter()));
    sum(|part| execute(1, move |worker| join(worker, &sides, part.clone())))
}

/// The main loop of a worker.
fn join(worker: &mut Worker, sides: &[Shared<impl Iterator<Item = Event>>; 2], mut part: Part) {
    let mut inputs = [InputHandle::new(), InputHandle::new()];
    let probe = ProbeHandle::new();
    worker.dataflow::<u64, _, _>(|scope| {
        let [lefts, rights] = inputs.each_mut().map(|input| input.to_stream(scope));
        pairs(lefts, rights).inspect(move |pair| part.add(*pair)).probe_with(&probe);
    });
    let mut batch = Vec::new();
    for epoch in 1.. {
        let mut is_over = true;
        for (input, side) in inputs.iter_mut().zip(sides) {
            batch.clear();
            side.fill(&mut batch, batch_of::<Event>());
            is_over &= batch.is_empty();
            input.send_batch(&mut batch);
            input.advance_to(epoch);
        }
        if is_over {
            return;
        }
        worker.step_while(|| probe.less_than(&epoch));
    }
}

/// Like the example `hashjoin`, with expiry, and both sides of a key in one row.
fn pairs<'scope>(
    lefts: Records<'scope, Event>,
    rights: Records<'scope, Event>,
) -> Records<'scope, u64> {
    let by_key = || Exchange::new(|event: &Event| event.key);
    lefts.binary(rights, by_key(), by_key(), "Join", |_, _| {
        let mut sides = Sides::default();
        move |lefts, rights, output| {
            lefts.for_each_stamp(|capability, batches| {
                let mut session = output.session(&capability);
                for left in batches.flat_map(|batch| batch.drain(..)) {
                    sides.left(&left, |pair| session.give(pair));
                }
            });
            rights.for_each_stamp(|capability, batches| {
                let mut session = output.session(&capability);
                for right in batches.flat_map(|batch| batch.drain(..)) {
                    sides.right(&right, |pair| session.give(pair));
                }
            });
        }
    })
}
