//! `sliding` by hand, for engines without it: hours combined from seconds.

use super::by_loop::sliding::{Hour, end, is_over};
use millstream_benches::nexmark::by_hand::Map;
use std::collections::BTreeMap;

/// Counts by key: of seconds that are still open, and of the last hour.
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

    /// Emits the windows that end by the start of the second `now`.
    pub fn close(&mut self, now: u64, rows: &mut Vec<u64>) {
        let has_more =
            |hours: &Self| !hours.open.is_empty() || now < u64::MAX || !is_over(&hours.hours);
        while self.next < now && has_more(self) {
            self.end(rows);
            self.next += 1;
        }
    }

    /// Emits the windows that end with the next second, and makes room for the one after it.
    fn end(&mut self, rows: &mut Vec<u64>) {
        for (key, count) in self.open.remove(&self.next).into_iter().flatten() {
            self.hours.entry(key).or_default().count(self.next, count);
        }
        end(&mut self.hours, self.next, &mut |row| rows.push(row));
    }
}
