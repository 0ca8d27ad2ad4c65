//! Workers, and the input of their dataflows.

use super::Records;
use crate::systems::shared::Shared;
use timely::Config;
use timely::dataflow::operators::Probe;
use timely::dataflow::{InputHandle, InputHandleVec, ProbeHandle};
use timely::worker::Worker;

/// The number of batches per epoch, for events without a time.
const BATCHES: u64 = 16;

/// How many such epochs a worker may be ahead of the output of the dataflow.
const AHEAD: u64 = 4;

/// The number of events per batch: 256 KiB of them cost a quarter less than 32 KiB, unless an event
/// becomes several.
pub fn batch_of<D>() -> usize {
    (256 * 1_024 / size_of::<D>()).max(1)
}

/// The number of events per batch if each becomes several.
const FEW: usize = 1_024;

type InputOf<D> = InputHandleVec<u64, D>;

/// A dataflow from events to a sum.
pub type Dataflow<D, S, R> = for<'scope> fn(Records<'scope, D>, S) -> Records<'scope, R>;

/// Events, and how they are read.
pub struct Input<I: Iterator> {
    events: Shared<I>,
    /// The epoch of a batch, from its first event and the number of earlier batches.
    epoch: fn(&I::Item, u64) -> u64,
    ahead: u64,
    batch: usize,
    /// Whether all workers read.
    is_shared: bool,
}

impl<I: Iterator> Input<I> {
    /// Events shared by the workers.
    pub fn shared(events: I) -> Self {
        let epoch = |_: &I::Item, batches| batches / BATCHES;
        Self {
            events: Shared::of(events),
            epoch,
            ahead: AHEAD,
            batch: batch_of::<I::Item>(),
            is_shared: true,
        }
    }

    /// Events read by the first worker only: they stay in order.
    pub fn ordered(events: I) -> Self {
        Self { is_shared: false, ..Self::shared(events) }
    }

    /// Events that each become several.
    pub fn few(events: I) -> Self {
        Self { batch: FEW, ..Self::shared(events) }
    }

    /// Events in order of time; times are the epochs.
    pub fn timed(events: I, time: fn(&I::Item, u64) -> u64) -> Self {
        Self { epoch: time, ahead: 0, ..Self::ordered(events) }
    }

    /// Sends all events.
    fn feed(&self, worker: &mut Worker, mut to: InputOf<I::Item>, probe: &ProbeHandle<u64>)
    where
        I::Item: Clone + 'static,
    {
        if worker.index() > 0 && !self.is_shared {
            return;
        }
        let mut batch = Vec::new();
        for batches in 0.. {
            batch.clear();
            self.events.fill(&mut batch, self.batch);
            let Some(first) = batch.first() else { return };
            to.advance_to((self.epoch)(first, batches));
            let seen = to.time().saturating_sub(self.ahead);
            worker.step_or_park_while(None, || probe.less_than(&seen));
            to.send_batch(&mut batch);
            worker.step();
        }
    }
}

/// Runs a dataflow in a number of workers, until it has processed all events.
pub fn run<I, S, R>(workers: usize, input: Input<I>, sink: S, dataflow: Dataflow<I::Item, S, R>)
where
    I: Iterator<Item: Clone + Send + 'static> + Send + 'static,
    S: Clone + Send + Sync + 'static,
    R: 'static,
{
    execute(workers, move |worker| {
        let mut handle = InputHandle::new();
        let probe = ProbeHandle::new();
        let sink = sink.clone();
        worker.dataflow::<u64, _, _>(|scope| {
            dataflow(handle.to_stream(scope), sink).probe_with(&probe);
        });
        input.feed(worker, handle, &probe);
    });
}

/// Runs a function in a number of workers, and ends their dataflows.
pub fn execute(workers: usize, work: impl Fn(&mut Worker) + Send + Sync + 'static) {
    let config = if workers > 1 { Config::process(workers) } else { Config::thread() };
    let results = match timely::execute(config, work) {
        Ok(workers) => workers.join(),
        Err(error) => panic!("no workers: {error}"),
    };
    for result in results {
        if let Err(error) = result {
            panic!("a worker failed: {error}");
        }
    }
}
