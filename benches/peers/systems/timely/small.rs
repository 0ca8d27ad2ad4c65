//! Works with almost no input, in two workers.

use super::Ready;
use super::run::execute;
use std::time::{Duration, Instant};
use timely::dataflow::operators::vec::{Input, Map};
use timely::dataflow::operators::{Exchange, Probe};
use timely::dataflow::{InputHandleVec, ProbeHandle};
use timely::worker::Worker;

/// A dataflow with an exchange.
fn dataflow(worker: &mut Worker) -> (InputHandleVec<u64, u64>, ProbeHandle<u64>) {
    worker.dataflow(|scope| {
        let (input, numbers) = scope.new_input();
        (input, numbers.exchange(|n| *n).map(|n| n).probe().0)
    })
}

/// Workers park until input arrives or the time is over.
pub fn idle(seconds: u64) -> Ready {
    Box::new(move || {
        let end = Instant::now() + Duration::from_secs(seconds);
        execute(2, move |worker| {
            let (input, _) = dataflow(worker);
            loop {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                worker.step_or_park(Some(left));
            }
            drop(input);
        });
        0.into()
    })
}

/// Runs dataflow after dataflow, each of one event.
pub fn start(jobs: u64) -> Ready {
    Box::new(move || {
        execute(2, move |worker| {
            for _ in 0..jobs {
                let (mut input, probe) = dataflow(worker);
                if worker.index() == 0 {
                    input.send(1);
                }
                input.close();
                worker.step_or_park_while(None, || !probe.done());
            }
        });
        jobs.into()
    })
}
