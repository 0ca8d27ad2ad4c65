//! The three lines: state and rates, the path of rates, the sentence.

use super::ending::waits_for;
use super::figures::{all_in, all_out, lag, total};
use super::path::path;
use super::text::{brief, counted, cut};
use crate::metrics::{Cause, InstanceMetrics, LiveMetrics, grouped};

/// The lines, each in at most `width` columns.
pub(super) fn lines(live: &LiveMetrics, limit: &Cause, width: usize) -> [String; 3] {
    let sentence = waits_for(live).unwrap_or_else(|| limit.to_string());
    [cut(&state(live), width), path(live, limit.node, width), cut(&sentence, width)]
}

/// The state of the job and its figures, the most important first.
pub(super) fn state(live: &LiveMetrics) -> String {
    let since = if live.state.has_ended() { "after " } else { "" };
    let mut figures = vec![
        live.job.clone(),
        format!("{} {since}{}", live.state, brief(live.uptime)),
        format!("in {}", all_in(live)),
        format!("out {}", all_out(live)),
    ];
    figures.extend(lag(live, &live.nodes).map(|lag| format!("lag {lag}")));
    figures.extend(losses(live));
    if let Some(checkpoints) = &live.checkpoints {
        let age = checkpoints.last.map(|last| format!("checkpoint {} ago", brief(last.age)));
        figures.push(age.unwrap_or_else(|| "no checkpoint yet".into()));
        let restarts = checkpoints.restarts;
        figures.extend((restarts > 0).then(|| counted(restarts, "restart")));
    }
    figures.join(" · ")
}

/// What is lost, and its count.
type LossCount = (&'static str, fn(&InstanceMetrics) -> u64);

/// What all nodes have not processed, if anything.
fn losses(live: &LiveMetrics) -> impl Iterator<Item = String> {
    const KINDS: [LossCount; 4] = [
        ("late", |counts| counts.late),
        ("dropped", |counts| counts.dropped),
        ("without room", |counts| counts.overflow),
        ("errors", |counts| counts.errors),
    ];
    KINDS.into_iter().filter_map(|(name, count)| {
        let events: u64 = live.nodes.iter().map(|node| total(node, count)).sum();
        (events > 0).then(|| format!("{} {name}", grouped(events)))
    })
}
