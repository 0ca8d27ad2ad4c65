//! What is in the windows of a store, to be counted.

use crate::time::EventTime;

/// A store of windows that shows the states of its accumulator.
pub trait ShowStates<S> {
    /// Calls `show` with each state and the end of the last window with its events.
    fn each_state(&self, show: &mut dyn FnMut(&S, EventTime));
}
