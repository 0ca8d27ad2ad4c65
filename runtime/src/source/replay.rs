//! Whether a source can hand over its events again.

/// A source keeps its events: after a failure it hands them over again from any position, in the
/// same order. Files and logs do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayable;

/// A source hands over every event once: what is lost on the way is gone. Sockets and channels do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreplayable;

/// Whether a source can hand over its events again, as a type: [`Replayable`] or [`Unreplayable`].
pub trait Replay: Send + Sync + 'static {
    /// The same as a value.
    const REPLAYABILITY: Replayability;
}

/// Whether a source can hand over its events again, as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayability {
    /// It can.
    Possible,
    /// It cannot.
    Impossible,
}

impl Replay for Replayable {
    const REPLAYABILITY: Replayability = Replayability::Possible;
}

impl Replay for Unreplayable {
    const REPLAYABILITY: Replayability = Replayability::Impossible;
}
