//! A node of a topology.

/// Something that events come out of, go into, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Its name, by which its metrics and its state are found.
    pub name: String,
    /// What it does with events.
    pub kind: Kind,
    /// What it is made of: `average_ticket`, `map`; may be the name, or empty.
    pub operator: String,
    /// How many there are of it: `2`, `one on each core`; empty says one.
    pub instances: String,
    /// Where it is declared: `src/fraud.rs:31`; may be empty.
    pub location: String,
}

impl Node {
    /// A node with one instance, of which nothing else is known.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, instances: "1".into(), ..Self::default() }
    }
}

/// What a node does with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Brings them in.
    Source,
    /// Makes others of them.
    #[default]
    Operator,
    /// Makes others of them, and awaits something meanwhile.
    Awaiting,
    /// Takes them out.
    Sink,
    /// Drops them: `>> ignore`.
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
