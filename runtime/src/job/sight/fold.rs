//! From totals at two moments to what the job has done in between.

use super::clocks::SeenTime;
use super::{Fills, JobReading, Sight};
use crate::metrics::{
    InputActivity, KeyShare, LiveCalls, LiveEdge, LiveInstance, LiveMetrics, LiveNode, PerSecond,
    PhaseShares, PhaseTimes, PhaseTotals, Share, top_keys,
};
use crate::plan::{PlannedEdge, PlannedNode};
use crate::time::Monotonic;
use millstream_graph::shape::Kind;
use std::time::Duration;

/// The begin and the end of a window.
type Between<'a> = (&'a JobReading, &'a JobReading);

/// What instances show of themselves.
struct Looks<'a> {
    fills: &'a Fills,
    /// How far the event time of each instance is, by node.
    times: Vec<Vec<SeenTime>>,
}

impl Sight {
    /// What the job has done in a window.
    pub(in crate::job) fn live(&self, window: Between<'_>, fills: &Fills) -> LiveMetrics {
        let (before, now) = window;
        let looks = Looks { fills, times: self.times() };
        let nodes = self.plan.nodes().iter().enumerate();
        let edges = self.plan.edges().iter().enumerate();
        LiveMetrics {
            job: self.shape.name.clone(),
            delivery: self.shape.delivery.clone(),
            state: self.state(),
            uptime: now.at.since(self.started),
            at: Some(self.env().clock().wall()),
            window: now.at.since(before.at),
            cores: self.cores,
            nodes: nodes.map(|(at, node)| self.node((at, node), window, &looks)).collect(),
            edges: edges.map(|(at, edge)| self.edge((at, edge), window, fills)).collect(),
            checkpoints: now.metrics.checkpoints().copied(),
        }
    }

    fn node(
        &self,
        (at, planned): (usize, &PlannedNode),
        window: Between<'_>,
        looks: &Looks<'_>,
    ) -> LiveNode {
        let limit = self.tunables.nodes().get(at).and_then(|node| node.rate.as_ref());
        let counted = window.1.metrics.nodes().get(at);
        LiveNode {
            name: planned.name.clone(),
            kind: self.kind(at),
            operator: planned.work.clone(),
            location: planned.location.clone(),
            stage: planned.stage,
            limit: limit.map(|limit| PerSecond(limit.per_second())),
            idle_after: self
                .idle_after
                .iter()
                .find(|(node, _)| node.0 == at)
                .map(|(_, after)| *after),
            instances: (0..planned.instances)
                .map(|instance| self.instance((at, planned.stage, instance), window, looks))
                .collect(),
            top_keys: self.top_keys(at),
            hot_keys: counted.map(|node| node.hot_keys.clone()).unwrap_or_default(),
        }
    }

    /// The most frequent keys of the edges into a node.
    fn top_keys(&self, node: usize) -> Vec<KeyShare> {
        let into = self.reader.edges.iter().filter(|edge| edge.ends.to == node);
        top_keys(&into.map(|edge| &edge.keys).collect::<Vec<_>>())
    }

    fn kind(&self, node: usize) -> Kind {
        self.shape.nodes.get(node).map_or(Kind::Operator, |node| node.kind)
    }

    fn instance(
        &self,
        (node, stage, instance): (usize, usize, usize),
        window: Between<'_>,
        looks: &Looks<'_>,
    ) -> LiveInstance {
        let (before, now) = window;
        let counts = |reading: &JobReading| reading.instance(node, instance);
        let task = |reading: &JobReading| -> PhaseTimes {
            let stage = reading.stages.get(stage).and_then(|stage| stage.get(instance));
            stage.cloned().unwrap_or_default()
        };
        let (task_before, task) = (task(before), task(now));
        let (earlier, counted, passed) = (counts(before), counts(now), now.at.since(before.at));
        let [since_received, since_emitted] = looks.fills.silence((node, instance), now.at);
        let time = looks.times.get(node).and_then(|times| times.get(instance)).cloned();
        let time = time.unwrap_or_default();
        let is_silent = since_received.is_none_or(|since| since >= passed);
        let has_ended = time.activity == InputActivity::Ended;
        let mut live = LiveInstance {
            received: rate(earlier.received, counted.received, passed),
            emitted: rate(earlier.counts.events_out, counted.counts.events_out, passed),
            phases: shares(&task_before, &task),
            phase_totals: totals(&task),
            blocked_on: task.blocked_on,
            fill: self.fill_of((stage, instance), looks.fills),
            watermark: time.watermark(),
            is_idle: match self.kind(node) {
                Kind::Source if !time.assigns => is_silent && !has_ended,
                _ => time.activity == InputActivity::Idle,
            },
            has_ended,
            held_by: time.held_by,
            since_received,
            since_emitted,
            counts: counted.counts,
            ..LiveInstance::default()
        };
        self.add_shown((node, instance), now.at, &mut live);
        live
    }

