//! q5 by hand, for engines without it: sliding windows combined from panes.

use millstream_benches::nexmark::by_hand::{Map, SLIDE, TUMBLE};
use millstream_benches::nexmark::q05;
use std::collections::BTreeMap;

/// Bids by auction in panes of 2 s, and the end of the next window.
#[derive(Clone, Default)]
pub struct Panes {
    panes: BTreeMap<u64, Map<usize, u64>>,
    next: Option<u64>,
}

impl Panes {
    /// The counts of the pane that starts at `start`, in milliseconds.
    pub fn pane(&mut self, start: u64) -> &mut Map<usize, u64> {
        self.next.get_or_insert(start + SLIDE);
        self.panes.entry(start).or_default()
    }

    /// Emits the rows of all windows that end by `now`; drops panes that no later window shares.
    pub fn close(&mut self, now: u64, rows: &mut Vec<q05::Row>) {
        while let Some(end) = self.next.filter(|end| *end <= now) {
            if self.panes.is_empty() {
                self.next = None;
                return;
            }
            let window_start = end - TUMBLE;
            let mut all: Map<usize, u64> = Map::default();
            for (auction, count) in self.panes.range(window_start..end).flat_map(|(_, all)| all) {
                *all.entry(*auction).or_default() += count;
            }
            let most = all.values().copied().max().unwrap_or_default();
            let hot = all.into_iter().filter(|(_, num)| *num == most);
            rows.extend(hot.map(|(auction, num)| q05::Row { auction, num, window_start }));
            self.panes.remove(&window_start);
            self.next = Some(end + SLIDE);
        }
    }
}
