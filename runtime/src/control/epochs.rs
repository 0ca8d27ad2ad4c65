//! Epochs: which barriers sources have to send, and who has passed them.

use crate::event::Epoch;
use futures::task::AtomicWaker;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// Begins the epochs of a job and tracks them until they are closed. Clones belong to the same job.
///
/// At most one epoch is open. It is closed once every source has sent its barrier, and every tail
/// (a sink, or the tail of a loop) has received it. The job calls [`begin`](Self::begin) at an
/// interval; sources learn of it by reading a number before every batch, so nothing is sent to
/// them.
///
/// # Examples
/// ```
/// use millstream::plumbing::control::Epochs;
/// use millstream::plumbing::marks::Epoch;
///
/// let epochs = Epochs::default();
/// let (mut source, mut tail) = (epochs.add_source(), epochs.add_tail());
/// assert_eq!(epochs.begin(), Some(Epoch(1)));
/// assert_eq!(source.next_due(), Some(Epoch(1)));
/// assert_eq!(epochs.begin(), None, "the tail has not received the barrier");
/// tail.acknowledge(Epoch(1));
/// assert_eq!(epochs.begin(), Some(Epoch(2)));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Epochs(Arc<EpochState>);

#[derive(Debug, Default)]
struct EpochState {
    /// The number of the last epoch begun; sources read it before every batch, without the lock.
    begun: AtomicU64,
    /// The epoch after which sources read no more; 0 for none.
    last: AtomicU64,
    /// The last epoch whose checkpoint is durable; 0 for none.
    durable: AtomicU64,
    /// Who has passed which barrier; locked once per member and epoch.
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    /// The progress of each source and tail, by the index of its [`Member`].
    all: Vec<EpochProgress>,
    /// Wake the sources that wait for input when an epoch begins.
    wakers: Vec<Arc<AtomicWaker>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EpochProgress {
    /// Has passed the barrier of this epoch and all before.
    Passed(u64),
    /// Has ended: no epoch waits for it.
    Ended,
}

impl Epochs {
    fn members(&self) -> MutexGuard<'_, Members> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next epoch and wakes the sources; does nothing and returns `None` while one is
    /// open.
    #[must_use]
    pub fn begin(&self) -> Option<Epoch> {
        let members = self.members();
        let begun = self.0.begun.load(Ordering::Relaxed);
        let lags =
            |member: &EpochProgress| matches!(member, EpochProgress::Passed(last) if *last < begun);
        if members.all.iter().any(lags) {
            return None;
        }
        self.0.begun.store(begun + 1, Ordering::Release);
        members.wakers.iter().for_each(|source| source.wake());
        Some(Epoch(begun + 1))
    }

    /// Begins the last epoch: sources send its barrier and read no more, and nothing ends. Does
    /// nothing and returns `None` while an epoch is open.
    #[must_use]
    pub fn begin_last(&self) -> Option<Epoch> {
        let next = self.0.begun.load(Ordering::Relaxed) + 1;
        // Before a source can see that the epoch has begun.
        self.0.last.store(next, Ordering::Release);
        let begun = self.begin();
        if begun.is_none() {
            self.0.last.store(0, Ordering::Release);
        }
        begun
    }

    /// Notes that the checkpoint of an epoch is durable: sources learn of it at their next barrier.
    pub fn note_durable(&self, epoch: Epoch) {
        self.0.durable.fetch_max(epoch.0, Ordering::Release);
    }

    /// Registers a sender of barriers: a source, or the head of a loop.
    #[must_use]
    pub fn add_source(&self) -> EpochSource {
        let waker = Arc::default();
        let mut members = self.members();
        members.wakers.push(Arc::clone(&waker));
        EpochSource { member: Member::new(self, &mut members), waker, sent: 0 }
    }

    /// Registers a place where barriers end: a sink, or the tail of a loop.
    #[must_use]
    pub fn add_tail(&self) -> EpochTail {
        EpochTail(Member::new(self, &mut self.members()))
    }
}

/// A source or tail, for which each epoch waits until it has passed the barrier or ended.
#[derive(Debug)]
struct Member {
    epochs: Epochs,
    /// Its place in [`Members::all`].
    index: usize,
}

impl Member {
    fn new(epochs: &Epochs, members: &mut Members) -> Self {
        members.all.push(EpochProgress::Passed(epochs.0.begun.load(Ordering::Relaxed)));
        Self { epochs: epochs.clone(), index: members.all.len() - 1 }
    }

