//! What an operator that awaits has still to flush.

/// What is left of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputState {
    /// Flushed since something was last sent.
    Clean,
    /// May hold a partial batch.
    Sent,
    /// The end mark is sent.
    Ended,
}
