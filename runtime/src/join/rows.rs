//! The rows that a join buffers, counted if there is a bound for them.

/// The number of rows of each side of a join; 0 for sides that it lacks.
pub type RowsOfSides = [u64; 4];

/// A join that knows how many rows it buffers.
pub trait KeepsRows {
    /// The number of rows of all sides.
    fn rows(&self) -> u64;

    /// Those of each side. Visits all rows: for messages only.
    fn rows_of_sides(&self) -> RowsOfSides;
}

/// Counts the rows of a join, or does not.
pub trait RowCount: Default + Send + 'static {
    /// Whether it counts. If not, the code for that is not compiled.
    const COUNTS: bool;

    /// Adds rows.
    fn add(&mut self, rows: u64);

    /// Removes rows.
    fn remove(&mut self, rows: u64);
}

/// Does not count: the join has no bound.
#[derive(Debug, Default)]
pub struct UncountedRows;

/// Counts.
#[derive(Debug, Default)]
pub struct CountedRows(pub(super) u64);

impl RowCount for UncountedRows {
    const COUNTS: bool = false;

    fn add(&mut self, _: u64) {}

    fn remove(&mut self, _: u64) {}
}

impl RowCount for CountedRows {
    const COUNTS: bool = true;

    #[inline]
    fn add(&mut self, rows: u64) {
        self.0 += rows;
    }

    #[inline]
    fn remove(&mut self, rows: u64) {
        self.0 = self.0.saturating_sub(rows);
    }
}
