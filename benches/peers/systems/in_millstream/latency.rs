//! From a source through a keyed exchange and an operator with state to a sink.

use super::{Ready, Workers, run};
use crate::systems::delays::Delays;
use crate::systems::pace::{Due, Pace};
use crate::work::Work;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Reader, Readiness, Unreplayable};
use std::future::Future;
use std::pin::pin;
use std::task::{Context as Waiting, Poll};

/// Events as they become due.
struct Paced(Pace);

impl Source<Due> for Paced {
    type Reader = Self;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        Ok(self)
    }
}

impl Reader<Due> for Paced {
    fn poll_ready(&mut self, cx: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        if self.0.has_ended() {
            return Poll::Ready(Ok(Readiness::End));
        }
        if self.0.is_due() {
            return Poll::Ready(Ok(Readiness::Events));
        }
        // As a task of plain tokio does. Woken directly, the task would be offered to another thread
        // each time.
        let yielded = pin!(tokio::task::yield_now());
        yielded.poll(cx).map(|()| Ok(Readiness::Events))
    }

    fn read(&mut self, _: usize, into: &mut impl Intake<Due>) -> millstream::Result<()> {
        self.0.due().try_for_each(|event| into.event(event))
    }
}

#[operator]
async fn count(event: Due, seen: &mut u64) -> Due {
    *seen += 1;
    Due { count: *seen, ..event }
}

pub fn latency(work: Work, quick: bool, instances: usize, workers: Workers) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Delays::since(pace.start());
        run(topology(pace, instances, delays.clone()), workers);
        delays.take()
    })
}

fn topology(pace: Pace, instances: usize, mut delays: Delays) -> Topology {
    topology!(
        source(Paced(pace))
            >> by(|event| event.key)
            >> count * instances
            >> sink(for_each(move |event: Due| {
                let delays = &mut delays;
                delays.arrived(&event);
            })),
    )
}
