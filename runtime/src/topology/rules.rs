//! The rules of a topology, checked on the declaration; all that are broken are told at once, with
//! the sentences that `topology!` has for them.

use super::draft::{Draft, Fate, Naming, Side};
use super::{
    Delivery, EdgeDeclared, Endpoint, Instances, NodeDeclared, NodeId, NodeKind, Port, feedback,
};
use crate::channel::Overflow;
use millstream_graph::sentence::{Sentence, outcome, shape};
use std::collections::HashMap;
use std::fmt;

/// A rule that is broken, and where.
#[derive(Debug)]
pub(crate) struct Broken {
    sentence: Sentence,
    places: Vec<String>,
}

impl Broken {
    /// Somewhere in the topology.
    pub(crate) fn somewhere(sentence: Sentence) -> Self {
        Self { sentence, places: Vec::new() }
    }

    pub(super) fn at(sentence: Sentence, nodes: &[&NodeDeclared]) -> Self {
        Self { sentence, places: nodes.iter().map(|node| node.place()).collect() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sentence { code, wrong, help } = &self.sentence;
        write!(f, "\n  {wrong} [{code}]")?;
        if !self.places.is_empty() {
            write!(f, "\n    at {}", self.places.join(" and "))?;
        }
        write!(f, "\n    help: {help}")
    }
}

/// Gives the nodes that the user has not named names of their own.
pub(super) fn name_nodes(draft: &mut Draft) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for node in draft.nodes.iter().filter(|node| node.naming != Naming::Engine) {
        *taken.entry(node.name.clone()).or_default() += 1;
    }
    for node in draft.nodes.iter_mut().filter(|node| node.naming == Naming::Engine) {
        let uses = taken.entry(node.name.clone()).or_default();
        *uses += 1;
        if *uses > 1 {
            node.name = format!("{}_{uses}", node.name);
        }
    }
}

/// Every rule that is broken.
pub(super) fn broken(draft: &Draft) -> Vec<Broken> {
    let mut broken: Vec<Broken> = draft.broken.iter().cloned().map(Broken::somewhere).collect();
    broken.extend(delivery(draft));
    broken.extend(has_source(draft));
    broken.extend(unique_names(&draft.nodes));
    broken.extend(some_default(draft.default_instances));
    broken.extend(draft.nodes.iter().filter_map(some_instance));
    broken.extend(consumed(draft));
    broken.extend(draft.sides.iter().filter_map(|side| connected(draft, side)));
    broken.extend(room(draft));
    broken.extend(feedback::broken(draft));
    broken.extend(draft.edges.iter().filter_map(|edge| some_sample(draft, edge)));
    broken.extend(draft.edges.iter().filter_map(|edge| overflow_goes_somewhere(draft, edge)));
    broken.extend(draft.edges.iter().filter_map(|edge| overflow_comes_from_somewhere(draft, edge)));
    broken
}

fn some_sample(draft: &Draft, edge: &EdgeDeclared) -> Option<Broken> {
    let none = !edge.leads_back() && edge.overflow == Some(Overflow::Sample(0));
    none.then(|| node(draft, edge.to)).flatten().map(|to| Broken::at(shape::empty_sample(), &[to]))
}

/// What has no room is an output of the node behind the edge; a sink has none, and counts it only,
/// as a loop does.
fn overflow_goes_somewhere(draft: &Draft, edge: &EdgeDeclared) -> Option<Broken> {
    let to = node(draft, edge.to)?;
    let drops = edge.overflow.is_some_and(|policy| policy != Overflow::Block);
    let output = Endpoint::overflow(edge.to);
    let counts = matches!(to.kind, NodeKind::Sink | NodeKind::Feedback);
    let open = drops && !counts && !is_used(draft, output);
    open.then(|| Broken::at(outcome::overflow_goes_nowhere(&to.name), &[to]))
}

fn overflow_comes_from_somewhere(draft: &Draft, edge: &EdgeDeclared) -> Option<Broken> {
    let Endpoint { node: at, port: Port::Overflow } = edge.from else {
        return None;
    };
    let declared = draft.edges.iter().any(|edge| edge.to == at && edge.overflow.is_some());
    let from = node(draft, at)?;
    (!declared).then(|| Broken::at(outcome::nothing_overflows(&from.name), &[from]))
}