    /// Sets its progress. Not inlined into the loop of its caller: it happens once per epoch.
    #[cold]
    #[inline(never)]
    fn report(&self, progress: EpochProgress) {
        if let Some(member) = self.epochs.members().all.get_mut(self.index) {
            *member = progress;
        }
    }
}

/// The barriers one source has to send, each exactly once and in order.
#[derive(Debug)]
pub struct EpochSource {
    member: Member,
    /// Wakes the source's task when an epoch begins; shared with [`Members::wakers`].
    waker: Arc<AtomicWaker>,
    /// The last barrier sent; those up to the last epoch begun are due.
    sent: u64,
}

impl EpochSource {
    /// The epoch whose barrier it sends next.
    #[must_use]
    pub fn awaited(&self) -> Epoch {
        Epoch(self.sent + 1)
    }

    /// Whether a barrier is due. Costs one atomic load, for every batch.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.member.epochs.0.begun.load(Ordering::Acquire) > self.sent
    }

    /// Whether a barrier is due; if not, the task is woken when one is.
    #[must_use]
    pub fn poll_due(&self, cx: &Context<'_>) -> bool {
        // With a no-op waker a task only looks, and polls again before it waits.
        if !cx.waker().will_wake(Waker::noop()) {
            self.waker.register(cx.waker());
        }
        self.is_due()
    }

    /// Whether the source has sent the barrier of the last epoch: it reads no more.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.sent > 0 && self.member.epochs.0.last.load(Ordering::Acquire) == self.sent
    }

    /// The epoch whose barrier to send now, if one is due. None is skipped, however late the source
    /// is.
    pub fn next_due(&mut self) -> Option<Epoch> {
        if !self.is_due() {
            return None;
        }
        self.sent += 1;
        self.member.report(EpochProgress::Passed(self.sent));
        Some(Epoch(self.sent))
    }

    /// Whether the checkpoint of an epoch is known to be durable.
    #[must_use]
    pub fn is_durable(&self, epoch: Epoch) -> bool {
        self.member.epochs.0.durable.load(Ordering::Acquire) >= epoch.0
    }

    /// Reports that the source has ended and sends no more barriers.
    pub fn end(&mut self) {
        self.member.report(EpochProgress::Ended);
    }
}

/// Acknowledges the barriers one tail receives.
#[derive(Debug)]
pub struct EpochTail(Member);

impl EpochTail {
    /// Reports that the tail has received the barrier of an epoch, and so all events before it.
    pub fn acknowledge(&mut self, epoch: Epoch) {
        self.0.report(EpochProgress::Passed(epoch.0));
    }

    /// Reports that the tail has received the end mark: no barrier follows it.
    pub fn end(&mut self) {
        self.0.report(EpochProgress::Ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_open_until_all_sources_have_sent_it_and_all_tails_received_it() {
        let epochs = Epochs::default();
        let (mut one, mut two) = (epochs.add_source(), epochs.add_source());
        let (mut sink, mut tail) = (epochs.add_tail(), epochs.add_tail());
        assert!(!one.is_due());
        assert_eq!(epochs.begin(), Some(Epoch(1)));
        assert_eq!(one.next_due(), Some(Epoch(1)));
        sink.acknowledge(Epoch(1));
        tail.acknowledge(Epoch(1));
        assert_eq!(epochs.begin(), None, "a source has not sent it");
        assert_eq!((one.next_due(), two.next_due()), (None, Some(Epoch(1))));
        assert_eq!(epochs.begin(), Some(Epoch(2)));
        assert_eq!((one.next_due(), two.next_due()), (Some(Epoch(2)), Some(Epoch(2))));
        sink.acknowledge(Epoch(2));
        assert_eq!(epochs.begin(), None, "a tail has not received it");
        tail.acknowledge(Epoch(2));
        assert_eq!(epochs.begin(), Some(Epoch(3)));
    }

    #[test]
    fn what_has_ended_is_not_waited_for() {
        let epochs = Epochs::default();
        let (mut one, mut two, mut sink) =
            (epochs.add_source(), epochs.add_source(), epochs.add_tail());
        one.end();
        assert_eq!(epochs.begin(), Some(Epoch(1)));
        assert_eq!(two.next_due(), Some(Epoch(1)));
        assert_eq!(epochs.begin(), None);
        sink.end();
        assert_eq!(epochs.begin(), Some(Epoch(2)));
        two.end();
        assert_eq!(epochs.begin(), Some(Epoch(3)), "no member is left");
    }

    struct WakeCount(AtomicU64);

    impl std::task::Wake for WakeCount {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_source_that_waits_is_woken() {
        let epochs = Epochs::default();
        let source = epochs.add_source();
        let count = Arc::new(WakeCount(AtomicU64::new(0)));
        let waker = Waker::from(Arc::clone(&count));
        assert!(!source.poll_due(&Context::from_waker(&waker)));
        assert_eq!(epochs.begin(), Some(Epoch(1)));
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(source.is_due());
    }
}
