//! q5 by hand, for engines without it: sliding windows combined from panes.

use millstream_benches::nexmark::by_hand::{Map, SLIDE};
use millstream_benches::nexmark::{HotWindow, q05};
use std::collections::BTreeMap;

/// Bids by auction in the panes of 2 s that are still open, the current window, and its next end.
#[derive(Clone, Default)]
pub struct Panes {
    panes: BTreeMap<u64, Map<usize, u64>>,
    window: HotWindow,
    next: Option<u64>,
}

impl Panes {
    /// The counts of the pane that starts at `start`, in milliseconds.
    pub fn pane(&mut self, start: u64) -> &mut Map<usize, u64> {
        self.next.get_or_insert(start + SLIDE);
        self.panes.entry(start).or_default()
    }

    /// Emits the rows of all windows that end by `now`.
    pub fn close(&mut self, now: u64, rows: &mut Vec<q05::Row>) {
        while let Some(end) = self.next.filter(|end| *end <= now) {
            if self.panes.is_empty() && self.window.is_empty() {
                self.next = None;
                return;
            }
            let mut pane = self.panes.remove(&(end - SLIDE)).unwrap_or_default();
            self.window.slide(&mut pane, end, |row| rows.push(row));
            self.next = Some(end + SLIDE);
        }
    }
}
