//! The rules of a topology, checked on its declaration. All broken rules are reported together, in
//! the words of `topology!`.

use super::declaration::{Declaration, UnconnectedLate};
use super::node::{IfUnconnected, Naming, OutputDeclared};
use super::{
    Bytes, Chance, EdgeDeclared, EdgeGrouping, Endpoint, Instances, NodeDeclared, NodeId, NodeKind,
    OutputKind,
};
use crate::channel::Overflow;
use crate::error::{Error, ErrorKind, Result};
use crate::operator::MOST_IN_FLIGHT;
use millstream_graph::sentence::shape::MOST_INSTANCES;
use millstream_graph::sentence::{Sentence, calls, feedback, outcome, rates, shape};
use std::collections::HashMap;
use std::fmt;

/// A broken rule, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    sentence: Sentence,
    places: Vec<String>,
}

impl Broken {
    /// The code of the rule.
    pub(crate) fn code(&self) -> &'static str {
        self.sentence.code
    }

    /// A rule about the topology as a whole.
    fn somewhere(sentence: Sentence) -> Self {
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

/// Makes the names of nodes unique that the user has not named.
pub(crate) fn name_nodes(declaration: &mut Declaration) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let is_fixed = |node: &NodeDeclared| matches!(node.naming, Naming::Given | Naming::Operator);
    for node in declaration.nodes.iter().filter(|node| is_fixed(node)) {
        *taken.entry(node.name.clone()).or_default() += 1;
    }
    for node in declaration.nodes.iter_mut().filter(|node| !is_fixed(node)) {
        let uses = taken.entry(node.name.clone()).or_default();
        *uses += 1;
        if *uses > 1 {
            node.name = format!("{}_{uses}", node.name);
            node.naming = Naming::Engine;
        }
    }
}

impl Declaration {
    /// Checks all rules.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if a rule is broken; the message lists every broken rule.
    pub fn check(&self) -> Result<()> {
        self.unless_broken(&self.broken_rules())
    }

    /// All broken rules.
    pub(crate) fn broken_rules(&self) -> Vec<Broken> {
        broken(self)
    }

    /// The error of broken rules, if there are any.
    pub(crate) fn unless_broken(&self, broken: &[Broken]) -> Result<()> {
        if broken.is_empty() { Ok(()) } else { Err(self.refused(broken)) }
    }

    /// The error of a topology that cannot run.
    fn refused(&self, broken: &[Broken]) -> Error {
        let list: String = broken.iter().map(ToString::to_string).collect();
        let message = format!("topology `{}` cannot run:{list}", self.name);
        Error::new(ErrorKind::Topology, message)
    }

    /// Each instance downstream of `by` owns a group of keys, with the instances that the plan has
    /// counted.
    pub(crate) fn few_key_groups(&self, instances: impl Fn(NodeId) -> usize) -> Vec<Broken> {
        let groups = self.key_groups().count();
        let keyed = self.edges.iter().filter(|edge| edge.grouping == EdgeGrouping::Fields);
        let broken = keyed.filter(|edge| instances(edge.to) > groups).filter_map(|edge| {
            let count = instances(edge.to) as u64;
            let sentence = shape::too_few_key_groups(count, groups as u64);
            Some(Broken::at(sentence, &[node(self, edge.to)?]))
        });
        broken.collect()
    }
}

impl Broken {
    /// Buffers that exceed the limit.
    pub(crate) fn over_budget(needed: Bytes, budget: Bytes, largest: &str) -> Self {
        let (needed, budget) = (needed.to_string(), budget.to_string());
        Self::somewhere(outcome::over_budget(&needed, &budget, largest))
    }

    /// More channels than a job may have.
    pub(crate) fn too_many_channels(channels: u64, largest: &str) -> Self {
        Self::somewhere(shape::too_many_channels(channels, largest))
    }
}

/// All broken rules.
fn broken(declaration: &Declaration) -> Vec<Broken> {
    let mut broken: Vec<Broken> =
        declaration.broken.iter().cloned().map(Broken::somewhere).collect();
    broken.extend(delivery(declaration));
    broken.extend(by_chance(declaration));
    broken.extend(has_source(declaration));
    broken.extend(unique_names(&declaration.nodes));
    broken.extend(some_default(declaration.default_instances));
    broken.extend(declaration.nodes.iter().filter_map(some_instance));
    broken.extend(declaration.nodes.iter().filter_map(some_calls));
    broken.extend(consumed(declaration));
    broken.extend(connected(declaration));
    broken.extend(room(declaration));
    broken.extend(declaration.nodes.iter().enumerate().flat_map(|at| looped(declaration, at)));
    broken.extend(declaration.edges.iter().filter_map(|edge| some_sample(declaration, edge)));
    broken.extend(declaration.edges.iter().filter_map(|edge| enough_key_groups(declaration, edge)));
    broken.extend(declaration.edges.iter().filter_map(|edge| sheds_once(declaration, edge)));
    broken.extend(
        declaration.edges.iter().filter_map(|edge| overflow_goes_somewhere(declaration, edge)),
    );
    broken.extend(
        declaration
            .edges
            .iter()
            .filter_map(|edge| overflow_comes_from_somewhere(declaration, edge)),
    );
    broken
}

