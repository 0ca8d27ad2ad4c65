//! How far sources that are joined may be apart in event time: who is ahead, and is held.

use crate::env::Env;
use crate::metrics::InstanceCounters;
use crate::time::{EventTime, micros};
use futures::task::AtomicWaker;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

/// Which sources of a job may be held, and what each waits for: decided by the plan.
///
/// A *clock* is where event time is assigned. A source is ahead of another by their clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftRules {
    /// The number of instances of each clock.
    pub clocks: Vec<usize>,
    /// The sources.
    pub sources: Vec<DriftRule>,
}

/// What one source waits for. Clocks are places in [`DriftRules::clocks`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftRule {
    /// The index of the node.
    pub node: usize,
    /// The clock between the source and its joins.
    pub own: usize,
    /// The clocks that this one may not be too far ahead of.
    pub peers: Vec<usize>,
    /// All clocks that its events pass: without events while the source is held, but not idle.
    pub downstream: Vec<usize>,
}

/// Holds the sources that are too far ahead in event time. Clones belong to the same job.
///
/// A held source is not read until the slowest of its peers has caught up, is idle or has ended.
/// Each source has one clock. So one that waits, waits for a clock that is further behind, and the
/// slowest waits for none: no set of sources can wait for each other.
///
/// # Examples
/// ```
/// use millstream::plumbing::control::{Drift, DriftRule, DriftRules};
/// use millstream::time::EventTime;
/// use std::time::Duration;
///
/// let ahead = DriftRule { node: 0, own: 0, peers: vec![1], downstream: vec![0] };
/// let rules = DriftRules { clocks: vec![1, 1], sources: vec![ahead] };
/// let drift = Drift::new(rules, Duration::from_secs(60));
/// let (mut fast, mut slow) = (drift.split(0, 0).unwrap(), drift.split(1, 0).unwrap());
/// fast.reached(EventTime::from_secs(100));
/// slow.reached(EventTime::from_secs(30));
/// assert!(drift.is_ahead(0));
/// slow.reached(EventTime::from_secs(40));
/// assert!(!drift.is_ahead(0));
/// ```
#[derive(Clone, Default)]
pub struct Drift(Arc<DriftState>);

#[derive(Default)]
struct DriftState {
    /// The greatest distance, in microseconds.
    most: i64,
    clocks: Vec<JoinedClock>,
    sources: Vec<JoinedSource>,
    /// How many sources are held now. While there are none, a clock that advances does no more.
    held: AtomicUsize,
}

/// Where event time is assigned.
struct JoinedClock {
    splits: Vec<JoinedSplit>,
    /// How many sources upstream are held now.
    held: AtomicUsize,
}

/// One instance of a clock.
struct JoinedSplit {
    /// Its watermark in microseconds; `i64::MAX` while it is idle, and once it has ended.
    reached: AtomicI64,
    /// Wakes its task when a source upstream is released: it may be idle from then on.
    released: AtomicWaker,
}

struct JoinedSource {
    rule: DriftRule,
    is_held: AtomicBool,
    /// Wakes its task when it may be read again.
    waker: AtomicWaker,
}

impl fmt::Debug for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.0.held.load(Ordering::Relaxed);
        f.debug_struct("Drift").field("held", &held).finish_non_exhaustive()
    }
}

impl Drift {
    /// Holds the sources of `rules` that are ahead by more than `most`; none if that is
    /// [`Duration::MAX`].
    #[must_use]
    pub fn new(rules: DriftRules, most: Duration) -> Self {
        if most == Duration::MAX {
            return Self::default();
        }
        let split = |_| JoinedSplit {
            reached: AtomicI64::new(EventTime::MIN.as_micros()),
            released: AtomicWaker::new(),
        };
        let clock = |instances| JoinedClock {
            splits: (0..instances).map(split).collect(),
            held: AtomicUsize::new(0),
        };
        let source = |rule| JoinedSource {
            rule,
            is_held: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        };
        Self(Arc::new(DriftState {
            most: micros(most),
            clocks: rules.clocks.into_iter().map(clock).collect(),
            sources: rules.sources.into_iter().map(source).collect(),
            held: AtomicUsize::new(0),
        }))
    }

    /// For an instance of a clock, to report its event time; `None` if no source is ever held.
    #[must_use]
    pub fn split(&self, clock: usize, instance: usize) -> Option<DriftSplit> {
        self.0.clocks.get(clock)?;
        Some(DriftSplit { drift: self.clone(), clock, instance, last: EventTime::MIN })
    }

    /// For a source, to be held; `None` if it never is. Time is measured by the clock of `env`.
    #[must_use]
    pub fn source(
        &self,
        node: usize,
        env: Env,
        counters: Arc<InstanceCounters>,
    ) -> Option<DriftSource> {
        let source = self.0.sources.iter().position(|source| source.rule.node == node)?;
        Some(DriftSource { drift: self.clone(), source, env, counters })
    }

