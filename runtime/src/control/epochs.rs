//! Epochs: when sources are to send a barrier, and who has passed it.

use crate::event::Epoch;
use futures::task::AtomicWaker;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// The epochs of a job; clones are of the same job.
///
/// At most one is open: it has begun, and a source has yet to send its barrier or a tail to receive
/// it.
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
    /// The number of the epoch that has begun last; a source reads it before every batch.
    begun: AtomicU64,
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    /// How far the sources and tails have come.
    all: Vec<EpochProgress>,
    /// What wakes the sources.
    wakers: Vec<Arc<AtomicWaker>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EpochProgress {
    /// It has passed the barrier of this epoch, and those before.
    Passed(u64),
    /// It has ended: no epoch waits for it.
    Ended,
}

impl Epochs {
    fn members(&self) -> MutexGuard<'_, Members> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next epoch, for which every source sends a barrier; none if one is open.
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

    /// Adds a source of barriers: a source of the job, or the head of a loop.
    #[must_use]
    pub fn add_source(&self) -> EpochSource {
        let waker = Arc::default();
        let mut members = self.members();
        members.wakers.push(Arc::clone(&waker));
        EpochSource { member: Member::new(self, &mut members), waker, sent: 0 }
    }

    /// Adds a place where barriers end: a sink, or the tail of a loop.
    #[must_use]
    pub fn add_tail(&self) -> EpochTail {
        EpochTail(Member::new(self, &mut self.members()))
    }
}

/// One that an epoch waits for.
#[derive(Debug)]
struct Member {
    epochs: Epochs,
    index: usize,
}

impl Member {
    fn new(epochs: &Epochs, members: &mut Members) -> Self {
        members.all.push(EpochProgress::Passed(epochs.0.begun.load(Ordering::Relaxed)));
        Self { epochs: epochs.clone(), index: members.all.len() - 1 }
    }

    /// Out of the way of the loop that its caller may be inlined in: this is done once an epoch.
    #[cold]
    #[inline(never)]
    fn report(&self, progress: EpochProgress) {
        if let Some(member) = self.epochs.members().all.get_mut(self.index) {
            *member = progress;
        }
    }
}

/// The barriers that one source has to send.
#[derive(Debug)]
pub struct EpochSource {
    member: Member,
    waker: Arc<AtomicWaker>,
    sent: u64,
}

impl EpochSource {
    /// Whether there is one to be sent: one load, for every batch.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.member.epochs.0.begun.load(Ordering::Acquire) > self.sent
    }

    /// Whether there is one to be sent; the task is woken when there is.
    #[must_use]
    pub fn poll_due(&self, cx: &Context<'_>) -> bool {
        // A task that only asks will ask again before it waits.
        if !cx.waker().will_wake(Waker::noop()) {
            self.waker.register(cx.waker());
        }
        self.is_due()
    }

    /// The epoch whose barrier is to be sent now, if one is due. None is left out, however late the
    /// source is.
    pub fn next_due(&mut self) -> Option<Epoch> {
        if !self.is_due() {
            return None;
        }
        self.sent += 1;
        self.member.report(EpochProgress::Passed(self.sent));
        Some(Epoch(self.sent))
    }

    /// The source sends no more barriers.
    pub fn end(&mut self) {
        self.member.report(EpochProgress::Ended);
    }
}

/// The barriers that one tail receives.
#[derive(Debug)]
pub struct EpochTail(Member);

impl EpochTail {
    /// The tail has received the barrier of an epoch, and so everything before it.
    pub fn acknowledge(&mut self, epoch: Epoch) {
        self.0.report(EpochProgress::Passed(epoch.0));
    }

    /// The tail receives no more barriers.
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
        assert_eq!(epochs.begin(), Some(Epoch(3)), "nobody is left");
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
