//! What an instance shows of itself beside its counters: written by its task alone, once a batch or
//! when marks pass, and read by those who look on.

use super::PendingWindow;
use super::call_times::CallTimer;
use super::count::Counter;
use super::inlet::InletShown;
use crate::time::{EventTime, Monotonic};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an instance shows of itself.
#[derive(Debug, Default)]
pub struct InstanceShown {
    /// Keys with state.
    pub states: ShownNumber,
    /// Keys of its windows or of its join.
    pub stored: ShownNumber,
    /// The time at which its next window fires, and how many are open.
    next: (AtomicI64, ShownNumber),
    /// The calls of an operator that awaits.
    pub calls: CallsShown,
    /// What its windows or its join have received.
    arrived: ShownNumber,
    /// Of a node that assigns event time, how far that is.
    pub time: TimeShown,
    /// Whether a source has ended.
    has_ended: AtomicBool,
    /// Its channels, with the watermarks that they have brought.
    inlets: Mutex<Vec<Arc<InletShown>>>,
}

/// A number that is shown, if there is one.
#[derive(Debug, Default)]
pub struct ShownNumber(AtomicU64);

impl ShownNumber {
    /// Shows a number.
    #[inline]
    pub fn set(&self, number: u64) {
        self.0.store(number.saturating_add(1), Ordering::Relaxed);
    }

    /// Adds to it; there is one writer.
    #[inline]
    pub fn add(&self, number: u64) {
        self.set(self.get().unwrap_or(0) + number);
    }

    /// Shows none.
    pub fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> Option<u64> {
        self.0.load(Ordering::Relaxed).checked_sub(1)
    }
}

/// The calls of an operator that awaits.
#[derive(Debug, Default)]
pub struct CallsShown {
    /// Calls in flight.
    pub in_flight: Counter,
    /// How many may be; none for another operator.
    pub limit: ShownNumber,
    /// Events that wait for their call.
    pub waiting: Counter,
    /// How long calls took, since the start of the job.
    pub times: CallTimer,
    /// When the call of each slot began, in nanoseconds; none while there is no call.
    slots: Mutex<Vec<Arc<ShownNumber>>>,
}

impl CallsShown {
    /// Adds a slot for a call.
    #[must_use]
    pub fn add_slot(&self) -> CallBegan {
        let slot = CallBegan::default();
        self.lock_slots().push(Arc::clone(&slot.0));
        slot
    }

    /// When the oldest of the calls in flight began.
    #[must_use]
    pub fn oldest(&self) -> Option<Monotonic> {
        let began = self.lock_slots().iter().filter_map(|slot| slot.get()).min();
        began.map(Monotonic::from_nanos)
    }

    fn lock_slots(&self) -> MutexGuard<'_, Vec<Arc<ShownNumber>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the call of a slot began.
#[derive(Debug, Default)]
pub struct CallBegan(Arc<ShownNumber>);

impl CallBegan {
    /// A call begins.
    #[inline]
    pub fn begin(&self, now: Monotonic) {
        self.0.set(now.as_nanos());
    }

    /// When it has begun, while it lasts.
    #[must_use]
    #[inline]
    pub fn get(&self) -> Option<Monotonic> {
        self.0.get().map(Monotonic::from_nanos)
    }

    /// It has returned.
    #[inline]
    pub fn end(&self) {
        self.0.clear();
    }
}

/// How far the event time of a split is.
#[derive(Debug, Default)]
pub struct TimeShown {
    assigns: AtomicBool,
    watermark: AtomicI64,
    is_idle: AtomicBool,
}

impl TimeShown {
    /// Shows how far it is, and whether it is idle.
    #[inline]
    pub fn set(&self, watermark: EventTime, is_idle: bool) {
        self.watermark.store(watermark.as_micros(), Ordering::Relaxed);
        self.is_idle.store(is_idle, Ordering::Relaxed);
        self.assigns.store(true, Ordering::Relaxed);
    }

    /// How far it is, and whether it is idle; none unless event time is assigned here.
    #[must_use]
    pub fn get(&self) -> Option<(EventTime, bool)> {
        let watermark = EventTime::from_micros(self.watermark.load(Ordering::Relaxed));
        let is_idle = self.is_idle.load(Ordering::Relaxed);
        self.assigns.load(Ordering::Relaxed).then_some((watermark, is_idle))
    }
}

impl InstanceShown {
    /// Begins anew, for another attempt. What is kept over restarts is shown again as it is
    /// restored.
    pub fn begin(&self) {
        [&self.states, &self.stored, &self.next.1].into_iter().for_each(ShownNumber::clear);
        self.calls.in_flight.set(0);
        self.calls.waiting.set(0);
        self.calls.lock_slots().clear();
        self.time.assigns.store(false, Ordering::Relaxed);
        self.has_ended.store(false, Ordering::Relaxed);
        self.lock_inlets().clear();
    }

    /// Adds what its windows or its join have received.
    #[inline]
    pub fn arrive(&self, events: u64) {
        self.arrived.add(events);
    }

    /// What its windows or its join have received, if it has any.
    pub fn arrived(&self) -> Option<u64> {
        self.arrived.get()
    }

    /// Shows the window that fires next.
    #[inline]
    pub fn set_next_window(&self, next: Option<PendingWindow>) {
        match next {
            Some(PendingWindow { fires_at, windows }) => {
                self.next.0.store(fires_at.as_micros(), Ordering::Relaxed);
                self.next.1.set(windows);
            }
            None => self.next.1.clear(),
        }
    }

    /// The window that fires next.
    #[must_use]
    pub fn next_window(&self) -> Option<PendingWindow> {
        let fires_at = EventTime::from_micros(self.next.0.load(Ordering::Relaxed));
        self.next.1.get().map(|windows| PendingWindow { fires_at, windows })
    }

    /// Keys with state, windows or rows of a join.
    #[must_use]
    pub fn keys(&self) -> Option<u64> {
        let both = [self.states.get(), self.stored.get()];
        both.into_iter().flatten().reduce(|sum, keys| sum + keys)
    }

    /// Shows that a source has ended.
    pub fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }

    /// Whether it is a source that has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Relaxed)
    }

    /// Adds channels that it receives from.
    pub fn add_inlet(&self, inlet: Arc<InletShown>) {
        self.lock_inlets().push(inlet);
    }

    /// The channels that it receives from.
    #[must_use]
    pub fn inlets(&self) -> Vec<Arc<InletShown>> {
        self.lock_inlets().clone()
    }

    fn lock_inlets(&self) -> MutexGuard<'_, Vec<Arc<InletShown>>> {
        self.inlets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
