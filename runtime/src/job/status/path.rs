//! The path of most events through the limiting node, with the rate at each node.

use super::figures::received;
use super::text::{clean, columns, cut};
use crate::metrics::{LiveEdge, LiveMetrics};
use millstream_graph::shape::Kind;

const ARROW: &str = " → ";
const MORE: &str = "…";

/// The path through a node, or from the source with the highest rate, in at most `width` columns:
/// what does not fit is left out at the ends.
pub(super) fn path(live: &LiveMetrics, limit: Option<usize>, width: usize) -> String {
    let Some(through) = limit.or_else(|| busiest_source(live)) else {
        return String::new();
    };
    let nodes = nodes_through(live, through);
    let shown = |at: &usize| {
        let node = live.nodes.get(*at)?;
        let mark = if Some(*at) == limit { " (limit)" } else { "" };
        Some(clean(&format!("{} {}{mark}", node.name, received(live, node))))
    };
    let texts: Vec<String> = nodes.iter().filter_map(shown).collect();
    let center = nodes.iter().position(|node| *node == through).unwrap_or(0);
    fitted(&texts, center, width)
}

fn busiest_source(live: &LiveMetrics) -> Option<usize> {
    let sources = live.nodes.iter().enumerate().filter(|(_, node)| node.kind == Kind::Source);
    let busiest = sources.max_by(|a, b| a.1.emitted().0.total_cmp(&b.1.emitted().0));
    busiest.map(|(at, _)| at)
}

/// The nodes up to a source and down to a sink: upstream along the fullest edges, downstream along
/// the ones with most events, and each node once.
fn nodes_through(live: &LiveMetrics, through: usize) -> Vec<usize> {
    let mut nodes = vec![through];
    let fullest = |edge: &&LiveEdge| (edge.fill.0, edge.rate.0);
    while let Some(edge) = best(live, fullest, |edge| Some(&edge.to) == nodes.first(), &nodes) {
        nodes.insert(0, edge.from);
    }
    let most = |edge: &&LiveEdge| (f64::from(u8::from(edge.output.is_none())), edge.rate.0);
    while let Some(edge) = best(live, most, |edge| Some(&edge.from) == nodes.last(), &nodes) {
        nodes.push(edge.to);
    }
    nodes
}

/// The best of the edges that lead to a node which is not in the path yet.
fn best<'a>(
    live: &'a LiveMetrics,
    by: impl Fn(&&LiveEdge) -> (f64, f64),
    leads: impl Fn(&LiveEdge) -> bool,
    known: &[usize],
) -> Option<&'a LiveEdge> {
    let is_new = |at: &usize| {
        let node = live.nodes.get(*at);
        known.contains(at) || node.is_some_and(|node| node.kind != Kind::Ignored)
    };
    let leads = |edge: &&LiveEdge| {
        let both = known.contains(&edge.from) && known.contains(&edge.to);
        leads(edge) && !both && is_new(&edge.from) && is_new(&edge.to)
    };
    let edges = live.edges.iter().filter(leads);
    edges.max_by(|a, b| {
        let (a, b) = (by(a), by(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

/// As many of the texts around the one at `center` as fit, in their order.
fn fitted(texts: &[String], center: usize, width: usize) -> String {
    let (mut from, mut to) = (center, center + 1);
    loop {
        let wider = [(from, to + 1), (from.wrapping_sub(1), to)];
        let fits = |&(from, to): &(usize, usize)| {
            joined(texts, from, to).is_some_and(|text| columns(&text) <= width)
        };
        let Some(wider) = wider.into_iter().find(fits) else { break };
        (from, to) = wider;
    }
    cut(&joined(texts, from, to).unwrap_or_default(), width)
}

/// A part of the texts, with an ellipsis at each end that is left out; none if there is no such
/// part.
fn joined(texts: &[String], from: usize, to: usize) -> Option<String> {
    let mut shown: Vec<&str> = texts.get(from..to)?.iter().map(String::as_str).collect();
    if from > 0 {
        shown.insert(0, MORE);
    }
    if to < texts.len() {
        shown.push(MORE);
    }
    Some(shown.join(ARROW))
}
