//! Overflow policies: what a full edge does with further events.

/// Choose what happens to events when an edge is full: wait, or drop some of them.
///
/// Marks (watermarks, barriers, the end) are never dropped. Dropped events are counted at the
/// downstream node of the edge, whose overflow output receives them if it is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overflow {
    /// Nothing is dropped: the producer waits until there is room. This is backpressure.
    #[default]
    Block,
    /// Drops the new event and keeps those buffered. The producer never waits.
    DropNewest,
    /// Drops the oldest buffered event to make room for the new one. The producer never waits.
    /// Events before a barrier stay: if the edge is full of them, the new event is dropped.
    DropOldest,
    /// Of the events that find no room, keeps every n-th, for which the producer waits, and drops
    /// the others. So a full edge slows its producer to n times the rate of its consumer;
    /// `Sample(1)` is [`Block`](Self::Block). `Sample(0)` is rejected when the job starts.
    ///
    /// Events are counted for each pair of instances; the count goes on when the edge is full
    /// again. Which events are kept depends on when there was room, and on nothing else.
    Sample(usize),
}
