//! Calls in flight as futures, polled only when woken.
//!
//! A slot keeps the memory of its future and its waker: a call after the first allocates nothing. A
//! wakeup sets a bit; a pass polls the futures whose bits are set, once each, so that a call that
//! wakes itself over and over does not starve the others (as a `FuturesUnordered` would have to
//! yield for).

use crate::operator::MOST_IN_FLIGHT;
use futures::task::AtomicWaker;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Which slots have been woken since the last pass, 64 to a word, and the task to wake.
struct Woken {
    task: AtomicWaker,
    words: Box<[AtomicU64]>,
}

/// Wakes one slot.
struct SlotWaker {
    woken: Arc<Woken>,
    word: usize,
    bit: u64,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(word) = self.woken.words.get(self.word)
            && word.fetch_or(self.bit, Ordering::AcqRel) & self.bit == 0
        {
            self.woken.task.wake();
        }
    }
}

/// Memory for one call.
struct Slot<F> {
    future: Pin<Box<F>>,
    waker: Waker,
    use_: SlotUse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SlotUse {
    /// Its future has not returned.
    InFlight,
    /// Its future has returned, or there was none yet.
    Returned,
}

/// Up to a number of futures, each in a slot.
pub(super) struct Flights<F> {
    slots: Vec<Slot<F>>,
    /// Slots that were released.
    free: Vec<usize>,
    in_flight: usize,
    woken: Arc<Woken>,
}

impl<F> fmt::Debug for Flights<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

impl<F: Future> Flights<F> {
    /// No futures, of at most [`MOST_IN_FLIGHT`].
    pub(super) fn new() -> Self {
        let words = (0..MOST_IN_FLIGHT.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let woken = Arc::new(Woken { task: AtomicWaker::new(), words });
        Self { slots: Vec::new(), free: Vec::new(), in_flight: 0, woken }
    }

    /// The number of futures that have not returned.
    #[inline]
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Whether every slot is free: every result was taken.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.free.len() == self.slots.len()
    }

    /// Whether less than `limit` slots are in use. There may be more of them, if the limit was
    /// lowered.
    #[inline]
    pub(super) fn has_room(&self, limit: usize) -> bool {
        self.slots.len() - self.free.len() < limit
    }

    /// Takes a slot, to be started next. A slot not used before is the next one.
    #[inline]
    pub(super) fn reserve(&mut self) -> usize {
        self.free.pop().unwrap_or(self.slots.len())
    }

    /// Polls a future in a slot for the first time.
    #[inline]
    pub(super) fn start(&mut self, at: usize, future: F) -> Poll<F::Output> {
        match self.slots.get_mut(at) {
            Some(slot) => slot.future.set(future),
            None => self.add(future),
        }
        let Some(slot) = self.slots.get_mut(at) else { return Poll::Pending };
        let polled = slot.future.as_mut().poll(&mut Context::from_waker(&slot.waker));
        if polled.is_pending() {
            slot.use_ = SlotUse::InFlight;
            self.in_flight += 1;
        }
        polled
    }

    #[cold]
    fn add(&mut self, future: F) {
        let at = self.slots.len();
        let (word, bit) = (at / 64, 1 << (at % 64));
        let waker = SlotWaker { woken: Arc::clone(&self.woken), word, bit };
        let (future, waker) = (Box::pin(future), Waker::from(Arc::new(waker)));
        self.slots.push(Slot { future, waker, use_: SlotUse::Returned });
    }

    /// Frees a slot whose result was taken.
    #[inline]
    pub(super) fn release(&mut self, at: usize) {
        self.free.push(at);
    }

    /// Wakes the future of a slot.
    pub(super) fn wake(&self, at: usize) {
        if let Some(slot) = self.slots.get(at) {
            slot.waker.wake_by_ref();
        }
    }

    /// Polls the futures that were woken, once each, and calls `polled` with each outcome; the task
    /// of `cx` is woken once there are more.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut polled: impl FnMut(usize, Poll<F::Output>),
    ) {
        if self.in_flight == 0 {
            return;
        }
        self.woken.task.register(cx.waker());
        let woken = Arc::clone(&self.woken);
        let used = self.slots.len().div_ceil(64);
        for (index, word) in woken.words.iter().enumerate().take(used) {
            if word.load(Ordering::Acquire) == 0 {
                continue;
            }
            let mut bits = word.swap(0, Ordering::AcqRel);
            while bits != 0 {
                let at = index * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if let Some(outcome) = self.poll_one(at) {
                    polled(at, outcome);
                }
            }
        }
    }

    /// Polls the future of a slot. A waker may be kept, and used, after its future has returned:
    /// then there is none.
    fn poll_one(&mut self, at: usize) -> Option<Poll<F::Output>> {
        let slot = self.slots.get_mut(at).filter(|slot| slot.use_ == SlotUse::InFlight)?;
        let polled = slot.future.as_mut().poll(&mut Context::from_waker(&slot.waker));
        if polled.is_ready() {
            slot.use_ = SlotUse::Returned;
            self.in_flight -= 1;
        }
        Some(polled)
    }
}
