//! How many rows a window join buffers.

use super::super::rows::{CountedRows, KeepsRows, RowCount, RowsOfSides};
use super::{Sides, WindowJoin};
use crate::time::EventTime;
use crate::window::{Aligned, ShowStates};
use std::collections::BTreeMap;

/// Counts the rows of windows: each event once, however many windows it is in.
#[derive(Debug, Default)]
pub(super) struct WindowRowCount<N> {
    pub(super) rows: N,
    /// Without them, a window that fires has the only rows of its events.
    aligned: Option<Aligned>,
    /// For windows that may overlap, the number of rows by the end of their last window.
    ends: BTreeMap<EventTime, u64>,
}

impl<N: RowCount> WindowRowCount<N> {
    pub(super) fn new(aligned: Option<Aligned>) -> Self {
        Self { aligned, ..Self::default() }
    }

    /// Counts events that were inserted.
    pub(super) fn inserted(&mut self, time: EventTime, rows: u64) {
        let end = self.aligned.map_or(time, |aligned| aligned.last_end_with(time));
        self.kept_until(end, rows);
    }

    /// Counts rows of which the last window ends at `end`.
    pub(super) fn kept_until(&mut self, end: EventTime, rows: u64) {
        self.rows.add(rows);
        if self.aligned.is_some() {
            *self.ends.entry(end).or_default() += rows;
        }
    }

    /// Counts the events of windows that have fired.
    pub(super) fn fired(&mut self, rows: u64) {
        if self.aligned.is_none() {
            self.rows.remove(rows);
        }
    }

    /// Counts the rows whose last window the watermark has passed.
    pub(super) fn passed(&mut self, watermark: EventTime) {
        while let Some(first) = self.ends.first_entry().filter(|end| *end.key() <= watermark) {
            self.rows.remove(first.remove());
        }
    }
}

impl<W, S, J> KeepsRows for WindowJoin<W, S, J, CountedRows>
where
    S: Sides,
    W: ShowStates<S::Lists>,
{
    #[inline]
    fn rows(&self) -> u64 {
        self.rows.rows.0
    }

    fn rows_of_sides(&self) -> RowsOfSides {
        let mut sum = [0; 4];
        self.windows.each_state(&mut |lists, _| {
            let lengths = S::lengths(lists);
            sum.iter_mut().zip(lengths).for_each(|(sum, length)| *sum += length);
        });
        sum
    }
}
