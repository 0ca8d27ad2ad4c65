//! From a source through a keyed exchange and an operator with state to a sink.

use super::{Outcome, Ready, run};
use crate::systems::pace::{Due, Pace, Start, digest};
use crate::work::Work;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Reader, Readiness, Unreplayable};
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
        cx.waker().wake_by_ref();
        Poll::Pending
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

pub fn latency(work: Work, quick: bool, instances: usize) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Collected::new();
        run(topology(pace, instances, &delays));
        let delays = delays.take();
        Outcome { digest: digest(&delays), delays }
    })
}

fn topology(pace: Pace, instances: usize, delays: &Collected<u32>) -> Topology {
    let start: Start = pace.start();
    topology!(
        source(Paced(pace))
            >> by(|event| event.key)
            >> count * instances
            >> map(move |event: Due| start.delay(&event)) * 1
            >> sink(delays.sink()),
    )
}
