//! `sliding` by hand for engines that leave it to their user: seconds that make hours.

use crate::steps;
use millstream_benches::nexmark::by_hand::Map;
use std::collections::BTreeMap;

/// Seconds in a window.
const WINDOW: u64 = 3_600;

/// The counts of a key's last seconds, and their sum.
#[derive(Clone)]
struct Hour {
    seconds: Box<[u32; WINDOW as usize]>,
    sum: u64,
}

impl Default for Hour {
    fn default() -> Self {
        Self { seconds: Box::new([0; WINDOW as usize]), sum: 0 }
    }
}

/// Events by key in seconds that may still get more, and the last hour of all others.
#[derive(Clone, Default)]
pub struct Hours {
    open: BTreeMap<u64, Map<u64, u32>>,
    hours: Map<u64, Hour>,
    next: u64,
}

impl Hours {
    /// The counts of a second that has not ended.
    pub fn second(&mut self, second: u64) -> &mut Map<u64, u32> {
        self.open.entry(second).or_default()
    }

    /// Gives the windows that end by the beginning of the second `now`.
    pub fn close(&mut self, now: u64, rows: &mut Vec<u64>) {
        let has_more = |hours: &Self| {
            !hours.open.is_empty() || now < u64::MAX || hours.hours.values().any(|one| one.sum > 0)
        };
        while self.next < now && has_more(self) {
            self.end(rows);
            self.next += 1;
        }
    }

    /// Gives the windows that end with the next second, and makes room for the one after it.
    fn end(&mut self, rows: &mut Vec<u64>) {
        let (second, place) = (self.next, (self.next % WINDOW) as usize);
        for (key, count) in self.open.remove(&second).into_iter().flatten() {
            let hour = self.hours.entry(key).or_default();
            hour.seconds[place] = count;
            hour.sum += u64::from(count);
        }
        let oldest = ((second + 1) % WINDOW) as usize;
        for (key, hour) in &mut self.hours {
            if hour.sum > 0 {
                rows.push(steps::window(*key, hour.sum, second + 1));
            }
            hour.sum -= u64::from(std::mem::take(&mut hour.seconds[oldest]));
        }
    }
}
