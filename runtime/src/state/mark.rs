//! Marks of rows: which have changed since the last checkpoint.

/// Records changes of a row, so that a checkpoint can write only the rows that have changed.
///
/// `()` records nothing and costs neither memory nor instructions.
pub trait RowMark: Default {
    /// Records that the value may change.
    fn change(&mut self);

    /// Records that the row is removed; returns whether it must stay until a checkpoint has noted
    /// that. If so, its value is to be that of a new row.
    fn remove(&mut self) -> bool {
        false
    }

    /// Whether the row is removed, and stays until a checkpoint has noted that.
    fn is_removed(&self) -> bool {
        false
    }

    /// Returns the change since the last call.
    fn take(&mut self) -> RowChange {
        RowChange::Changed
    }

    /// The mark of a new row, which counts as changed.
    #[inline(always)]
    #[must_use]
    fn of_new() -> Self {
        let mut mark = Self::default();
        mark.change();
        mark
    }
}

impl RowMark for () {
    #[inline(always)]
    fn change(&mut self) {}
}

/// The change of a row since the last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowChange {
    /// None.
    #[default]
    Unchanged,
    /// The value may be another, or the row is new.
    Changed,
    /// The row is removed; its value is that of a new row.
    Removed,
}

impl RowMark for RowChange {
    #[inline(always)]
    fn change(&mut self) {
        *self = Self::Changed;
    }

    #[inline(always)]
    fn remove(&mut self) -> bool {
        *self = Self::Removed;
        true
    }

    fn is_removed(&self) -> bool {
        *self == Self::Removed
    }

    fn take(&mut self) -> RowChange {
        // Most rows have not changed: to write all of them back takes longer than to read them.
        if *self == Self::Unchanged { Self::Unchanged } else { std::mem::take(self) }
    }
}
