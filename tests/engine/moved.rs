//! A clock that moves with the events of a source, and sinks that note how long events waited.

use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::{Clock, Monotonic, Sleep};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

/// The default of `Config::flush_within`, in microseconds.
pub const BOUND: u64 = 5_000;

/// The events of a source, and the time from one to the next, in microseconds.
pub const EVENTS: u64 = 30_000;
pub const STEP: u64 = 10;

/// A time, in microseconds, that moves only when a source or an operator says so.
#[derive(Debug, Clone, Default)]
pub struct Moved(Arc<AtomicU64>);

impl Moved {
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn forward(&self, micros: u64) -> u64 {
        self.0.fetch_add(micros, Ordering::Relaxed) + micros
    }

    /// The times of the events of a source that is always ready.
    pub fn busy(&self) -> impl Iterator<Item = u64> + Send + 'static + use<> {
        let clock = self.clone();
        (0..EVENTS).map(move |_| clock.forward(STEP))
    }

    pub fn config(&self) -> Config {
        Config::default().env(Env::system().with_clock(self.clone()))
    }
}

impl Clock for Moved {
    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(self.now()))
    }

    fn wall(&self) -> EventTime {
        EventTime::from_micros(i64::try_from(self.now()).unwrap())
    }

    fn sleep(&self, time: Duration) -> Sleep {
        let (clock, end) = (self.clone(), self.monotonic().plus(time));
        Box::pin(std::future::poll_fn(move |cx| {
            if clock.monotonic() >= end {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }))
    }
}

/// What a sink has received: the greatest wait from when it was made, and how many.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    clock: Moved,
    waits: Arc<Mutex<Vec<u64>>>,
}

impl Seen {
    pub fn by(clock: &Moved) -> Self {
        Self { clock: clock.clone(), waits: Arc::default() }
    }

    pub fn sink(&self) -> impl Sink<u64> + use<> {
        let seen = self.clone();
        for_each(move |made: u64| seen.note(made))
    }

    pub fn note(&self, made: u64) {
        let wait = self.clock.now().saturating_sub(made);
        self.waits.lock().unwrap().push(wait);
    }

    #[track_caller]
    pub fn all_within(&self, number: usize, bound: u64, what: &str) {
        let waits = std::mem::take(&mut *self.waits.lock().unwrap());
        let longest = waits.iter().max().copied().unwrap_or_default();
        assert!(longest <= bound, "{what}: one of {} was seen after {longest} µs", waits.len());
        assert_eq!(waits.len(), number, "{what}");
    }
}

/// One in 5,000: every 50 ms.
pub fn rare(time: &u64) -> bool {
    time.is_multiple_of(50_000)
}

pub const RARE: usize = (EVENTS * STEP / 50_000) as usize;
