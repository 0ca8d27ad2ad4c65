//! The rules of a topology, checked on the declaration; all that are broken are told at once.

use super::draft::{Draft, Naming};
use super::{Delivery, EdgeDeclared, Endpoint, Instances, NodeDeclared, NodeKind, Port};
use crate::channel::Overflow;
use std::collections::HashMap;

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

/// The sentence of every rule that is broken.
pub(super) fn broken(draft: &Draft) -> Vec<String> {
    let mut broken = draft.broken.clone();
    broken.extend(kept_delivery(draft.delivery));
    broken.extend(has_source(draft));
    broken.extend(unique_names(&draft.nodes));
    broken.extend(some_default(draft.default_instances));
    broken.extend(draft.nodes.iter().filter_map(some_instance));
    broken.extend(consumed(draft));
    broken.extend(draft.edges.iter().filter(|edge| edge.buffer == Some(0)).map(|edge| {
        let to = draft.nodes.get(edge.to.0).map_or("?", |node| &node.name);
        format!("the edge to `{to}` has a buffer of 0 events; write `buffer(n)` with n ≥ 1")
    }));
    broken.extend(draft.edges.iter().filter_map(|edge| some_sample(draft, edge)));
    broken.extend(draft.edges.iter().filter_map(|edge| source_of_overflow(draft, edge)));
    broken
}

fn some_sample(draft: &Draft, edge: &EdgeDeclared) -> Option<String> {
    let to = draft.nodes.get(edge.to.0).map_or("?", |node| &node.name);
    (edge.overflow == Some(Overflow::Sample(0))).then(|| {
        format!("the edge to `{to}` keeps one event in 0; write `overflow(sample(n))` with n ≥ 1")
    })
}

fn source_of_overflow(draft: &Draft, edge: &EdgeDeclared) -> Option<String> {
    let Endpoint { node, port: Port::Overflow } = edge.from else {
        return None;
    };
    let declared = draft.edges.iter().any(|edge| edge.to == node && edge.overflow.is_some());
    let name = draft.nodes.get(node.0).map_or("?", |node| &node.name);
    (!declared).then(|| {
        format!(
            "nothing comes from `{name}.overflow`, since no edge into `{name}` drops events; \
             write `overflow(…)` before `{name}`, or leave `{name}.overflow` out"
        )
    })
}

fn kept_delivery(delivery: Delivery) -> Option<String> {
    (delivery != Delivery::AtMostOnce).then(|| {
        format!(
            "`{delivery}` is not kept by this version, which takes no checkpoints; \
             declare `at_most_once`"
        )
    })
}

fn has_source(draft: &Draft) -> Option<String> {
    let source = draft.nodes.iter().any(|node| node.kind == NodeKind::Source);
    (!source).then(|| "there is no source; begin with `source(…)`".into())
}

fn at(node: &NodeDeclared) -> String {
    format!("{}:{}", node.location.file(), node.location.line())
}

fn unique_names(nodes: &[NodeDeclared]) -> Vec<String> {
    let mut first: HashMap<&str, &NodeDeclared> = HashMap::new();
    let mut broken = Vec::new();
    for node in nodes {
        if let Some(other) = first.insert(&node.name, node) {
            broken.push(format!(
                "two nodes are named `{}` ({} and {}); name one of them: `name = … >> {}`",
                node.name,
                at(other),
                at(node),
                node.name,
            ));
        }
    }
    broken
}

fn some_default(default: Option<Instances>) -> Option<String> {
    (default == Some(Instances::Exactly(0)))
        .then(|| "the job has 0 instances; write `.instances(1)` or more".into())
}

fn some_instance(node: &NodeDeclared) -> Option<String> {
    (node.instances == Instances::Exactly(0))
        .then(|| format!("`{}` ({}) has 0 instances; write `* 1` or more", node.name, at(node)))
}

fn consumed(draft: &Draft) -> Vec<String> {
    let consumed = |at: usize| {
        let uses = |edge: &&EdgeDeclared| edge.from.node.0 == at && edge.from.port == Port::Main;
        draft.edges.iter().find(uses).is_some()
    };
    let loose = draft.nodes.iter().enumerate();
    let loose = loose.filter(|(at, node)| node.kind != NodeKind::Sink && !consumed(*at));
    loose
        .map(|(_, node)| {
            let (name, at) = (&node.name, at(node));
            format!(
                "the stream `{name}` ({at}) goes nowhere; \
                 end it: `{name} >> sink(…)` or `{name} >> ignore`"
            )
        })
        .collect()
}
