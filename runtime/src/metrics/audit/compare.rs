//! Compares what was emitted with what was received.

use super::nodes::NodeFlow;
use super::table::{Audit, AuditedEdge, AuditedNode, Imbalance, JobRest};
use crate::metrics::NodeCounters;
use crate::metrics::flow::{EdgeCounters, FlowOutput};
use std::sync::Arc;

/// Audits a job. Nodes are in the order in which data flows, except in loops, whose feedback edges
/// count at both ends.
pub(crate) fn audit(nodes: &[NodeCounters], edges: &[Arc<EdgeCounters>], rest: JobRest) -> Audit {
    // Downstream first: what is counted there meanwhile was counted upstream before.
    let mut flows: Vec<_> = nodes.iter().rev().map(NodeFlow::read).collect();
    flows.reverse();
    let mut comparison = EdgeFindings { edges, flows, audit: Audit { rest, ..Audit::default() } };
    for (at, node) in nodes.iter().enumerate() {
        comparison.follow(at, &node.name);
    }
    edges.iter().for_each(|edge| comparison.compare(edge));
    comparison.audit
}

struct EdgeFindings<'a> {
    edges: &'a [Arc<EdgeCounters>],
    flows: Vec<NodeFlow>,
    audit: Audit,
}

impl EdgeFindings<'_> {
    /// Follows the events of a node; all nodes upstream have been followed.
    fn follow(&mut self, at: usize, name: &str) {
        let into = self.edges.iter().filter(|edge| edge.ends.to == at);
        let arrived = into.map(|edge| self.received(edge)).sum();
        let Some(flow) = self.flows.get(at) else { return };
        let mut findings = flow.follow(name, arrived, self.audit.rest);
        findings.found.extend(self.check_variants(at, &findings.node));
        let found = findings.found.into_iter();
        let found = found.map(|what| Imbalance { place: name.to_owned(), what });
        self.audit.imbalances.extend(found);
        self.audit.nodes.push(findings.node);
    }

    /// What the node downstream of an edge has received; nothing is in flight in a call.
    fn received(&self, edge: &EdgeCounters) -> u64 {
        if edge.counts() { edge.received.get() } else { self.emitted(edge) }
    }

    /// What the node upstream has emitted for an edge, without further copies.
    fn emitted(&self, edge: &EdgeCounters) -> u64 {
        let emitted = match edge.ends.output {
            FlowOutput::Main => self.audit.nodes.get(edge.ends.from).map(|node| node.emitted),
            side => self.flows.get(edge.ends.from).and_then(|flow| flow.side(side)),
        };
        match emitted {
            Some(emitted) => emitted * edge.times,
            None => edge.sent.get().saturating_sub(edge.copied.get()),
        }
    }

    /// Whether the variants of an enum add up to what the node has emitted.
    fn check_variants(&self, at: usize, node: &AuditedNode) -> Option<String> {
        let is_variant = |edge: &&Arc<EdgeCounters>| {
            edge.ends.from == at && matches!(edge.ends.output, FlowOutput::Variant(_))
        };
        let variants = self.edges.iter().filter(is_variant);
        let sent: Vec<u64> = variants.map(|edge| self.emitted(edge) / edge.times.max(1)).collect();
        if sent.is_empty() || self.audit.rest != JobRest::AtEnd {
            return None;
        }
        let (emitted, sent) = (node.emitted, sent.into_iter().sum::<u64>());
        // Variants that are ignored are dropped, and counted with everything else that is.
        let dropped = self.flows.get(at).map_or(0, NodeFlow::dropped);
        let balances = sent <= emitted && emitted - sent <= dropped;
        (!balances).then(|| format!("{emitted} were emitted, but {sent} were sent as variants"))
    }

    fn compare(&mut self, edge: &EdgeCounters) {
        let name = |at: usize| self.audit.nodes.get(at).map_or("?", |node| &node.name);
        let from = match edge.ends.output {
            FlowOutput::Main => name(edge.ends.from).to_owned(),
            side => format!("{}.{}", name(edge.ends.from), side.name()),
        };
        let (received, dropped) = (self.received(edge), edge.dropped.get());
        let (sent, copied) = (edge.sent.get(), edge.copied.get());
        let emitted = self.emitted(edge) + copied;
        let in_flight = emitted.saturating_sub(received + dropped);
        let to = name(edge.ends.to).to_owned();
        let audited = AuditedEdge { from, to, emitted, received, dropped, in_flight };
        if edge.counts() && self.audit.rest == JobRest::AtEnd {
            let mut found = Vec::new();
            if sent != emitted {
                found.push(format!("{emitted} were emitted, but {sent} were sent"));
            }
            if sent != received + dropped {
                let left = format!("{sent} were sent, but {received} received");
                found.push(match dropped {
                    0 => left,
                    dropped => format!("{left} and {dropped} dropped"),
                });
            }
            let place = audited.place();
            let found = found.into_iter().map(|what| Imbalance { place: place.clone(), what });
            self.audit.imbalances.extend(found);
        }
        self.audit.edges.push(audited);
    }
}

impl FlowOutput {
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Late => "late",
            Self::Errors => "errors",
            Self::Overflow => "overflow",
            Self::Unmatched => "unmatched",
            Self::Variant(name) => name,
        }
    }
}
