//! The reasons for a silence that lie in the node itself.

use super::because::SilenceReason;
use super::holder::{Holding, LONG_CALL, holding};
use crate::metrics::cause::cause::Cause;
use crate::metrics::cause::text::rounded;
use crate::metrics::{
    InstanceMetrics, LiveEdge, LiveInstance, LiveMetrics, LiveNode, PerSecond, Share,
};
use millstream_graph::shape::Kind;
use std::time::Duration;

/// A node is blocked if it waits for room for this share of the time.
const BLOCKED: f64 = 0.5;

/// All events are late, or errors, if this share of them is.
const NEARLY_ALL: f64 = 0.9;

/// A reason, and the node in which it lies.
pub(super) type Reasoned = (usize, SilenceReason);

/// The reason that lies in a node, or in who holds its watermark back; none if it receives nothing.
pub(super) fn own_reason(live: &LiveMetrics, at: usize) -> Option<Reasoned> {
    let node = live.nodes.get(at)?;
    let here = |reason| (at, reason);
    activity(node)
        .or_else(|| source(node))
        .or_else(|| blocked(live, at, node))
        .or_else(|| calls(node))
        .or_else(|| lost(live, at, node))
        .map(here)
        .or_else(|| window(live, at, node))
        .or_else(|| unmatched(live, at, node).or_else(|| filtered(live, at, node)).map(here))
}

fn activity(node: &LiveNode) -> Option<SilenceReason> {
    let rate = if node.ends() { node.received() } else { node.emitted() };
    if rate.0 > 0.0 {
        return Some(SilenceReason::Emits(rate));
    }
    let has_ended = node.instances.iter().all(|instance| instance.has_ended);
    (has_ended && !node.instances.is_empty()).then_some(SilenceReason::Ended)
}

fn source(node: &LiveNode) -> Option<SilenceReason> {
    let mut instances = node.instances.iter().filter(|one| !one.has_ended).peekable();
    if node.kind != Kind::Source || instances.peek().is_none() {
        return None;
    }
    if instances.clone().all(|instance| instance.counts.paused) {
        return Some(SilenceReason::Paused);
    }
    instances.all(|instance| instance.counts.held_now).then_some(SilenceReason::Ahead)
}

fn blocked(live: &LiveMetrics, at: usize, node: &LiveNode) -> Option<SilenceReason> {
    let shares = node.instances.iter().map(|instance| instance.phases.blocked);
    if Share::greatest(shares).0 < BLOCKED {
        return None;
    }
    let leaves = live.edges.iter().filter(|edge| edge.from == at);
    let waits = Share::greatest(leaves.map(|edge| edge.wait));
    Some(match node.limit.filter(|_| waits.0 < BLOCKED) {
        Some(rate) => SilenceReason::Held(rate),
        None => SilenceReason::Blocked(Box::new(Cause::of(live))),
    })
}

fn calls(node: &LiveNode) -> Option<SilenceReason> {
    let all = || node.instances.iter().filter_map(|instance| instance.calls);
    let oldest = all().filter_map(|calls| calls.oldest).max()?;
    let in_flight = all().map(|calls| calls.in_flight).sum();
    (oldest >= LONG_CALL).then_some(SilenceReason::Calls { in_flight, oldest })
}

/// Whether all events leave by another output.
fn lost(live: &LiveMetrics, at: usize, node: &LiveNode) -> Option<SilenceReason> {
    let total = |count: fn(&InstanceMetrics) -> u64| {
        node.instances.iter().map(|instance| count(&instance.counts)).sum::<u64>()
    };
    let (of, late, errors) = (received(live, at), total(|one| one.late), total(|one| one.errors));
    let is_all = |count: u64, output: &str| {
        let now = rate(live, at, output).0;
        let mostly_now = now > 0.0 && now >= NEARLY_ALL * rate_in(live, at);
        count > 0 && (mostly_now || rounded(count) >= NEARLY_ALL * rounded(of))
    };
    if is_all(late, "late") {
        return Some(SilenceReason::AllLate { late, of });
    }
    is_all(errors, "errors").then_some(SilenceReason::AllErrors { errors, of })
}

