//! The nodes as a table: what `top` shows.

use super::ending::waits_for;
use super::figures::{emitted, lag, received, total};
use super::lines::state;
use super::text::{columns, counted, cut, padded};
use crate::metrics::{Cause, LiveMetrics, Share, grouped};
use millstream_graph::shape::Kind;

/// The columns of the table.
const COLUMNS: usize = 12;

/// The widest name of a node that is not cut.
const NAME: usize = 28;

/// The lines around the rows: state, heading, sentence.
const AROUND: usize = 3;

type NodeRow = [String; COLUMNS];

/// The state, a row per node, and the sentence, in at most `width` columns and `height` lines.
pub(super) fn table(
    live: &LiveMetrics,
    limit: &Cause,
    (width, height): (usize, usize),
) -> Vec<String> {
    let nodes = 0..live.nodes.len();
    let rows: Vec<NodeRow> = nodes.filter_map(|at| row(live, at, limit.node)).collect();
    let room = height.saturating_sub(AROUND);
    // Where not all fit, a line says how many are missing.
    let shown = if rows.len() <= room { rows.len() } else { room.saturating_sub(1) };
    let heading = heading(live);
    let widths = widths(&heading, &rows);
    let mut lines = vec![state(live)];
    let rows_shown = std::iter::once(&heading).chain(rows.iter().take(shown));
    lines.extend(rows_shown.map(|row| aligned(row, &widths)));
    if shown < rows.len() {
        lines.push(format!("… {}", counted((rows.len() - shown) as u64, "more node")));
    }
    lines.push(waits_for(live).unwrap_or_else(|| limit.to_string()));
    lines.iter().take(height).map(|line| cut(line, width)).collect()
}

fn heading(live: &LiveMetrics) -> NodeRow {
    let per = if live.state.has_ended() { "" } else { "/s" };
    let names = ["busy", "await", "block", "idle", "fill", "lag", "late", "dropped"];
    let [busy, awaiting, blocked, idle, fill, lag, late, dropped] = names.map(str::to_owned);
    let node = "  node".to_owned();
    let (into, out) = (format!("in{per}"), format!("out{per}"));
    [node, "×".into(), into, out, busy, awaiting, blocked, idle, fill, lag, late, dropped]
}

fn row(live: &LiveMetrics, at: usize, limit: Option<usize>) -> Option<NodeRow> {
    let node = live.nodes.get(at)?;
    let name = format!("{} {}", if limit == Some(at) { '▶' } else { ' ' }, node.name);
    let [busy, awaiting, blocked, idle] =
        node.busiest().map_or([const { String::new() }; 4], |of| {
            [of.busy, of.awaiting, of.blocked, of.idle].map(percent)
        });
    let nothing = || "-".to_owned();
    let out = if node.ends() { nothing() } else { emitted(live, node) };
    let received = if node.kind == Kind::Source { nothing() } else { received(live, node) };
    let late = some(total(node, |counts| counts.late));
    let dropped = some(total(node, |counts| counts.dropped + counts.overflow));
    let lag = lag(live, std::slice::from_ref(node)).unwrap_or_else(nothing);
    let instances = node.instances.len().to_string();
    let fill = fill(live, at).map_or_else(nothing, percent);
    Some([name, instances, received, out, busy, awaiting, blocked, idle, fill, lag, late, dropped])
}

/// How full the fullest channel into a node is.
fn fill(live: &LiveMetrics, to: usize) -> Option<Share> {
    let channels = live.edges.iter().filter(|edge| edge.to == to && edge.is_channel);
    channels.map(|edge| edge.fill).max_by(|a, b| a.0.total_cmp(&b.0))
}

fn percent(share: Share) -> String {
    format!("{:.0}%", share.0 * 100.0)
}

/// A count, if there is any.
fn some(count: u64) -> String {
    if count == 0 { "-".into() } else { grouped(count) }
}

fn widths(heading: &NodeRow, rows: &[NodeRow]) -> Vec<usize> {
    let of_column = |at: usize| {
        let cells = std::iter::once(heading).chain(rows).filter_map(|row| row.get(at));
        let widest = cells.map(|cell| columns(cell)).max().unwrap_or(0);
        if at == 0 { widest.min(NAME) } else { widest }
    };
    (0..COLUMNS).map(of_column).collect()
}

/// A row as a line: the name at the left, numbers at the right of their columns.
fn aligned(row: &NodeRow, widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).enumerate();
    let cells = cells.map(|(at, (cell, width))| padded(cell, *width, at > 0));
    cells.collect::<Vec<_>>().join("  ")
}
