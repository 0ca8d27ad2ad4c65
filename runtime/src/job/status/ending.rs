//! What a job that is to end waits for.

use super::text::counted;
use crate::metrics::{JobState, LiveMetrics};
use std::cmp::Reverse;

/// The places that are named; the others are counted.
const NAMED: usize = 3;

/// What a job that drains or suspends waits for, in a sentence; none for any other.
pub(super) fn waits_for(live: &LiveMetrics) -> Option<String> {
    let doing = match live.state {
        JobState::Draining => "draining",
        JobState::Suspending => "suspending",
        _ => return None,
    };
    let mut places: Vec<(u64, String)> = buffered(live).chain(calls(live)).collect();
    places.sort_by_key(|(events, _)| Reverse(*events));
    let more = places.len().saturating_sub(NAMED);
    let mut shown: Vec<String> = places.into_iter().take(NAMED).map(|(_, text)| text).collect();
    if more > 0 {
        shown.push(format!("{} more", counted(more as u64, "place")));
    }
    if shown.is_empty() {
        shown.push(match live.state {
            JobState::Suspending => "the last checkpoint".into(),
            _ => "the last events".into(),
        });
    }
    Some(format!("{doing}: {}; Ctrl-C again aborts", shown.join(", ")))
}

/// The events in the channels into each node.
fn buffered(live: &LiveMetrics) -> impl Iterator<Item = (u64, String)> {
    live.nodes.iter().enumerate().filter_map(|(at, node)| {
        let into = live.edges.iter().filter(|edge| edge.to == at);
        let events: u64 = into.map(|edge| edge.buffered).sum();
        (events > 0).then(|| (events, format!("{} for `{}`", counted(events, "event"), node.name)))
    })
}

/// The calls of each node, with the events that wait for theirs.
fn calls(live: &LiveMetrics) -> impl Iterator<Item = (u64, String)> {
    live.nodes.iter().filter_map(|node| {
        let calls = node.instances.iter().filter_map(|one| one.calls);
        let calls: u64 = calls.map(|calls| calls.in_flight + calls.waiting).sum();
        (calls > 0).then(|| (calls, format!("{} of `{}`", counted(calls, "call"), node.name)))
    })
}