fn inputs(live: &LiveMetrics, at: usize) -> impl Iterator<Item = &LiveEdge> {
    live.edges.iter().filter(move |edge| edge.to == at)
}

/// How many events a node has received; a window counts its results by itself.
fn received(live: &LiveMetrics, at: usize) -> u64 {
    let counted = live.nodes.get(at).into_iter().flat_map(|node| &node.instances);
    let counted: u64 = counted.map(|instance| instance.counts.events_in).sum();
    counted.max(inputs(live, at).map(|edge| edge.events).sum())
}

/// The rate at which events reach a node.
pub(super) fn rate_in(live: &LiveMetrics, at: usize) -> f64 {
    let counted = live.nodes.get(at).map_or(0.0, |node| node.received().0);
    counted.max(inputs(live, at).map(|edge| edge.rate.0).sum())
}

/// The rate of an output of a node.
fn rate(live: &LiveMetrics, at: usize, output: &str) -> PerSecond {
    let rates = outputs(live, at, output).map(|edge| edge.rate.0);
    PerSecond(rates.fold(0.0, f64::max))
}

fn outputs<'a>(
    live: &'a LiveMetrics,
    at: usize,
    output: &'a str,
) -> impl Iterator<Item = &'a LiveEdge> {
    let is_meant = move |edge: &&LiveEdge| edge.output.as_deref() == Some(output);
    live.edges.iter().filter(move |edge| edge.from == at).filter(is_meant)
}

/// Whether a window is open, and what its watermark waits for; none if all inputs are idle, since
/// then no watermark follows, and what is missing are events.
fn window(live: &LiveMetrics, at: usize, node: &LiveNode) -> Option<Reasoned> {
    let waiting = node.instances.iter().filter(|one| !one.is_idle);
    let open = waiting.filter_map(|one| Some((one.next_window?, one)));
    let (next, instance) = open.min_by_key(|(next, _)| next.fires_at)?;
    let (until, watermark, windows) = (next.fires_at, instance.watermark, next.windows);
    let fires = (at, SilenceReason::Fires { at: until, watermark, windows });
    Some(match holding(live, instance) {
        Some(Holding::Calls { at, in_flight, oldest }) => {
            (at, SilenceReason::Calls { in_flight, oldest })
        }
        Some(Holding::Source { held_by, last_event, idle_in })
            if last_event.is_none_or(|since| since > recent(live)) =>
        {
            (at, SilenceReason::Waiting { until, watermark, held_by, last_event, idle_in })
        }
        _ => fires,
    })
}

/// What is not longer ago than this goes on.
fn recent(live: &LiveMetrics) -> Duration {
    live.window.max(Duration::from_secs(1)) * 2
}

fn has_input(live: &LiveMetrics, at: usize, node: &LiveNode) -> bool {
    let received = |one: &LiveInstance| one.since_received.is_some_and(|ago| ago <= recent(live));
    rate_in(live, at) > 0.0 || node.instances.iter().any(received)
}

/// Whether it is a join: a node with an output for events without a match.
fn unmatched(live: &LiveMetrics, at: usize, node: &LiveNode) -> Option<SilenceReason> {
    outputs(live, at, "unmatched").next()?;
    if !has_input(live, at, node) {
        return None;
    }
    let sides = || inputs(live, at);
    let emits = |from: usize| live.nodes.get(from).is_some_and(|node| node.emitted().0 > 0.0);
    let silent = sides().find(|side| side.rate.0 == 0.0 && !emits(side.from));
    let is_silent = sides().any(|side| side.rate.0 > 0.0 || emits(side.from));
    let side = silent.filter(|_| is_silent).map(|side| side.from);
    let unmatched = outputs(live, at, "unmatched").map(|edge| edge.events).sum();
    Some(SilenceReason::NoMatch { side, unmatched })
}

fn filtered(live: &LiveMetrics, at: usize, node: &LiveNode) -> Option<SilenceReason> {
    let received = received(live, at);
    if node.instances.iter().any(|one| one.next_window.is_some()) {
        return None;
    }
    let transforms = matches!(node.kind, Kind::Operator | Kind::Awaiting);
    let filters = transforms && has_input(live, at, node);
    filters.then_some(SilenceReason::Filtered { received })
}
