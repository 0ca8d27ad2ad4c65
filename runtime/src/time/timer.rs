//! What an operator asks to be woken by.

use super::EventTime;
use std::time::Duration;

/// A timer of an operator: when it asked to be called again for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Event time has come to this: no event with a time before it is expected any more.
    At(EventTime),
    /// So much time has passed since the timer was set, by the job's [`Clock`](super::Clock).
    After(Duration),
}
