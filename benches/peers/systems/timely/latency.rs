//! From an input through a keyed exchange and an operator with state to a sink in the worker of the
//! key.
//!
//! The first worker polls for due events, sends them as an epoch, and steps, like the example
//! `openloop`.

use super::Ready;
use super::keyed::keyed;
use super::run::execute;
use crate::systems::delays::Delays;
use crate::systems::pace::{Due, Pace};
use crate::work::Work;
use timely::dataflow::InputHandle;
use timely::dataflow::operators::Inspect;
use timely::dataflow::operators::vec::Input;
use timely::worker::Worker;

fn count(event: Due, seen: &mut u64) -> Due {
    *seen += 1;
    Due { count: *seen, ..event }
}

pub fn latency(work: Work, quick: bool, instances: usize) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Delays::since(pace.start());
        let seen = delays.clone();
        execute(instances, move |worker| one(worker, pace.clone(), seen.clone()));
        delays.take()
    })
}

/// The main loop of a worker.
fn one(worker: &mut Worker, mut pace: Pace, mut delays: Delays) {
    let mut input = InputHandle::new();
    worker.dataflow::<u64, _, _>(|scope| {
        keyed(scope.input_from(&mut input), |event: &Due| event.key, count)
            .inspect(move |event| delays.arrived(event));
    });
    if worker.index() > 0 {
        return;
    }
    let mut batch = Vec::new();
    while !pace.has_ended() {
        batch.clear();
        batch.extend(pace.due());
        if !batch.is_empty() {
            input.send_batch(&mut batch);
            input.advance_to(input.time() + 1);
        }
        worker.step();
    }
}
