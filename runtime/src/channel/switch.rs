//! The overflow policy of an edge, which may change while the job runs.

use super::Overflow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// The policy of the channels of an edge. Clones are the same policy.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::{Overflow, OverflowSwitch};
///
/// let policy = OverflowSwitch::from(Overflow::Sample(3));
/// policy.set(Overflow::DropOldest);
/// assert_eq!(policy.get(), Overflow::DropOldest);
/// ```
#[derive(Debug, Clone)]
pub struct OverflowSwitch(Arc<SwitchState>);

#[derive(Debug)]
struct SwitchState {
    /// The policy as a number; see [`encoded`].
    policy: AtomicU64,
    /// Senders that wait for room. Under another policy they may not have to.
    waiting: Mutex<Vec<Waker>>,
}

/// The first number of `Sample`.
const SAMPLE: u64 = 3;

/// A policy as a number.
fn encoded(policy: Overflow) -> u64 {
    match policy {
        Overflow::Block => 0,
        Overflow::DropNewest => 1,
        Overflow::DropOldest => 2,
        Overflow::Sample(n) => SAMPLE.saturating_add(n as u64),
    }
}

impl From<Overflow> for OverflowSwitch {
    fn from(policy: Overflow) -> Self {
        let (policy, waiting) = (AtomicU64::new(encoded(policy)), Mutex::default());
        Self(Arc::new(SwitchState { policy, waiting }))
    }
}

impl OverflowSwitch {
    /// The policy now.
    #[inline]
    #[must_use]
    pub fn get(&self) -> Overflow {
        match self.0.policy.load(Ordering::Relaxed) {
            0 => Overflow::Block,
            1 => Overflow::DropNewest,
            2 => Overflow::DropOldest,
            n => Overflow::Sample(usize::try_from(n - SAMPLE).unwrap_or(usize::MAX)),
        }
    }

    /// Sets the policy: senders that wait for room try again.
    pub fn set(&self, policy: Overflow) {
        // Ahead of the lock: a sender that registers behind it reads it.
        self.0.policy.store(encoded(policy), Ordering::Relaxed);
        let waiting = std::mem::take(&mut *self.waiting());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Wakes `sender` when the policy changes.
    pub(super) fn register(&self, sender: &Waker) {
        let mut waiting = self.waiting();
        if !waiting.iter().any(|known| known.will_wake(sender)) {
            waiting.push(sender.clone());
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_read_as_it_was_set() {
        let switch = OverflowSwitch::from(Overflow::Block);
        for policy in [
            Overflow::DropNewest,
            Overflow::DropOldest,
            Overflow::Sample(1),
            Overflow::Sample(1_000),
            Overflow::Block,
        ] {
            switch.set(policy);
            assert_eq!(switch.get(), policy);
        }
    }
}