fn is_used(draft: &Draft, output: Endpoint) -> bool {
    draft.edges.iter().any(|edge| edge.from == output)
}

pub(super) fn node(draft: &Draft, id: NodeId) -> Option<&NodeDeclared> {
    draft.nodes.get(id.0)
}

/// What the job promises is kept by its sources, its sinks and this version.
fn delivery(draft: &Draft) -> Vec<Broken> {
    let delivery = draft.delivery;
    let word = delivery.to_string();
    let sources = draft.replaying.iter().filter(|(_, kind)| !delivery.takes_source(*kind));
    let sources = sources
        .filter_map(|(id, _)| node(draft, *id))
        .map(|node| Broken::at(outcome::source_cannot_replay(&word, &node.name), &[node]));
    let sinks = draft.repeating.iter().filter(|(_, kind)| !delivery.takes_sink(*kind));
    let sinks = sinks
        .filter_map(|(id, _)| node(draft, *id))
        .map(|node| Broken::at(outcome::sink_repeats(&word, &node.name), &[node]));
    let version =
        (delivery != Delivery::AtMostOnce).then(|| Broken::somewhere(outcome::not_kept(&word)));
    version.into_iter().chain(sources).chain(sinks).collect()
}

fn has_source(draft: &Draft) -> Option<Broken> {
    let source = draft.nodes.iter().any(|node| node.kind == NodeKind::Source);
    (!source).then(|| Broken::somewhere(shape::no_source()))
}

fn unique_names(nodes: &[NodeDeclared]) -> Vec<Broken> {
    let mut first: HashMap<&str, &NodeDeclared> = HashMap::new();
    let mut broken = Vec::new();
    for node in nodes {
        if let Some(other) = first.insert(&node.name, node) {
            broken.push(Broken::at(shape::duplicate_name(&node.name), &[other, node]));
        }
    }
    broken
}

fn some_default(default: Option<Instances>) -> Option<Broken> {
    (default == Some(Instances::Exactly(0))).then(|| Broken::somewhere(shape::no_instances()))
}

fn some_instance(node: &NodeDeclared) -> Option<Broken> {
    (node.instances == Instances::Exactly(0)).then(|| Broken::at(shape::no_instances(), &[node]))
}

fn consumed(draft: &Draft) -> Vec<Broken> {
    // Where the variants are outputs nothing is left for the main one.
    let splits = |at: usize| {
        let variant = |port| matches!(port, Port::Variant(_));
        draft.sides.iter().any(|side| side.output.node == NodeId(at) && variant(side.output.port))
    };
    let consumed = |at: usize| is_used(draft, Endpoint::main(NodeId(at))) || splits(at);
    let loose = draft.nodes.iter().enumerate();
    let loose = loose.filter(|(at, node)| node.kind != NodeKind::Sink && !consumed(*at));
    loose.map(|(_, node)| Broken::at(shape::goes_nowhere(&node.name), &[node])).collect()
}

/// An output on which events can be lost is connected, or its user has said what becomes of them.
fn connected(draft: &Draft, side: &Side) -> Option<Broken> {
    if is_used(draft, side.output) || side.fate != Fate::Open {
        return None;
    }
    let node = node(draft, side.output.node)?;
    let sentence = match side.output.port {
        Port::Errors => outcome::errors_go_nowhere(&node.name, &side.carried.short_name()),
        Port::Late => outcome::late_goes_nowhere(&node.name),
        Port::Variant(name) => outcome::output_goes_nowhere(Some(&node.name), name),
        Port::Unmatched => outcome::unmatched_goes_nowhere(&node.name),
        Port::Main | Port::Overflow => return None,
    };
    Some(Broken::at(sentence, &[node]))
}

fn room(draft: &Draft) -> impl Iterator<Item = Broken> {
    let none = draft.edges.iter().filter(|edge| edge.buffer == Some(0) && !edge.leads_back());
    none.filter_map(|edge| Some(Broken::at(shape::no_capacity(), &[node(draft, edge.to)?])))
}
