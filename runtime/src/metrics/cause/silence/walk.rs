//! The way upstream from a silent node to the reason.

use super::because::SilenceReason;
use super::own::{Reasoned, own_reason};
use crate::metrics::{LiveEdge, LiveMetrics, LiveNode};
use std::time::Duration;

/// Finds why a node is silent, and the node in which the reason lies.
pub(super) fn walk(live: &LiveMetrics, node: usize) -> Reasoned {
    look(live, node, &mut Vec::new())
}

fn look(live: &LiveMetrics, at: usize, visited: &mut Vec<usize>) -> Reasoned {
    visited.push(at);
    if let Some(found) = own_reason(live, at) {
        return found;
    }
    let mut found: Vec<Reasoned> = Vec::new();
    for (place, edge) in live.edges.iter().enumerate().filter(|(_, edge)| edge.to == at) {
        if visited.contains(&edge.from) {
            continue;
        }
        found.push(match look(live, edge.from, visited) {
            // It emits, but nothing by this edge.
            (_, SilenceReason::Emits(_)) => (at, no_input(live, at, Some((place, edge)))),
            upstream => upstream,
        });
    }
    let specific = found.iter().position(|(_, reason)| is_specific(reason));
    match specific.map(|at| found.swap_remove(at)) {
        Some(reason) => reason,
        None => last(found).unwrap_or_else(|| (at, no_input(live, at, None))),
    }
}

/// Whether a reason says more than that there are no events.
fn is_specific(reason: &SilenceReason) -> bool {
    !matches!(reason, SilenceReason::NoInput { .. } | SilenceReason::Ended)
}

/// The input that had events last; one that has ended only if all have.
fn last(found: Vec<Reasoned>) -> Option<Reasoned> {
    found.into_iter().min_by_key(|(_, reason)| match reason {
        SilenceReason::NoInput { since, .. } => (false, since.unwrap_or(Duration::MAX)),
        _ => (true, Duration::MAX),
    })
}

fn no_input(live: &LiveMetrics, at: usize, edge: Option<(usize, &LiveEdge)>) -> SilenceReason {
    let instances = live.nodes.get(at).map(|node: &LiveNode| node.instances.as_slice());
    let since = instances.unwrap_or_default().iter().filter_map(|one| one.since_received).min();
    SilenceReason::NoInput { since, edge: edge.map(|(place, _)| place) }
}
