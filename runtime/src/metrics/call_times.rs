//! How long calls take: how many of them took how long, by fixed bounds.

use super::count::Counter;
use std::time::Duration;

/// The number of buckets: one for each bound, and one for all that is longer.
const BUCKETS: usize = CallSeconds::BOUNDS.len() + 1;

/// How long the calls of an operator that awaits have taken, since the start of the job.
///
/// Of a call that is repeated, the attempts and the waits between them are one. Calls that have not
/// returned are not in it.
///
/// # Examples
/// ```
/// use millstream::metrics::CallSeconds;
/// use std::time::Duration;
///
/// let mut times = CallSeconds::default();
/// (times.counts[4], times.counts[13]) = (3, 1);
/// assert_eq!(CallSeconds::BOUNDS[4], Duration::from_millis(10));
/// assert_eq!(times.count(), 4);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallSeconds {
    /// How many took as long as this of the [bounds](Self::BOUNDS) at most, and longer than the
    /// one before it; the last, how many took longer than all.
    pub counts: [u64; 14],
    /// How long all of them took together. A call that returns without waiting counts as 0 s: no
    /// clock is read for it.
    pub sum: Duration,
}

impl CallSeconds {
    /// The longest time of each bucket but the last.
    pub const BOUNDS: [Duration; 13] = [
        Duration::from_micros(500),
        Duration::from_millis(1),
        Duration::from_micros(2_500),
        Duration::from_millis(5),
        Duration::from_millis(10),
        Duration::from_millis(25),
        Duration::from_millis(50),
        Duration::from_millis(100),
        Duration::from_millis(250),
        Duration::from_millis(500),
        Duration::from_secs(1),
        Duration::from_millis(2_500),
        Duration::from_secs(10),
    ];

    /// The number of calls that have returned.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Counts how long calls take.
#[derive(Debug, Default)]
pub struct CallTimer {
    counts: [Counter; BUCKETS],
    /// In nanoseconds.
    sum: Counter,
}

impl CallTimer {
    /// Counts a call that has returned.
    #[inline]
    pub fn add(&self, took: Duration) {
        let bucket = CallSeconds::BOUNDS.iter().position(|bound| took <= *bound);
        let count = bucket.and_then(|at| self.counts.get(at)).or(self.counts.last());
        count.into_iter().for_each(|count| count.add(1));
        self.sum.add_time(took);
    }

    /// Counts calls that returned without waiting.
    #[inline]
    pub fn add_immediate(&self, calls: u64) {
        self.counts.first().into_iter().for_each(|count| count.add(calls));
    }

    /// What was counted.
    #[must_use]
    pub fn read(&self) -> CallSeconds {
        let counts = self.counts.each_ref().map(Counter::get);
        CallSeconds { counts, sum: Duration::from_nanos(self.sum.get()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket_and_what_is_longer_to_the_next() {
        let timer = CallTimer::default();
        for bound in CallSeconds::BOUNDS {
            timer.add(bound);
            timer.add(bound + Duration::from_nanos(1));
        }
        timer.add_immediate(5);
        let times = timer.read();
        assert_eq!(times.counts, [6, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
        assert_eq!(times.count(), 31);
        let bounds: Duration = CallSeconds::BOUNDS.iter().sum();
        assert_eq!(times.sum, 2 * bounds + Duration::from_nanos(13));
    }
}
