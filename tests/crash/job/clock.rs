//! A clock whose time of day jumps, as it does when it is set by hand.

use millstream::time::{Clock, EventTime, Monotonic, Sleep, SystemClock};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Jumps by up to ten years, to and fro, with each look at it.
#[derive(Debug)]
pub struct Jumping {
    clock: SystemClock,
    state: AtomicU64,
}

impl Jumping {
    pub fn new(seed: u64) -> Self {
        Self { clock: SystemClock::default(), state: AtomicU64::new(seed) }
    }
}

impl Clock for Jumping {
    fn monotonic(&self) -> Monotonic {
        self.clock.monotonic()
    }

    fn wall(&self) -> EventTime {
        const YEARS: i64 = 10 * 365 * 86_400 * 1_000_000;
        let step = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let bits = (step ^ (step >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 1;
        let jump = i64::try_from(bits).unwrap_or_default() % (2 * YEARS) - YEARS;
        EventTime::from_micros(self.clock.wall().as_micros() + jump)
    }

    fn sleep(&self, time: Duration) -> Sleep {
        self.clock.sleep(time)
    }
}