    /// Adds what an instance shows of its keys, windows and calls.
    fn add_shown(&self, (node, instance): (usize, usize), now: Monotonic, live: &mut LiveInstance) {
        let Some(shown) = self.shown(node, instance) else { return };
        (live.keys, live.next_window) = (shown.keys(), shown.next_window());
        let (name, checkpoints) = (self.plan.nodes().get(node), &self.reader.checkpoints);
        let saved = name.zip(checkpoints.as_ref());
        live.state_bytes =
            saved.and_then(|(node, checkpoints)| checkpoints.size_of(&node.name, instance));
        let calls = &shown.calls;
        live.calls = calls.limit.get().map(|limit| LiveCalls {
            in_flight: calls.in_flight.get(),
            limit,
            waiting: calls.waiting.get(),
            oldest: calls.oldest().map(|began| now.since(began)),
            times: calls.times.read(),
        });
    }

    /// How full the fullest channel into a task is.
    fn fill_of(&self, (stage, instance): (usize, usize), fills: &Fills) -> Share {
        let is_of = |node: usize| self.plan.nodes().get(node).is_some_and(|one| one.stage == stage);
        let edges = self.plan.edges().iter().enumerate();
        let into = edges.filter(|(_, edge)| !edge.reason.is_call() && is_of(edge.to.0));
        Share::greatest(into.map(|(edge, _)| fills.of_instance(edge, instance)))
    }

    fn edge(
        &self,
        (at, planned): (usize, &PlannedEdge),
        (before, now): Between<'_>,
        fills: &Fills,
    ) -> LiveEdge {
        let drawn = self.shape.edges.get(at);
        let totals = |reading: &JobReading| reading.edges.get(at).copied().unwrap_or_default();
        let (passed, fill) = (now.at.since(before.at), self.edge_fill(at, fills));
        LiveEdge {
            from: planned.from.node.0,
            output: drawn.and_then(|edge| edge.output.clone()),
            to: planned.to.0,
            grouping: planned.grouping.to_string(),
            is_channel: !planned.reason.is_call(),
            rate: rate(totals(before).events, totals(now).events, passed),
            events: totals(now).events,
            capacity: planned.buffer.map_or(0, |buffer| (buffer.channels * buffer.events) as u64),
            buffered: fill.buffered,
            fill: fill.fill,
            wait: self.wait(at, (before, now)),
            waited: self.waited(at, now),
            dropped: totals(now).dropped,
        }
    }

    /// The first edge with the same ends.
    fn first_of(&self, at: usize) -> usize {
        self.edges.get(at).map_or(at, |edge| edge.first)
    }

    /// How long all tasks have waited for room in an edge. Edges with the same ends are one.
    fn waited(&self, at: usize, now: &JobReading) -> Duration {
        let first = self.first_of(at);
        now.stages.iter().flatten().map(|task| task.waited_for(first)).sum()
    }

    /// The longest share of time in which a task waited for room in an edge. Edges with the same
    /// ends are one.
    fn wait(&self, at: usize, (before, now): Between<'_>) -> Share {
        let first = self.first_of(at);
        let tasks = before.stages.iter().flatten().zip(now.stages.iter().flatten());
        let share = |(before, now): (&PhaseTimes, &PhaseTimes)| {
            let waited = now.waited_for(first).saturating_sub(before.waited_for(first));
            share(waited, now.total().saturating_sub(before.total()))
        };
        Share::greatest(tasks.map(share))
    }
}

fn totals(times: &PhaseTimes) -> PhaseTotals {
    let PhaseTimes { busy, awaiting, blocked, idle, .. } = *times;
    PhaseTotals { busy, awaiting, blocked, idle }
}

/// The rate of a count.
fn rate(before: u64, now: u64, passed: Duration) -> PerSecond {
    if passed.is_zero() {
        return PerSecond::default();
    }
    #[expect(clippy::cast_precision_loss, reason = "it is shown to three digits")]
    let events = now.saturating_sub(before) as f64;
    PerSecond(events / passed.as_secs_f64())
}

fn share(part: Duration, whole: Duration) -> Share {
    if whole.is_zero() { Share::default() } else { Share(part.as_secs_f64() / whole.as_secs_f64()) }
}

/// How a task has spent the time in between. They add up to 1 also where its clock and that of the
/// reader are not quite one.
fn shares(before: &PhaseTimes, now: &PhaseTimes) -> PhaseShares {
    let whole = now.total().saturating_sub(before.total());
    let of =
        |part: fn(&PhaseTimes) -> Duration| share(part(now).saturating_sub(part(before)), whole);
    PhaseShares {
        busy: of(|times| times.busy),
        awaiting: of(|times| times.awaiting),
        blocked: of(|times| times.blocked),
        idle: of(|times| times.idle),
    }
}