fn some_sample(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Broken> {
    let none = !edge.leads_back() && edge.overflow == Some(Overflow::Sample(0));
    none.then(|| node(declaration, edge.to))
        .flatten()
        .map(|to| Broken::at(shape::empty_sample(), &[to]))
}

/// Dropped events are an output of the node downstream of the edge. Sinks and loops have no such
/// output and only count them.
fn overflow_goes_somewhere(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Broken> {
    let to = node(declaration, edge.to)?;
    let drops = drops(edge) || to.sheds();
    let output = Endpoint::overflow(edge.to);
    let counts = to.kind.is_sink() || to.kind.is_feedback();
    let open = drops && !counts && !is_used(declaration, output);
    open.then(|| Broken::at(outcome::overflow_goes_nowhere(&to.name), &[to]))
}

fn overflow_comes_from_somewhere(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Broken> {
    let Endpoint { node: at, port: OutputKind::Overflow } = edge.from else {
        return None;
    };
    let into = |edge: &EdgeDeclared| edge.to == at && edge.overflow.is_some();
    let from = node(declaration, at)?;
    let declared = from.sheds() || declaration.edges.iter().any(into);
    (!declared).then(|| Broken::at(outcome::nothing_overflows(&from.name), &[from]))
}

/// Whether an edge may drop events.
fn drops(edge: &EdgeDeclared) -> bool {
    edge.overflow.is_some_and(|policy| policy != Overflow::Block)
}

/// What an edge drops and what its node sheds would be one output. An edge that blocks has that
/// output too, and nothing in it.
fn sheds_once(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Broken> {
    let to = node(declaration, edge.to)?;
    let twice = to.sheds() && edge.overflow.is_some();
    twice.then(|| Broken::at(rates::sheds_twice(&to.name), &[to]))
}

fn is_used(declaration: &Declaration, output: Endpoint) -> bool {
    declaration.edges.iter().any(|edge| edge.from == output)
}

fn node(declaration: &Declaration, id: NodeId) -> Option<&NodeDeclared> {
    declaration.nodes.get(id.0)
}

/// The sources and the sinks support the delivery guarantee.
fn delivery(declaration: &Declaration) -> Vec<Broken> {
    let delivery = declaration.delivery;
    let word = delivery.to_string();
    let kept = |node: &NodeDeclared| match node.kind {
        NodeKind::Source(kind) if !delivery.takes_source(kind) => {
            Some(Broken::at(outcome::source_cannot_replay(&word, &node.name), &[node]))
        }
        NodeKind::Sink(kind) if !delivery.takes_sink(kind) && node.weakened.is_none() => {
            Some(Broken::at(outcome::sink_repeats(&word, &node.name), &[node]))
        }
        _ => None,
    };
    let (sinks, sources): (Vec<_>, Vec<_>) =
        declaration.nodes.iter().partition(|node| node.kind.is_sink());
    sources.into_iter().chain(sinks).filter_map(kept).collect()
}

/// The rows of idempotent sinks follow from the input alone.
fn by_chance(declaration: &Declaration) -> Vec<Broken> {
    let delivery = declaration.delivery.to_string();
    let broken = |(sink, node, chance): (&NodeDeclared, &NodeDeclared, Chance)| {
        let (what, remedy) = (chance.to_string(), chance.remedy(&node.name));
        let sentence = outcome::sink_by_chance(&delivery, &sink.name, (&node.name, &what), &remedy);
        Broken::at(sentence, &[sink, node])
    };
    declaration.sinks_by_chance().into_iter().map(broken).collect()
}

/// A loop has a policy that drops, has room for an event, and is fed.
fn looped(declaration: &Declaration, (at, node): (usize, &NodeDeclared)) -> Vec<Broken> {
    let NodeKind::LoopHead { capacity, policy } = node.kind else {
        return Vec::new();
    };
    let waits = match policy {
        Overflow::Block => Some("block"),
        Overflow::Sample(_) => Some("sample"),
        Overflow::DropNewest | Overflow::DropOldest => None,
    };
    let back = |edge: &EdgeDeclared| edge.to == NodeId(at) && edge.leads_back();
    let broken = [
        waits.map(feedback::waits),
        (capacity == 0).then(feedback::no_capacity),
        (!declaration.edges.iter().any(back)).then(|| feedback::nothing_comes(&node.name)),
    ];
    broken.into_iter().flatten().map(|sentence| Broken::at(sentence, &[node])).collect()
}

fn has_source(declaration: &Declaration) -> Option<Broken> {
    let source = declaration.nodes.iter().any(|node| matches!(node.kind, NodeKind::Source(_)));
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
    default.and_then(number_of_instances).map(Broken::somewhere)
}

fn some_instance(node: &NodeDeclared) -> Option<Broken> {
    number_of_instances(node.instances).map(|sentence| Broken::at(sentence, &[node]))
}

fn number_of_instances(instances: Instances) -> Option<Sentence> {
    match instances {
        Instances::Exactly(0) => Some(shape::no_instances()),
        Instances::Exactly(n) if n as u64 > MOST_INSTANCES => {
            Some(shape::too_many_instances(n as u64))
        }
        _ => None,
    }
}

/// An operator that awaits may make a call, and not too many at once.
fn some_calls(node: &NodeDeclared) -> Option<Broken> {
    let wrong = node.in_flight.is_some_and(|calls| !(1..=MOST_IN_FLIGHT).contains(&calls));
    wrong.then(|| Broken::at(calls::number_of_calls(), &[node]))
}

/// Every instance downstream of `by` owns a group of keys.
fn enough_key_groups(declaration: &Declaration, edge: &EdgeDeclared) -> Option<Broken> {
    let groups = declaration.key_groups().count();
    let to = node(declaration, edge.to)?;
    match to.instances {
        Instances::Exactly(n) if edge.grouping == EdgeGrouping::Fields && n > groups => {
            Some(Broken::at(shape::too_few_key_groups(n as u64, groups as u64), &[to]))
        }
        _ => None,
    }
}

fn consumed(declaration: &Declaration) -> Vec<Broken> {
    // A node whose variants are outputs emits nothing on its main output.
    let splits = |node: &NodeDeclared| {
        node.outputs.iter().any(|output| matches!(output.port, OutputKind::Variant(_)))
    };
    let loose = declaration.nodes.iter().enumerate().filter(|(at, node)| {
        let used = is_used(declaration, Endpoint::main(NodeId(*at)));
        !node.kind.is_sink() && !used && !splits(node)
    });
    loose.map(|(_, node)| Broken::at(shape::goes_nowhere(&node.name), &[node])).collect()
}

/// Every output on which events could be lost is connected, or its user has declared what happens
/// to them.
fn connected(declaration: &Declaration) -> Vec<Broken> {
    let mut outputs: Vec<(usize, &NodeDeclared, &OutputDeclared)> = Vec::new();
    for (at, node) in declaration.nodes.iter().enumerate() {
        outputs.extend(node.outputs.iter().map(|output| (at, node, output)));
    }
    let dropped = |port| port == OutputKind::Late && declaration.late == UnconnectedLate::Dropped;
    let open = outputs.into_iter().filter(|(at, _, output)| {
        let endpoint = Endpoint { node: NodeId(*at), port: output.port };
        !dropped(output.port)
            && output.unconnected == IfUnconnected::Refused
            && !is_used(declaration, endpoint)
    });
    open.filter_map(|(_, node, output)| goes_nowhere(node, output)).collect()
}

fn goes_nowhere(node: &NodeDeclared, output: &OutputDeclared) -> Option<Broken> {
    let sentence = match output.port {
        OutputKind::Errors => outcome::errors_go_nowhere(&node.name, &output.carried.short_name()),
        OutputKind::Late => outcome::late_goes_nowhere(&node.name),
        OutputKind::Variant(name) => outcome::output_goes_nowhere(Some(&node.name), name),
        OutputKind::Unmatched => outcome::unmatched_goes_nowhere(&node.name),
        OutputKind::Main | OutputKind::Overflow => return None,
    };
    Some(Broken::at(sentence, &[node]))
}

fn room(declaration: &Declaration) -> impl Iterator<Item = Broken> {
    let none = declaration.edges.iter().filter(|edge| edge.buffer == Some(0) && !edge.leads_back());
    none.filter_map(|edge| Some(Broken::at(shape::no_capacity(), &[node(declaration, edge.to)?])))
}
