//! The counters that instances update.

use super::HotKey;
use super::count::Counter;
use super::flow::{CountsBefore, Flow, StepFlow, StepKind};
use super::list::counters;
use super::shown::{InstanceShown, ShownNumber};
use crate::time::Monotonic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The counters of one instance of a node, from their [list](super::list).
macro_rules! instance_counters {
    ($($(#[$doc:meta])* $name:ident, $family:literal, $help:literal;)*) => {
        /// The counters of one instance of a node.
        #[derive(Debug, Default)]
        pub struct InstanceCounters {
            $($(#[$doc])* pub $name: Counter,)*
            /// What it shows beside them.
            pub shown: InstanceShown,
            /// What an audit compares.
            flow: Flow,
            /// How long a source was held because it was ahead, or events of a throttle were, in
            /// nanoseconds.
            held: Counter,
            /// When it began to be held, in nanoseconds; none while it is not.
            held_since: ShownNumber,
            /// Whether a source is paused.
            paused: AtomicBool,
            /// The key that last held up the calls of an operator.
            hot_key: Mutex<Option<HotKey>>,
            /// Whose counters these are, for logs.
            owner: (Arc<str>, usize),
        }
    };
}
counters!(instance_counters);

impl InstanceCounters {
    /// The counters of an instance of a node.
    #[must_use]
    pub fn of(node: Arc<str>, instance: usize) -> Self {
        Self { owner: (node, instance), ..Self::default() }
    }

    /// Events that it has received: those of its windows or of its join, if it has any.
    pub fn received(&self) -> u64 {
        self.shown.arrived().unwrap_or_else(|| self.events_in.get())
    }

    /// Begins what an audit compares anew, for an attempt to run the job.
    pub fn begin_flow(&self) {
        self.flow.begin(self.counts());
        self.shown.begin();
    }

    /// Adds a step that events pass in this instance, downstream of all others.
    pub fn add_step(&self, kind: StepKind) -> Arc<StepFlow> {
        self.flow.add(kind)
    }

    /// The flow of the present attempt.
    pub(super) fn flow(&self) -> &Flow {
        &self.flow
    }

    /// What it has counted so far.
    pub(super) fn counts(&self) -> CountsBefore {
        CountsBefore {
            events_in: self.events_in.get(),
            events_out: self.events_out.get(),
            late: self.late.get(),
            errors: self.errors.get(),
            overflow: self.overflow.get(),
            dropped: self.dropped.get(),
            duplicates: self.duplicates.get(),
        }
    }

    /// Notes that a source is held since `now`; the first time is logged.
    #[cold]
    pub fn begin_hold(&self, now: Monotonic) {
        if self.held.get() == 0 {
            let (node, _) = &self.owner;
            tracing::info!(%node, "the source is ahead of those it is joined with, and is held");
        }
        self.held_since.set(now.as_nanos());
    }

    /// Notes that events wait for their turn since `now`.
    #[cold]
    pub fn begin_wait(&self, now: Monotonic) {
        self.held_since.set(now.as_nanos());
    }

    /// Notes that a source is no longer held, or that no event waits for its turn.
    #[cold]
    pub fn end_hold(&self, now: Monotonic) {
        self.held.add_time(self.held_now(now).unwrap_or_default());
        self.held_since.clear();
    }

    /// Notes whether a source is paused; returns whether it was.
    pub fn set_paused(&self, paused: bool) -> bool {
        self.paused.swap(paused, Ordering::Relaxed)
    }

    /// Whether a source is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// How long a source has been held now, if it is.
    pub fn held_now(&self, now: Monotonic) -> Option<Duration> {
        self.held_since.get().map(|since| now.since(Monotonic::from_nanos(since)))
    }

    /// How long a source was held, up to the last time that it was released.
    pub fn held_before(&self) -> Duration {
        Duration::from_nanos(self.held.get())
    }

    /// Counts a late event, which was `behind` the watermark; the first is logged.
    #[cold]
    pub fn count_late(&self, behind: Duration) {
        if self.late.get() == 0 {
            let (node, instance) = &self.owner;
            tracing::info!(%node, instance, ?behind, "the first late event");
        }
        self.late.add(1);
    }

    /// Notes that most of the events that wait for calls are of one key; the first time is logged,
    /// without the event: a log is kept and shared.
    #[cold]
    pub fn note_hot_key(&self, (waiting, of): (usize, usize), event: Option<String>) {
        let (node, instance) = &self.owner;
        let hot = HotKey { instance: *instance, waiting, of, event };
        let mut noted = self.lock_hot_key();
        if noted.is_none() {
            tracing::info!(
                %node,
                instance,
                waiting,
                of,
                "one key holds up the calls of an operator"
            );
        }
        *noted = Some(hot);
    }

    /// The key that last held up the calls of an operator.
    pub fn hot_key(&self) -> Option<HotKey> {
        self.lock_hot_key().clone()
    }

    fn lock_hot_key(&self) -> MutexGuard<'_, Option<HotKey>> {
        self.hot_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts events that found no room; the first are logged.
    #[cold]
    pub fn count_overflow(&self, events: u64) {
        if events > 0 && self.overflow.get() == 0 {
            let (node, instance) = &self.owner;
            tracing::info!(%node, instance, events, "the first events that found no room");
        }
        self.overflow.add(events);
    }

    /// Counts events dropped; the first are logged.
    #[cold]
    pub fn count_dropped(&self, events: u64) {
        if events > 0 && self.dropped.get() == 0 {
            let (node, instance) = &self.owner;
            tracing::info!(%node, instance, events, "the first events dropped");
        }
        self.dropped.add(events);
    }
}

/// The counters of all instances of a node.
#[derive(Debug, Clone)]
pub struct NodeCounters {
    /// The node's name.
    pub name: Arc<str>,
    /// The counters of each instance.
    pub instances: Vec<Arc<InstanceCounters>>,
}
