//! What a plan adds to a topology.

/// What a topology is planned for, and what it guarantees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// The number of cores.
    pub cores: usize,
    /// The number of groups that its keys are divided into.
    pub key_groups: usize,
    /// The paths from its sources to its sinks.
    pub paths: Vec<GuaranteedPath>,
}

/// A source, a sink that its events may reach, and what the job guarantees between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuaranteedPath {
    /// The source.
    pub from: usize,
    /// The sink.
    pub to: usize,
    /// The guarantee: `exactly once`.
    pub guarantee: String,
    /// What makes it weaker than it could be, each a sentence.
    pub weaker: Vec<String>,
}
