//! A service that the operators of these tests call.

use crate::simulation::Virtual;
use crate::support::mixed;
use millstream::time::Clock;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const EVENTS: u64 = 300;

/// A time of some milliseconds.
pub fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a service of the tests has seen.
#[derive(Debug, Default)]
pub struct Service {
    pub clock: Virtual,
    pub in_flight: AtomicUsize,
    most: AtomicUsize,
    /// How many calls of each event have begun.
    pub attempts: Mutex<BTreeMap<u64, u32>>,
    /// Calls that were dropped before they returned.
    pub dropped: AtomicU64,
}

/// A call of the service, which counts from its first poll to its end.
struct Call<'a>(&'a Service, bool);

impl Service {
    pub fn by(clock: &Virtual) -> Arc<Self> {
        Arc::new(Self { clock: clock.clone(), ..Self::default() })
    }

    /// Waits so long, by the job's clock; returns how many calls of this event have begun.
    pub async fn ask(&self, event: u64, wait: Duration) -> u32 {
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap();
            let attempt = attempts.entry(event).or_default();
            *attempt += 1;
            *attempt
        };
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(in_flight, Ordering::Relaxed);
        let mut call = Call(self, false);
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        call.1 = true;
        attempt
    }

    pub fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Between none and 19 ms.
pub fn latency(event: u64) -> Duration {
    ms(mixed(event) % 20)
}