    /// Whether a source is too far ahead of the slowest of its peers, by its place in
    /// [`DriftRules::sources`].
    #[must_use]
    pub fn is_ahead(&self, source: usize) -> bool {
        let Some(JoinedSource { rule, .. }) = self.0.sources.get(source) else { return false };
        let own = self.0.reached(rule.own);
        if own == i64::MAX {
            // It is idle, or has ended.
            return false;
        }
        let slowest = rule.peers.iter().map(|peer| self.0.reached(*peer)).min();
        slowest.is_some_and(|slowest| own.saturating_sub(slowest) > self.0.most)
    }

    /// Wakes the sources that wait and are no longer ahead.
    #[cold]
    fn wake(&self) {
        for (at, source) in self.0.sources.iter().enumerate() {
            if source.is_held.load(Ordering::SeqCst) && !self.is_ahead(at) {
                source.waker.wake();
            }
        }
    }
}

impl DriftState {
    /// What a clock has reached: the least of its instances that are not idle.
    fn reached(&self, clock: usize) -> i64 {
        let splits = self.clocks.get(clock).map_or(&[][..], |clock| &clock.splits);
        let reached = splits.iter().map(|split| split.reached.load(Ordering::SeqCst));
        reached.min().unwrap_or(i64::MAX)
    }
}

/// Reports the event time of one instance of a clock.
#[derive(Debug)]
pub struct DriftSplit {
    drift: Drift,
    clock: usize,
    instance: usize,
    /// What was reported last.
    last: EventTime,
}

impl DriftSplit {
    /// Reports a watermark; [`EventTime::MAX`] if the instance is idle, or has ended: it holds
    /// nothing then.
    #[inline]
    pub fn reached(&mut self, time: EventTime) {
        if time != self.last {
            self.last = time;
            self.store(time);
        }
    }

    #[inline(never)]
    fn store(&self, time: EventTime) {
        let Some(split) = self.split() else { return };
        split.reached.store(time.as_micros(), Ordering::SeqCst);
        if self.drift.0.held.load(Ordering::SeqCst) > 0 {
            self.drift.wake();
        }
    }

    fn split(&self) -> Option<&JoinedSplit> {
        self.drift.0.clocks.get(self.clock)?.splits.get(self.instance)
    }

    /// Whether a source upstream is held: the instance is not idle then, whatever it receives. If
    /// so, the task is woken when that ends.
    #[must_use]
    pub fn is_held(&self, cx: &Context<'_>) -> bool {
        let Some(clock) = self.drift.0.clocks.get(self.clock) else { return false };
        if let Some(split) = self.split()
            && !cx.waker().will_wake(Waker::noop())
        {
            split.released.register(cx.waker());
        }
        clock.held.load(Ordering::SeqCst) > 0
    }
}

/// Holds one source while it is too far ahead.
pub struct DriftSource {
    drift: Drift,
    source: usize,
    env: Env,
    counters: Arc<InstanceCounters>,
}

impl fmt::Debug for DriftSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DriftSource").field("source", &self.source).finish_non_exhaustive()
    }
}

impl DriftSource {
    /// Whether the source may not be read now. If so, the task is woken when it may.
    #[inline]
    #[must_use]
    pub fn poll_held(&self, cx: &Context<'_>) -> bool {
        let Some(source) = self.drift.0.sources.get(self.source) else { return false };
        let was_held = source.is_held.load(Ordering::Relaxed);
        if !was_held && !self.drift.is_ahead(self.source) {
            return false;
        }
        self.hold(source, was_held, cx)
    }

    #[cold]
    fn hold(&self, source: &JoinedSource, was_held: bool, cx: &Context<'_>) -> bool {
        // With a no-op waker a task only looks, and polls again before it waits.
        if !cx.waker().will_wake(Waker::noop()) {
            source.waker.register(cx.waker());
        }
        if !was_held {
            self.set(source, true);
        }
        // After it counts as held: a clock that advances now wakes it.
        let held = self.drift.is_ahead(self.source);
        if !held {
            self.set(source, false);
        }
        held
    }

    /// Reads the source again, whatever it waits for: it ends.
    pub fn release(&self) {
        if let Some(source) = self.drift.0.sources.get(self.source)
            && source.is_held.load(Ordering::Relaxed)
        {
            self.set(source, false);
        }
    }

    fn set(&self, source: &JoinedSource, held: bool) {
        let state = &*self.drift.0;
        let count = |counter: &AtomicUsize| {
            if held {
                counter.fetch_add(1, Ordering::SeqCst);
            } else {
                counter.fetch_sub(1, Ordering::SeqCst);
            }
        };
        source.is_held.store(held, Ordering::SeqCst);
        count(&state.held);
        for clock in source.rule.downstream.iter().filter_map(|clock| state.clocks.get(*clock)) {
            count(&clock.held);
            if !held {
                clock.splits.iter().for_each(|split| split.released.wake());
            }
        }
        let now = self.env.clock().monotonic();
        if held { self.counters.begin_hold(now) } else { self.counters.end_hold(now) }
    }
}
