//! The memory of the buffers.

use super::edge::{Buffer, PlannedEdge};
use super::node::PlannedNode;
use super::sizes::Sizes;
use crate::topology::{Bytes, Declaration, EdgeDeclared, EdgeGrouping};

/// The buffer of an edge, if it is a channel.
pub(super) fn buffer(
    declared: &EdgeDeclared,
    edge: &PlannedEdge,
    nodes: &[PlannedNode],
    sizes: Sizes,
) -> Option<Buffer> {
    if edge.reason.is_call() {
        return None;
    }
    let instances = |at: usize| nodes.get(at).map_or(1, |node| node.instances);
    let (from, to) = (instances(edge.from.node.0), instances(edge.to.0));
    let pairwise = edge.grouping == EdgeGrouping::Forward && from == to;
    let channels = if pairwise { from } else { from * to };
    let events = sizes.channel(declared.buffer, declared.events.size).events();
    let bytes = [channels, events, declared.events.size]
        .into_iter()
        .map(|factor| u64::try_from(factor).unwrap_or(u64::MAX))
        .fold(1, u64::saturating_mul);
    Some(Buffer { channels, events, bytes: Bytes(bytes) })
}

/// The memory of all buffers when full.
pub(super) fn total(edges: &[PlannedEdge]) -> Bytes {
    let bytes = edges.iter().filter_map(|edge| edge.buffer).map(|buffer| buffer.bytes.0);
    Bytes(bytes.fold(0, u64::saturating_add))
}

/// The number of channels of all edges.
pub(super) fn channels(edges: &[PlannedEdge]) -> u64 {
    edges.iter().filter_map(|edge| edge.buffer).map(|buffer| buffer.channels as u64).sum()
}

/// The edge with the most channels, for an error message.
pub(super) fn most_channels(declaration: &Declaration, edges: &[PlannedEdge]) -> String {
    let buffered = edges.iter().filter_map(|edge| Some((edge, edge.buffer?.channels)));
    let Some((edge, channels)) = buffered.max_by_key(|(_, channels)| *channels) else {
        return "none".to_owned();
    };
    let (from, to) = (declaration.name_of(edge.from.node), declaration.name_of(edge.to));
    format!("`{from} >> {to}` has {channels}")
}

/// The edge with the largest buffer, for an error message.
pub(super) fn largest(declaration: &Declaration, edges: &[PlannedEdge]) -> String {
    let buffered = edges.iter().filter_map(|edge| Some((edge, edge.buffer?)));
    let Some((edge, buffer)) = buffered.max_by_key(|(_, buffer)| buffer.bytes) else {
        return "none".to_owned();
    };
    let (from, to) = (declaration.name_of(edge.from.node), declaration.name_of(edge.to));
    let Buffer { channels, events, bytes } = buffer;
    format!("`{from} >> {to}` with {bytes} ({channels} × {events} events)")
}
