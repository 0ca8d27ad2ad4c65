//! What is known of a window.

use super::Firing;
use crate::time::EventTime;

/// What an aggregate made of the events of one key in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowResult<K, R> {
    /// The key whose events these are.
    pub key: K,
    /// The start of the window, which belongs to it.
    pub start: EventTime,
    /// The end of the window, which does not belong to it.
    pub end: EventTime,
    /// Which of the results of the window this is.
    pub firing: Firing,
    /// What the aggregate made of them.
    pub value: R,
}

/// An event, and what an aggregate made of the events of its key that came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrailingResult<K, T, R> {
    /// The key.
    pub key: K,
    /// The event.
    pub event: T,
    /// What the aggregate made of those before it; an array of these for many spans.
    pub value: R,
}
