//! What may change while a job runs: set through its handle, read by its tasks.

use futures::task::AtomicWaker;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// The largest number of calls in flight of each instance of a node. Clones are the same limit.
///
/// # Examples
/// ```
/// use millstream::plumbing::control::CallLimit;
/// use std::task::{Context, Waker};
///
/// let limit = CallLimit::new(4, 1);
/// let mut instance = limit.instance(0);
/// let cx = Context::from_waker(Waker::noop());
/// assert_eq!(instance.poll(&cx), 4);
/// limit.set(64);
/// assert_eq!(instance.poll(&cx), 64);
/// ```
#[derive(Clone)]
pub struct CallLimit(Arc<CallLimitState>);

struct CallLimitState {
    most: AtomicUsize,
    /// Wakes the task of each instance. A waker stays until another takes its place, so that an
    /// instance that waits for each of its calls registers once.
    tasks: Box<[Mutex<Option<Waker>>]>,
}

impl CallLimitState {
    fn task(&self, instance: usize) -> Option<MutexGuard<'_, Option<Waker>>> {
        self.tasks.get(instance).map(|task| task.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for CallLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallLimit").field(&self.get()).finish()
    }
}

impl CallLimit {
    /// A limit for each of a number of instances.
    #[must_use]
    pub fn new(most: usize, instances: usize) -> Self {
        let tasks = (0..instances).map(|_| Mutex::default()).collect();
        Self(Arc::new(CallLimitState { most: AtomicUsize::new(most), tasks }))
    }

    /// The limit now.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.most.load(Ordering::Relaxed)
    }

    /// Sets the limit, and wakes the tasks of all instances.
    pub fn set(&self, most: usize) {
        // Ahead of the locks: an instance that registers behind them reads it.
        self.0.most.store(most, Ordering::Relaxed);
        for instance in 0..self.0.tasks.len() {
            let task = self.0.task(instance).and_then(|task| task.clone());
            if let Some(task) = task {
                task.wake();
            }
        }
    }

    /// For an instance, to read it.
    #[must_use]
    pub fn instance(&self, instance: usize) -> InstanceCallLimit {
        InstanceCallLimit { limit: self.clone(), instance, known: None }
    }
}

/// Reads a [`CallLimit`] for one instance.
#[derive(Debug)]
pub struct InstanceCallLimit {
    limit: CallLimit,
    instance: usize,
    /// The waker that is registered.
    known: Option<Waker>,
}

impl InstanceCallLimit {
    /// The limit now; the task is woken when it changes. Costs one relaxed load, unless the task
    /// has another waker than before.
    #[inline]
    #[must_use]
    pub fn poll(&mut self, cx: &Context<'_>) -> usize {
        let waker = cx.waker();
        if !self.known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.register(waker);
        }
        self.limit.get()
    }

    /// Registers a waker. With a no-op one a task only looks, and polls again before it waits.
    fn register(&mut self, waker: &Waker) {
        if waker.will_wake(Waker::noop()) {
            return;
        }
        self.known = Some(waker.clone());
        if let Some(mut task) = self.limit.0.task(self.instance) {
            task.clone_from(&self.known);
        }
    }
}

impl Drop for InstanceCallLimit {
    /// A waker keeps the memory of its task.
    fn drop(&mut self) {
        if self.known.is_some()
            && let Some(mut task) = self.limit.0.task(self.instance)
        {
            *task = None;
        }
    }
}

/// Whether a source is paused. Clones belong to the same source.
///
/// # Examples
/// ```
/// use millstream::plumbing::control::PauseSwitch;
/// use std::task::{Context, Waker};
///
/// let (switch, cx) = (PauseSwitch::default(), Context::from_waker(Waker::noop()));
/// switch.pause();
/// assert!(switch.poll_paused(&cx));
/// switch.resume();
/// assert!(!switch.poll_paused(&cx));
/// ```
#[derive(Debug, Clone, Default)]
pub struct PauseSwitch(Arc<PauseState>);

#[derive(Debug, Default)]
struct PauseState {
    is_paused: AtomicBool,
    /// Wakes the source's task when it is resumed.
    source: AtomicWaker,
}

impl PauseSwitch {
    /// Pauses the source: its next batch is not read.
    pub fn pause(&self) {
        self.0.is_paused.store(true, Ordering::Relaxed);
    }

    /// Resumes the source.
    pub fn resume(&self) {
        self.0.is_paused.store(false, Ordering::Relaxed);
        self.0.source.wake();
    }

    /// Whether the source is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.0.is_paused.load(Ordering::Relaxed)
    }

    /// Whether the source may not be read now. If so, the task is woken when it may. Costs one
    /// relaxed load while it is not paused.
    #[inline]
    #[must_use]
    pub fn poll_paused(&self, cx: &Context<'_>) -> bool {
        self.is_paused() && self.wait(cx)
    }

    #[cold]
    fn wait(&self, cx: &Context<'_>) -> bool {
        // With a no-op waker a task only looks, and polls again before it waits.
        if !cx.waker().will_wake(Waker::noop()) {
            self.0.source.register(cx.waker());
        }
        // After it is registered: a source that is resumed now is woken.
        self.is_paused()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;
    use std::task::Wake;

    #[derive(Default)]
    struct WakeCount(AtomicU64);

    impl Wake for WakeCount {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counted() -> (Arc<WakeCount>, Waker) {
        let count = Arc::<WakeCount>::default();
        (Arc::clone(&count), Waker::from(count))
    }

    #[test]
    fn every_change_of_a_limit_wakes_an_instance_that_has_registered_once() {
        let (limit, (count, waker)) = (CallLimit::new(1, 2), counted());
        let mut instance = limit.instance(1);
        let cx = Context::from_waker(&waker);
        assert_eq!(instance.poll(&cx), 1);
        for most in [8, 2, 64] {
            limit.set(most);
            assert_eq!(instance.poll(&Context::from_waker(Waker::noop())), most);
        }
        assert_eq!(count.0.load(Ordering::Relaxed), 3);
        drop(instance);
        limit.set(1);
        assert_eq!(count.0.load(Ordering::Relaxed), 3, "the task is gone");
        assert_eq!(Arc::strong_count(&count), 2, "and its memory is free");
    }

    #[test]
    fn a_task_that_has_moved_is_woken_where_it_is() {
        let (limit, (first, one), (second, other)) = (CallLimit::new(1, 1), counted(), counted());
        let mut instance = limit.instance(0);
        assert_eq!(instance.poll(&Context::from_waker(&one)), 1);
        assert_eq!(instance.poll(&Context::from_waker(&other)), 1);
        limit.set(2);
        let woken = [first, second].map(|count| count.0.load(Ordering::Relaxed));
        assert_eq!(woken, [0, 1]);
    }

    #[test]
    fn a_source_that_is_resumed_is_woken_if_it_waits() {
        let (switch, (count, waker)) = (PauseSwitch::default(), counted());
        let cx = Context::from_waker(&waker);
        assert!(!switch.poll_paused(&cx));
        switch.resume();
        assert_eq!(count.0.load(Ordering::Relaxed), 0, "it does not wait");
        switch.pause();
        assert!(switch.poll_paused(&cx));
        switch.resume();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(!switch.poll_paused(&cx));
    }
}
