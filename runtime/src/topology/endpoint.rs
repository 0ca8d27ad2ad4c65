//! A node by its position, and its outputs.

use std::fmt;

/// A node's position in the order of definition: data flows from lower to higher ones, but
/// for what is fed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// Which output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputKind {
    /// What it emits.
    Main,
    /// Late events.
    Late,
    /// Errors.
    Errors,
    /// Events that the edge into it had no room for.
    Overflow,
    /// Events without a partner.
    Unmatched,
    /// The events of one variant of the enum that it emits.
    Variant(&'static str),
}

impl fmt::Display for OutputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Main => "main",
            Self::Late => "late",
            Self::Errors => "errors",
            Self::Overflow => "overflow",
            Self::Unmatched => "unmatched",
            Self::Variant(name) => name,
        })
    }
}

/// An output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The node.
    pub node: NodeId,
    /// Which of its outputs.
    pub port: OutputKind,
}

impl Endpoint {
    /// The main output of a node.
    #[must_use]
    pub const fn main(node: NodeId) -> Self {
        Self { node, port: OutputKind::Main }
    }

    /// What the edges into a node have no room for.
    #[must_use]
    pub const fn overflow(node: NodeId) -> Self {
        Self { node, port: OutputKind::Overflow }
    }
}
