//! Whether a source can replay its events.

/// The source can replay its events after a failure, from any position and in the same order.
///
/// Files and logs are replayable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayable;

/// The source emits every event once; events in flight at a failure are lost.
///
/// Sockets, channels and standard input are not replayable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreplayable;

/// Whether a source can replay its events, as a type: [`Replayable`] or [`Unreplayable`].
///
/// # Examples
/// ```
/// use millstream::source::{Replay, Replayability, Replayable};
///
/// assert_eq!(Replayable::REPLAYABILITY, Replayability::Possible);
/// ```
pub trait Replay: Send + Sync + 'static {
    /// The same as a value.
    const REPLAYABILITY: Replayability;
}

/// Whether a source can replay its events, as a value.
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
