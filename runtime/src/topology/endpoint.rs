//! Nodes by position, and their outputs.

use std::fmt;

/// Identifies a node by its position in the order of definition. Events flow from lower to higher
/// positions, except on edges that feed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// One of the outputs of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputKind {
    /// The events that the node emits.
    Main,
    /// Events behind the watermark.
    Late,
    /// Errors.
    Errors,
    /// Events dropped on the edge into the node.
    Overflow,
    /// Events without a match.
    Unmatched,
    /// The events of one variant of the enum that the node emits.
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
    /// One of its outputs.
    pub port: OutputKind,
}

impl Endpoint {
    /// The main output of a node.
    #[must_use]
    pub const fn main(node: NodeId) -> Self {
        Self { node, port: OutputKind::Main }
    }

    /// The output for events dropped on the edges into a node.
    #[must_use]
    pub const fn overflow(node: NodeId) -> Self {
        Self { node, port: OutputKind::Overflow }
    }
}
