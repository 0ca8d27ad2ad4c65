//! What holds the job back, in a sentence.

use crate::metrics::{Cause, LiveMetrics};

/// The node that limits the job, and the sentence that says so.
#[derive(Debug)]
pub(super) struct NamedLimit {
    pub(super) node: Option<usize>,
    pub(super) sentence: String,
    /// The same without the value of a key.
    pub(super) for_logs: String,
}

impl NamedLimit {
    pub(super) fn of(live: &LiveMetrics) -> Self {
        let cause = Cause::of(live);
        let (node, sentence) = (cause.node, cause.to_string());
        Self { node, sentence, for_logs: cause.without_key().to_string() }
    }
}
