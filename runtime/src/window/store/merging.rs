//! What panes need of an accumulator.

/// How the states of panes are put together.
pub(super) trait Merging<S> {
    /// Returns the length of a pane.
    fn pane(&self) -> i64;

    /// Returns a state without values.
    fn create(&self) -> S;

    /// Adds a later state.
    fn merge(&self, state: &mut S, later: &S);

    /// Whether a state can be taken out again; always the same.
    fn subtracts(&self) -> bool;

    /// Takes a state out that was merged.
    fn subtract(&self, state: &mut S, merged: &S);
}
