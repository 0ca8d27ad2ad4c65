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
    const REPLAYING: Replaying;
}

/// Whether a source can hand over its events again, as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaying {
    /// It can.
    Possible,
    /// It cannot.
    Impossible,
}

impl Replay for Replayable {
    const REPLAYING: Replaying = Replaying::Possible;
}

impl Replay for Unreplayable {
    const REPLAYING: Replaying = Replaying::Impossible;
}
