//! What has become of the events of an operator that awaits, for an audit.

use super::AwaitSegment;
use super::seat::CallMaker;
use crate::control::TaskClock;
use crate::metrics::StepFlow;
use crate::operator::AwaitStep;
use crate::stage::Chain;
use crate::stage::instance::States;
use crate::time::Monotonic;
use std::sync::Arc;

/// Counts events from their arrival to the return of their calls.
#[derive(Debug)]
pub(super) struct CallCounts {
    /// Put into the inbox.
    pub(super) arrived: u64,
    /// Taken out of it.
    pub(super) received: u64,
    /// Calls made for events.
    pub(super) started: u64,
    /// Calls for events that have returned.
    pub(super) landed: u64,
    /// Calls that returned when they were first polled, since they were added to the others.
    pub(super) immediate: u64,
    flow: Arc<StepFlow>,
    /// The clock of the task, once it runs.
    clock: Option<TaskClock>,
}

impl CallCounts {
    pub(super) fn new(flow: Arc<StepFlow>) -> Self {
        let clock = None;
        Self { arrived: 0, received: 0, started: 0, landed: 0, immediate: 0, flow, clock }
    }

    /// Attaches the clock of the task.
    pub(super) fn attach(&mut self, clock: &TaskClock) {
        self.clock = Some(clock.clone());
    }

    /// When the task last read its clock.
    pub(super) fn now(&self) -> Monotonic {
        self.clock.as_ref().map(TaskClock::last).unwrap_or_default()
    }
}

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// Says what has become of the events so far.
    pub(super) fn publish(&mut self) {
        let CallCounts { arrived, received, started, landed, flow, .. } = &self.tally;
        let (in_inbox, in_flight) = (arrived - received, started - landed);
        let waiting = self.lines.waiting() as u64 + self.waiting.events();
        flow.processed.set(*landed);
        flow.buffered.set(in_inbox + in_flight + waiting);
        self.show(in_inbox + waiting);
    }

    /// Shows the calls in flight, and how many events wait for theirs.
    fn show(&mut self, waiting: u64) {
        let (in_flight, shown) = (self.calls.flights.in_flight(), &self.core.counters.shown);
        if self.tally.immediate > 0 {
            shown.calls.times.add_immediate(std::mem::take(&mut self.tally.immediate));
        }
        shown.calls.in_flight.set(in_flight as u64);
        shown.calls.limit.set(self.limit as u64);
        shown.calls.waiting.set(waiting);
        if let Some(rows) = self.states.rows() {
            shown.states.set(rows as u64);
        }
    }

    /// Counts the events taken back from a checkpoint.
    pub(super) fn publish_restored(&mut self) {
        self.tally.flow.restored.set(self.waiting.events());
        self.publish();
    }
}
