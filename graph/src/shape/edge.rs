//! An edge of a topology.

/// A link from one node to another.
///
/// Nodes are identified by their index in [`Shape::nodes`](crate::shape::Shape::nodes). An edge
/// leads to a node declared later, unless it feeds events back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    /// The upstream node.
    pub from: usize,
    /// The output, if it is not the main one: `late`, `errors`, `overflow`.
    pub output: Option<String>,
    /// The downstream node.
    pub to: usize,
    /// Which instance receives an event: `forward`, `by key`, `shuffle`, `to all`, `to one`.
    pub grouping: String,
    /// The type of the events: `Transaction`; may be empty.
    pub events: String,
    /// The capacity in events, if it is declared.
    pub buffer: Option<usize>,
    /// The window between the nodes, if there is one.
    pub window: Option<String>,
    /// The policy for a full edge, if it is declared: `drop_oldest`.
    pub policy: Option<String>,
    /// Whether it is a call or a channel as planned, and why, if it is:
    /// `channel: a buffer is declared`.
    pub how: Option<String>,
    /// The capacity of each of its channels in events, if it is planned to have any.
    pub capacity: Option<usize>,
}

impl Edge {
    /// A forward edge from the main output.
    #[must_use]
    pub fn new(from: usize, to: usize) -> Self {
        Self { from, to, grouping: "forward".into(), ..Self::default() }
    }
}
