//! The windows of q5 by hand.

use super::by_hand::{Map, SLIDE, TUMBLE};
use super::q05::Row;
use std::collections::VecDeque;

/// The bids by auction in a sliding window: each pane of 2 s is added once and subtracted once.
#[derive(Debug, Clone, Default)]
pub struct HotWindow {
    counts: Map<usize, u64>,
    /// The panes within the window, by their end. None is empty.
    panes: VecDeque<(u64, Map<usize, u64>)>,
}

impl HotWindow {
    /// Whether no auction has a bid in the window.
    pub fn is_empty(&self) -> bool {
        self.panes.is_empty()
    }

    /// Adds the pane that ends at `end`, and empties it; emits the auctions with the most bids in
    /// the window with the same end; subtracts the pane that no later window shares.
    pub fn slide(&mut self, pane: &mut Map<usize, u64>, end: u64, mut row: impl FnMut(Row)) {
        for (auction, count) in &*pane {
            *self.counts.entry(*auction).or_default() += count;
        }
        if !pane.is_empty() {
            self.panes.push_back((end, std::mem::take(pane)));
        }
        let most = self.counts.values().copied().max().unwrap_or_default();
        let window_start = end - TUMBLE;
        for (auction, num) in self.counts.iter().filter(|(_, num)| **num == most) {
            row(Row { auction: *auction, num: *num, window_start });
        }
        let oldest = window_start + SLIDE;
        if self.panes.front().is_some_and(|(end, _)| *end == oldest) {
            for (auction, count) in self.panes.pop_front().into_iter().flat_map(|(_, pane)| pane) {
                self.subtract(auction, count);
            }
        }
    }

    fn subtract(&mut self, auction: usize, count: u64) {
        if let Some(now) = self.counts.get_mut(&auction) {
            *now -= count;
            if *now == 0 {
                self.counts.remove(&auction);
            }
        }
    }
}
