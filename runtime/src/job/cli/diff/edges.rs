//! The edges of before, and the present ones.

use super::file::{EdgeLine, GraphFile};
use super::line::{DiffLine, Sign};
use super::nodes::Pairs;

/// What has changed in the edges.
pub(super) fn lines(pairs: &Pairs<'_>, old: &GraphFile, new: &GraphFile) -> Vec<DiffLine> {
    let mut before: Vec<(String, &EdgeLine)> =
        old.edges.iter().map(|edge| (pairs.edge_now(edge), edge)).collect();
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for is in &new.edges {
        let name = pairs.edge_now(is);
        match before.iter().position(|(was, _)| *was == name) {
            Some(at) => changed.extend(changes(&name, before.remove(at).1, is)),
            None => added.push(DiffLine::new(Sign::New, format!("`{name}` is new: {}", what(is)))),
        }
    }
    let gone =
        before.iter().map(|(name, _)| DiffLine::new(Sign::Gone, format!("`{name}` is gone")));
    gone.chain(added).chain(changed).collect()
}

/// What has changed in an edge that is in both.
fn changes(name: &str, was: &EdgeLine, is: &EdgeLine) -> Vec<DiffLine> {
    let mut lines = Vec::new();
    let mut changed =
        |text: String| lines.push(DiffLine::new(Sign::Changed, format!("`{name}` {text}")));
    if was.events != is.events {
        changed(format!("carries `{}`, and carried `{}`", is.events, was.events));
    }
    if was.grouping != is.grouping {
        changed(format!("is grouped {}, and was {}", quoted(is), quoted(was)));
    }
    if was.window != is.window {
        let windows = |edge: &EdgeLine| edge.window.clone().unwrap_or_else(|| "none".into());
        changed(format!("has the windows {}, and had {}", windows(is), windows(was)));
    }
    if was.policy != is.policy {
        let policy = |edge: &EdgeLine| edge.policy.clone().unwrap_or_else(|| "block".into());
        if policy(was) != policy(is) {
            changed(format!(
                "has the policy `{}` when full, and had `{}`",
                policy(is),
                policy(was)
            ));
        }
    }
    // Without a plan nothing is known of it.
    if let (Some(before), Some(now)) = (&was.how, &is.how) {
        let (now, why) = now.split_once(": ").unwrap_or((now, ""));
        let before = before.split_once(": ").map_or(before.as_str(), |(before, _)| before);
        if now != before {
            changed(format!("is a {now}, since {why}, and was a {before}"));
        }
    }
    if let (Some(before), Some(now)) = (was.capacity, is.capacity)
        && before != now
    {
        changed(format!("holds {now} events in each channel, and held {before}"));
    }
    lines
}

fn quoted(edge: &EdgeLine) -> String {
    format!("`{}`", edge.grouping)
}

/// What an edge is.
fn what(edge: &EdgeLine) -> String {
    let how = edge.how.as_deref().and_then(|how| how.split_once(": "));
    let how = how.map(|(how, _)| format!("a {how}, ")).unwrap_or_default();
    let capacity = edge.capacity.map(|events| format!(" of {events} events")).unwrap_or_default();
    let how = match how.strip_suffix(", ") {
        Some(how) => format!("{how}{capacity}, "),
        None => how,
    };
    format!("{how}{}, with `{}`", edge.grouping, edge.events)
}
