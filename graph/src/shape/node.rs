//! A node of a topology.

/// A source, operator or sink.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Its name, which identifies its metrics and its state.
    pub name: String,
    /// What kind of node it is.
    pub kind: Kind,
    /// Its operator: `average_ticket`, `map`; may be the name, or empty.
    pub operator: String,
    /// Its number of instances: `2`, `one on each core`; empty means one.
    pub instances: String,
    /// Where it is declared: `src/fraud.rs:31`; may be empty.
    pub location: String,
    /// Its number of instances as planned, if it is.
    pub count: Option<usize>,
    /// What it keeps in checkpoints, if that is known: a type in each line, such as
    /// `rows state: Mean { n: u64 }`.
    pub keeps: Option<String>,
}

impl Node {
    /// A node with one instance.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, instances: "1".into(), ..Self::default() }
    }
}

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Reads events.
    Source,
    /// Transforms events.
    #[default]
    Operator,
    /// Transforms events, and awaits.
    Awaiting,
    /// Writes events.
    Sink,
    /// Drops events: `>> ignore`.
    Ignored,
}

impl Kind {
    /// Its name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Operator => "operator",
            Self::Awaiting => "awaiting",
            Self::Sink => "sink",
            Self::Ignored => "ignored",
        }
    }
}
