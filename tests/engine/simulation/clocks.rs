//! Clocks that no machine moves.

use super::cost;
use crate::support::mixed;
use millstream::time::{Clock, EventTime, Monotonic, Sleep};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A clock that moves on by a tenth of a millisecond whenever it is read.
#[derive(Debug, Default)]
pub struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(100 * self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.monotonic().0
    }
}

/// The same clock, under which some waits come to an end, each after a few turns of whoever waits.
#[derive(Debug)]
pub(super) struct Beating {
    pub(super) clock: Ticking,
    pub(super) left: AtomicU64,
    pub(super) seed: u64,
}

impl Clock for Beating {
    fn monotonic(&self) -> Monotonic {
        self.clock.monotonic()
    }

    fn wall(&self) -> EventTime {
        self.clock.wall()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Box::pin(std::future::pending());
        }
        self.left.store(left - 1, Ordering::Relaxed);
        let turns = mixed(self.seed ^ left) % 12;
        Box::pin(async move {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        })
    }
}

/// A clock that stands still while tasks can go on, and then moves on to the end of the first wait.
///
/// Operators of a test wait by a copy of it. The waits that end at one moment do so in the order in
/// which they began.
#[derive(Debug, Clone, Default)]
pub struct Virtual(Arc<Mutex<Waits>>);

#[derive(Debug, Default)]
struct Waits {
    now: Duration,
    begun: u64,
    wakers: BTreeMap<(Duration, u64), Option<Waker>>,
}

impl Virtual {
    /// Now, from the start of the job; in a task, its own time.
    pub fn now(&self) -> Duration {
        self.base() + cost::spent()
    }

    /// Now, without what the task that runs has spent.
    pub(super) fn base(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    /// Lets time pass while a task computes, for all: work that costs something.
    pub fn pass(&self, time: Duration) {
        self.0.lock().unwrap().now += time;
    }

    /// When the first wait ends.
    pub(super) fn next(&self) -> Option<Duration> {
        self.0.lock().unwrap().wakers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Wakes at a time.
    pub(super) fn wake_at(&self, time: Duration, waker: Waker) {
        let mut waits = self.0.lock().unwrap();
        let at = (time, waits.begun);
        waits.begun += 1;
        waits.wakers.insert(at, Some(waker));
    }

    /// Moves on to the end of the first wait; whether there is one.
    pub fn advance(&self) -> bool {
        let mut waits = self.0.lock().unwrap();
        let Some(((due, _), waker)) = waits.wakers.pop_first() else { return false };
        waits.now = waits.now.max(due);
        drop(waits);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }
}

impl Clock for Virtual {
    fn monotonic(&self) -> Monotonic {
        Monotonic(self.now())
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.now()
    }

    fn sleep(&self, wait: Duration) -> Sleep {
        let mut waits = self.0.lock().unwrap();
        let at = (waits.now + cost::spent() + wait, waits.begun);
        waits.begun += 1;
        Box::pin(VirtualSleep { clock: self.clone(), at })
    }
}

struct VirtualSleep {
    clock: Virtual,
    at: (Duration, u64),
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waits = self.clock.0.lock().unwrap();
        if waits.now + cost::spent() >= self.at.0 {
            return Poll::Ready(());
        }
        waits.wakers.insert(self.at, Some(cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().wakers.remove(&self.at);
    }
}
