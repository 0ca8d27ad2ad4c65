//! The counters of edges.

use super::Lowering;
use crate::metrics::{EdgeCounters, EdgeEnds, FlowOutput};
use crate::topology::{EdgeDeclared, Endpoint, NodeId, OutputKind};
use std::sync::Arc;

impl From<OutputKind> for FlowOutput {
    fn from(output: OutputKind) -> Self {
        match output {
            OutputKind::Main => Self::Main,
            OutputKind::Late => Self::Late,
            OutputKind::Errors => Self::Errors,
            OutputKind::Overflow => Self::Overflow,
            OutputKind::Unmatched => Self::Unmatched,
            OutputKind::Variant(name) => Self::Variant(name),
        }
    }
}

fn ends((from, to): (Endpoint, NodeId)) -> EdgeEnds {
    EdgeEnds { from: from.node.0, output: from.port.into(), to: to.0 }
}

/// New counters for each edge; edges with the same ends share theirs.
pub(crate) fn edge_counters_of(edges: &[EdgeDeclared]) -> Vec<Arc<EdgeCounters>> {
    let all: Vec<_> = edges.iter().map(|edge| ends((edge.from, edge.to))).collect();
    let times = |ends: &EdgeEnds| all.iter().filter(|other| *other == ends).count() as u64;
    let is_first = |(at, ends): &(usize, &EdgeEnds)| !all.iter().take(*at).any(|one| one == *ends);
    let firsts = all.iter().enumerate().filter(is_first);
    firsts.map(|(_, ends)| Arc::new(EdgeCounters::of(*ends, times(ends)))).collect()
}

impl Lowering {
    /// The counters of an edge.
    pub(crate) fn edge_counters(&self, edge: (Endpoint, NodeId)) -> Arc<EdgeCounters> {
        let ends = ends(edge);
        let counters = self.edge_counters.iter().find(|counters| counters.ends == ends);
        counters.cloned().unwrap_or_default()
    }
}
