//! How often a job restarts within its process after a failure, and how soon.

use crate::error::{Error, ErrorKind, RecordPosition};
use crate::time::Monotonic;
use std::collections::VecDeque;
use std::time::Duration;

/// The wait before the second restart, if there is none before the first.
const SECOND: Duration = Duration::from_millis(100);
/// How often a job may fail alike from one checkpoint.
const ALIKE: u32 = 3;

/// How often a job with checkpoints restarts within its process after a failure, and how soon; set
/// by [`Config::restarts`](crate::Config::restarts).
///
/// A restart begins with the last checkpoint, in the same process: sources and sinks are opened
/// again, which they have to allow ([`Source::again`](crate::source::Source::again),
/// [`Sink::again`](crate::sink::Sink::again)). The default is at most 10 restarts within a minute,
/// the first at once, each further one after twice the wait, from 100 ms up to 10 s.
///
/// The job ends, whatever the policy, once it is drained, suspended or aborted, and after three
/// attempts from one checkpoint that fail in the same node, unless with an error of a source or
/// sink: then the cause is in the data. A record that is malformed when it is read for the second
/// time ends it, too.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let patient = Restarts::up_to(100).within(1.hours()).backoff(1.secs(), 1.mins());
/// let config = Config::default().checkpoints("checkpoints").restarts(patient);
/// # drop(config);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restarts {
    limit: u32,
    within: Duration,
    first: Duration,
    longest: Duration,
}

impl Default for Restarts {
    fn default() -> Self {
        Self::up_to(10)
    }
}

impl Restarts {
    /// No restart: the job ends with its first failure.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// assert_eq!(Restarts::none(), Restarts::up_to(0));
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self::up_to(0)
    }

    /// At most this number of restarts within a minute.
    #[must_use]
    pub fn up_to(restarts: u32) -> Self {
        let (within, longest) = (Duration::from_secs(60), Duration::from_secs(10));
        Self { limit: restarts, within, first: Duration::ZERO, longest }
    }

    /// Sets the time within which restarts are counted.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// Sets the wait before the first restart, and the longest one; each is twice the one before,
    /// and the second 100 ms if there is none before the first.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest.max(first));
        self
    }

    /// Whether the job may restart at all.
    pub(super) fn are_allowed(self) -> bool {
        self.limit > 0
    }

    /// The wait before a restart that follows others.
    fn wait(self, earlier: usize) -> Duration {
        let doubled = |wait: Duration, times: usize| {
            let times = u32::try_from(times).unwrap_or(u32::MAX);
            wait.saturating_mul(2_u32.saturating_pow(times)).min(self.longest)
        };
        match earlier.checked_sub(1) {
            Some(further) if self.first.is_zero() => doubled(SECOND, further),
            _ => doubled(self.first, earlier),
        }
    }
}

/// The failures of a job so far.
#[derive(Debug)]
pub(super) struct Failures {
    policy: Restarts,
    /// When the job restarted, within the time of the policy.
    restarts: VecDeque<Monotonic>,
    /// How far the job had come when it failed last, and how it failed.
    last: Option<(u64, ErrorKind, Option<String>)>,
    /// How often it failed so in a row.
    alike: u32,
    /// The malformed record that it failed on last.
    record: Option<RecordPosition>,
}

impl Failures {
    pub(super) fn new(policy: Restarts) -> Self {
        Self { policy, restarts: VecDeque::new(), last: None, alike: 0, record: None }
    }

    /// The wait before the next restart, after the job failed with this number of durable
    /// checkpoints; `None` if it is to end.
    pub(super) fn note(&mut self, error: &Error, durable: u64, now: Monotonic) -> Option<Duration> {
        let may_pass = match error.kind() {
            ErrorKind::Topology | ErrorKind::Config | ErrorKind::TakenOver | ErrorKind::Aborted => {
                return None;
            }
            ErrorKind::Source | ErrorKind::Sink => true,
            ErrorKind::Record => !self.is_read_again(error),
            _ => !self.is_stuck(error, durable),
        };
        self.restarts.retain(|at| now.since(*at) < self.policy.within);
        let earlier = self.restarts.len();
        if !may_pass || earlier >= usize::try_from(self.policy.limit).unwrap_or(usize::MAX) {
            return None;
        }
        let wait = self.policy.wait(earlier);
        self.restarts.push_back(now.plus(wait));
        Some(wait)
    }

    /// Whether the record was malformed when it was read last, too: reading it once more does not
    /// help.
    fn is_read_again(&mut self, error: &Error) -> bool {
        let last = std::mem::replace(&mut self.record, error.position().cloned());
        last.is_some() && last == self.record
    }

    /// Whether the job has failed alike too often.
    fn is_stuck(&mut self, error: &Error, durable: u64) -> bool {
        let failure = Some((durable, error.kind(), error.node().map(str::to_owned)));
        self.alike = if failure == self.last { self.alike + 1 } else { 1 };
        self.last = failure;
        self.alike >= ALIKE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Monotonic {
        Monotonic(Duration::from_secs(seconds))
    }

    fn failed(kind: ErrorKind) -> Error {
        Error::new(kind, "failed")
    }

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_the_longest() {
        let policy = Restarts::up_to(20).backoff(Duration::ZERO, Duration::from_secs(1));
        let mut failures = Failures::new(policy);
        let waits = (0..7).map(|_| failures.note(&failed(ErrorKind::Sink), 1, at(0)).unwrap());
        let waits: Vec<u128> = waits.map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [0, 100, 200, 400, 800, 1_000, 1_000]);
    }

    #[test]
    fn restarts_are_counted_within_a_time() {
        let mut failures = Failures::new(Restarts::up_to(2).within(Duration::from_secs(10)));
        let mut note = |seconds| failures.note(&failed(ErrorKind::Source), 1, at(seconds));
        assert_eq!(note(0), Some(Duration::ZERO));
        assert_eq!(note(5), Some(SECOND));
        assert_eq!(note(6), None);
        assert_eq!(note(12), Some(SECOND), "the first was 12 s ago");
        assert_eq!(note(100), Some(Duration::ZERO));
    }

    #[test]
    fn a_job_that_fails_alike_three_times_from_one_checkpoint_ends() {
        let mut failures = Failures::new(Restarts::default());
        let mut note = |kind, checkpoint| failures.note(&failed(kind), checkpoint, at(0)).is_some();
        assert!(note(ErrorKind::Panic, 1) && note(ErrorKind::Panic, 1));
        assert!(note(ErrorKind::Panic, 2), "it has come further");
        assert!(note(ErrorKind::Panic, 2));
        assert!(!note(ErrorKind::Panic, 2));
    }

    #[test]
    fn a_record_that_is_malformed_again_ends_the_job_however_many_checkpoints_there_were() {
        let mut failures = Failures::new(Restarts::default());
        let mut note = |line, durable| {
            let error = failed(ErrorKind::Record).at(RecordPosition::new("orders.csv", line));
            failures.note(&error, durable, at(0)).is_some()
        };
        assert!(note(3, 1));
        assert!(note(7, 2), "the other one has been mended");
        assert!(!note(7, 3));
    }

    #[test]
    fn what_no_restart_can_mend_ends_the_job() {
        let kinds =
            [ErrorKind::Topology, ErrorKind::Config, ErrorKind::TakenOver, ErrorKind::Aborted];
        for kind in kinds {
            assert_eq!(Failures::new(Restarts::default()).note(&failed(kind), 1, at(0)), None);
        }
    }
}
