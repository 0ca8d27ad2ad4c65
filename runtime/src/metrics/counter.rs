//! The counters that instances update.

use crate::time::Monotonic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A counter that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `amount`; never blocks.
    #[inline]
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The current count.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The counters of one instance of a node.
#[derive(Debug, Default)]
pub struct InstanceCounters {
    /// Events received.
    pub events_in: Counter,
    /// Events emitted by the main output.
    pub events_out: Counter,
    /// Events behind the watermark.
    pub late: Counter,
    /// Errors emitted by the error output.
    pub errors: Counter,
    /// Events for which the edge into the node had no room.
    pub overflow: Counter,
    /// Events dropped for lack of a destination, such as late ones.
    pub dropped: Counter,
    /// Events dropped because they repeat others of their key.
    pub duplicates: Counter,
    /// Processing-time timers set after the end of input: they are never called.
    pub unfired: Counter,
    /// Barriers that have reached a sink.
    pub barriers: Counter,
    /// How long a source was held because it was ahead, or events of a throttle were, in
    /// nanoseconds.
    held: Counter,
    /// When it began to be held, in nanoseconds from 1; 0 while it is not.
    held_since: AtomicU64,
    /// Whether a source is paused.
    paused: AtomicBool,
    /// Whose counters these are, for logs.
    owner: (Arc<str>, usize),
}

impl InstanceCounters {
    /// The counters of an instance of a node.
    #[must_use]
    pub fn of(node: Arc<str>, instance: usize) -> Self {
        Self { owner: (node, instance), ..Self::default() }
    }

    /// Notes that a source is held since `now`; the first time is logged.
    #[cold]
    pub fn begin_hold(&self, now: Monotonic) {
        if self.held.get() == 0 {
            let (node, _) = &self.owner;
            tracing::info!(%node, "the source is ahead of those it is joined with, and is held");
        }
        self.held_since.store(nanos(now.0).saturating_add(1), Ordering::Relaxed);
    }

    /// Notes that events wait for their turn since `now`.
    #[cold]
    pub fn begin_wait(&self, now: Monotonic) {
        self.held_since.store(nanos(now.0).saturating_add(1), Ordering::Relaxed);
    }

    /// Notes that a source is no longer held, or that no event waits for its turn.
    #[cold]
    pub fn end_hold(&self, now: Monotonic) {
        self.held.add(self.held_now(now).map_or(0, nanos));
        self.held_since.store(0, Ordering::Relaxed);
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
        match self.held_since.load(Ordering::Relaxed) {
            0 => None,
            since => Some(now.since(Monotonic(Duration::from_nanos(since - 1)))),
        }
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
