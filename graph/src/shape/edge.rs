//! An edge of a topology.

/// What takes events from one node to another.
///
/// Nodes are told by their index in [`Shape::nodes`](crate::shape::Shape::nodes). An edge leads to
/// a node declared later, unless it feeds events back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    /// The node the events come from.
    pub from: usize,
    /// The output they come out of if it is not the main one: `late`, `errors`, `overflow`.
    pub output: Option<String>,
    /// The node they go to.
    pub to: usize,
    /// Which instance gets an event: `forward`, `by key`, `shuffle`, `to all`, `to one`.
    pub grouping: String,
    /// The type of the events: `Transaction`; may be empty.
    pub events: String,
    /// How many events may wait on it, if that is declared.
    pub buffer: Option<usize>,
    /// The window the events are seen through, if there is one.
    pub window: Option<String>,
}

impl Edge {
    /// An edge from the main output, forward, of which nothing else is known.
    #[must_use]
    pub fn new(from: usize, to: usize) -> Self {
        Self { from, to, grouping: "forward".into(), ..Self::default() }
    }
}
