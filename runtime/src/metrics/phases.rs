//! How a task spends its time: busy, awaiting, blocked or idle.
//!
//! The clock is read at changes of phase only, and the reader adds the phase that lasts: a task
//! that is blocked for a minute is seen as blocked during that minute, not after it.

use crate::time::Monotonic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskPhase {
    /// It computes.
    Busy,
    /// Its operators have as many calls in flight as may be, or its sink waits for its resource.
    Awaiting,
    /// It waits for room downstream, or for its turn at a declared rate.
    Blocked,
    /// It waits for input.
    Idle,
}

/// How long a task has been in each phase. Only the task itself changes it.
#[derive(Debug)]
pub struct TaskPhases(Mutex<Spent>);

#[derive(Debug)]
struct Spent {
    phase: TaskPhase,
    since: Monotonic,
    /// The edge that a delivery found full, when it was last polled.
    full: Option<usize>,
    times: PhaseTimes,
}

/// How long a task has been in each phase, the one that lasts included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhaseTimes {
    /// Computing.
    pub busy: Duration,
    /// Waiting for calls or for the resource of a sink.
    pub awaiting: Duration,
    /// Waiting for room or for a declared rate.
    pub blocked: Duration,
    /// Waiting for input.
    pub idle: Duration,
    /// Of `blocked`, the time for each edge, by its place among those declared.
    pub for_room: Vec<(usize, Duration)>,
    /// The edge for whose room it waits now.
    pub blocked_on: Option<usize>,
}

impl TaskPhases {
    /// A task that waits to be run.
    #[must_use]
    pub fn new(now: Monotonic) -> Self {
        let times = PhaseTimes::default();
        Self(Mutex::new(Spent { phase: TaskPhase::Idle, since: now, full: None, times }))
    }

    /// Begins a phase, in which the task waits for no room.
    pub fn enter(&self, phase: TaskPhase, now: Monotonic) {
        let mut spent = self.spent();
        spent.full = None;
        spent.enter(phase, None, now);
    }

    /// Notes that an edge has no room, at each poll: if the delivery that is polled waits, then for
    /// this edge.
    pub fn note_full(&self, edge: usize) {
        self.spent().full = Some(edge);
    }

    /// Forgets what was noted, before a delivery is polled: another one may have noted it, or one
    /// that was dropped.
    pub fn forget_full(&self) {
        self.spent().full = None;
    }

    /// Notes that the delivery just polled waits: for the edge that was noted, or else for the
    /// resource of a sink. `now` is read only if that is another wait than the one before.
    pub fn wait_to_deliver(&self, now: impl FnOnce() -> Monotonic) {
        let mut spent = self.spent();
        let (phase, on) = match spent.full {
            Some(edge) => (TaskPhase::Blocked, Some(edge)),
            None => (TaskPhase::Awaiting, None),
        };
        if (spent.phase, spent.times.blocked_on) != (phase, on) {
            spent.enter(phase, on, now());
        }
    }

    /// How long it has been in each phase.
    #[must_use]
    pub fn read(&self, now: Monotonic) -> PhaseTimes {
        let spent = self.spent();
        let mut times = spent.times.clone();
        times.add(spent.phase, now.since(spent.since));
        times
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spent {
    fn enter(&mut self, phase: TaskPhase, on: Option<usize>, now: Monotonic) {
        let passed = now.since(self.since);
        self.times.add(self.phase, passed);
        (self.phase, self.since) = (phase, self.since.max(now));
        self.times.blocked_on = on;
    }
}

impl PhaseTimes {
    fn add(&mut self, phase: TaskPhase, passed: Duration) {
        let total = match phase {
            TaskPhase::Busy => &mut self.busy,
            TaskPhase::Awaiting => &mut self.awaiting,
            TaskPhase::Blocked => &mut self.blocked,
            TaskPhase::Idle => &mut self.idle,
        };
        *total += passed;
        let Some(edge) = self.blocked_on else { return };
        match self.for_room.iter_mut().find(|(known, _)| *known == edge) {
            Some((_, waited)) => *waited += passed,
            None => self.for_room.push((edge, passed)),
        }
    }

    /// The time in all phases.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.busy + self.awaiting + self.blocked + self.idle
    }

    /// How long it has waited for room in an edge.
    #[must_use]
    pub fn waited_for(&self, edge: usize) -> Duration {
        let waited = self.for_room.iter().find(|(known, _)| *known == edge);
        waited.map_or(Duration::ZERO, |(_, waited)| *waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Monotonic {
        Monotonic(Duration::from_millis(millis))
    }

    #[test]
    fn the_phase_that_lasts_is_part_of_what_is_read() {
        let phases = TaskPhases::new(at(0));
        phases.enter(TaskPhase::Busy, at(10));
        phases.note_full(3);
        phases.wait_to_deliver(|| at(15));
        let times = phases.read(at(5_000));
        assert_eq!((times.idle, times.busy), (at(10).0, at(5).0));
        assert_eq!((times.blocked, times.waited_for(3)), (at(4_985).0, at(4_985).0));
        assert_eq!(times.blocked_on, Some(3));
        assert_eq!(times.total(), at(5_000).0);
    }

    #[test]
    fn the_clock_is_not_read_while_a_wait_goes_on() {
        let phases = TaskPhases::new(at(0));
        phases.enter(TaskPhase::Busy, at(0));
        phases.note_full(1);
        phases.wait_to_deliver(|| at(1));
        phases.note_full(1);
        phases.wait_to_deliver(|| panic!("the wait is the same"));
        phases.note_full(2);
        phases.wait_to_deliver(|| at(5));
        phases.enter(TaskPhase::Busy, at(6));
        let times = phases.read(at(6));
        assert_eq!((times.waited_for(1), times.waited_for(2)), (at(4).0, at(1).0));
        assert_eq!(times.blocked_on, None);
    }

    #[test]
    fn a_delivery_without_a_full_edge_awaits_a_sink() {
        let phases = TaskPhases::new(at(0));
        phases.note_full(1);
        phases.forget_full();
        phases.wait_to_deliver(|| at(2));
        assert_eq!(phases.read(at(9)).awaiting, at(7).0);
    }

    #[test]
    fn what_was_full_before_another_phase_is_not_waited_for_after_it() {
        let phases = TaskPhases::new(at(0));
        phases.note_full(1);
        phases.enter(TaskPhase::Busy, at(2));
        phases.wait_to_deliver(|| at(3));
        let times = phases.read(at(9));
        assert_eq!((times.blocked_on, times.awaiting), (None, at(6).0));
    }
}
