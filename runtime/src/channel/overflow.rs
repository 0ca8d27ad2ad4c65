//! What an edge does with an event for which it has no room.

/// What an edge does with an event for which it has no room.
///
/// Marks (watermarks, barriers, the end) always find room. What is dropped is counted at the node
/// that the edge leads to, and can be routed from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overflow {
    /// The producer waits until there is room: nothing is dropped.
    #[default]
    Block,
    /// The event is dropped, and those that wait are kept: the producer never waits.
    DropNewest,
    /// The event takes the place of the one that has waited longest, which is dropped: the producer
    /// never waits.
    DropOldest,
    /// Of the events that find no room all but every n-th are dropped; for that one the producer
    /// waits. So a full edge holds its producer back to n times what its consumer can do, and
    /// `Sample(1)` is [`Block`](Self::Block). 0 is refused when the job starts.
    ///
    /// Events are counted between each pair of instances, and on from one time that the edge is
    /// full to the next. Which are kept depends on when there was room, and on nothing else.
    Sample(usize),
}
