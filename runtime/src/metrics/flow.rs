//! What an audit compares: the events that pass an edge, and those that pass the steps of a node.
//!
//! Each count is taken where the events are, apart from those it is compared with: what is lost
//! between two counts shows as their difference. All of them begin anew with an attempt to run the
//! job, and are updated once a batch.

use super::count::Counter;
use super::gauge::EdgeGauges;
use super::tap::Tap;
use super::top_keys::EdgeKeys;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An edge, by the positions of its nodes in the order of their definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EdgeEnds {
    /// The node upstream.
    pub from: usize,
    /// Its output.
    pub output: FlowOutput,
    /// The node downstream.
    pub to: usize,
}

/// The output of a node that an edge begins at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FlowOutput {
    /// The events that the node emits.
    #[default]
    Main,
    /// Late events.
    Late,
    /// Errors.
    Errors,
    /// What the edges into the node have dropped.
    Overflow,
    /// Events without a match: counted by the edge alone.
    Unmatched,
    /// One variant of the enum that the node emits: counted by the edge alone.
    Variant(&'static str),
}

/// Counts the events of an edge at both of its ends, over all instances.
#[derive(Debug, Default)]
pub struct EdgeCounters {
    /// Which edge it is.
    pub ends: EdgeEnds,
    /// How often the node downstream reads that output: as both sides of a join, for example.
    pub times: u64,
    /// Whether the edge is a channel or a queue. If not, it is a call, and has no ends to count at.
    counted: AtomicBool,
    /// Events that the output has put into batches for the node downstream.
    pub sent: Counter,
    /// Of these, further copies of one event: to all instances.
    pub copied: Counter,
    /// Of these, those that found no room.
    pub dropped: Counter,
    /// Events that the node downstream has taken out.
    pub received: Counter,
    /// How full its channels are.
    pub gauges: EdgeGauges,
    /// Shows some of the events to those who look.
    pub(crate) tap: Tap,
    /// Its most frequent keys.
    pub keys: EdgeKeys,
}

impl EdgeCounters {
    /// The counters of an edge.
    #[must_use]
    pub fn of(ends: EdgeEnds, times: u64) -> Self {
        Self { ends, times, ..Self::default() }
    }

    /// Begins to count: the edge is a channel or a queue.
    pub fn count(&self) {
        self.counted.store(true, Ordering::Relaxed);
    }

    /// Whether it counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counted.load(Ordering::Relaxed)
    }

    /// Begins anew, for another attempt.
    pub fn begin(&self) {
        self.counted.store(false, Ordering::Relaxed);
        self.gauges.clear();
        self.keys.clear();
        for counter in [&self.sent, &self.copied, &self.dropped, &self.received] {
            counter.set(0);
        }
    }
}

/// What a step of a node does with the events it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Reads them from outside.
    Source,
    /// Calls an operator.
    Operator(StepShape),
    /// Calls an operator that awaits.
    AwaitingOperator(StepShape),
    /// Keeps them for windows or for a join.
    Store,
    /// The same, and does not say what has become of them.
    SilentStore,
    /// Puts them in order.
    Sorter,
    /// Takes back what was fed back.
    Head,
    /// Holds them to a rate, or sheds them.
    Throttle,
    /// Writes them.
    Sink,
}

/// How many events a step emits for each one it has processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepShape {
    /// One, or an error.
    OneToOne,
    /// One, none, or an error.
    AtMostOne,
    /// Any number.
    Any,
}

/// Counts what becomes of the events that a step of an instance receives.
#[derive(Debug, Default)]
pub struct StepFlow {
    /// Events taken back from a checkpoint, in addition to those received.
    pub restored: Counter,
    /// Events that the step is done with.
    pub processed: Counter,
    /// Events refused as late.
    pub late: Counter,
    /// Events that wait in the step.
    pub buffered: Counter,
    /// Events that the step has emitted.
    pub emitted: Counter,
}

/// A step of an instance of a node.
pub(super) type FlowStep = (StepKind, Arc<StepFlow>);

/// The steps of one instance of a node in the order in which events pass them, and what its other
/// counters were when they began.
#[derive(Debug, Default)]
pub struct Flow(Mutex<(CountsBefore, Vec<FlowStep>)>);

/// The counters of an instance at the begin of an attempt.
#[derive(Debug, Clone, Copy, Default)]
pub struct CountsBefore {
    pub(super) events_in: u64,
    pub(super) events_out: u64,
    pub(super) late: u64,
    pub(super) errors: u64,
    pub(super) overflow: u64,
    pub(super) dropped: u64,
    pub(super) duplicates: u64,
}

impl Flow {
    /// Begins an attempt, with these counts.
    pub(super) fn begin(&self, counts: CountsBefore) {
        *self.lock() = (counts, Vec::new());
    }

    /// Adds a step downstream of all others.
    pub(super) fn add(&self, kind: StepKind) -> Arc<StepFlow> {
        let step = Arc::<StepFlow>::default();
        self.lock().1.push((kind, Arc::clone(&step)));
        step
    }

    /// The counts at the begin, and the steps.
    pub(super) fn read(&self) -> (CountsBefore, Vec<FlowStep>) {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, (CountsBefore, Vec<FlowStep>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
