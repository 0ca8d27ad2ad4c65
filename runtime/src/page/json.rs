//! What a job does right now as JSON, and its graph. Each object has the version 1; later ones only
//! add to it.

use super::why::{self, KeyNames};
use crate::metrics::{
    CheckpointMetrics, KeyShare, LiveCalls, LiveEdge, LiveInstance, LiveMetrics, LiveNode,
    PhaseShares,
};
use crate::plan::Plan;
use crate::time::EventTime;
use millstream_graph::shape::Shape;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The topology as declared and planned, with its drawing.
pub(super) fn graph(shape: &Shape, plan: &Plan) -> String {
    let nodes = shape.nodes.iter().zip(plan.nodes()).map(|(drawn, planned)| {
        json!({
            "name": drawn.name,
            "kind": drawn.kind.name(),
            "operator": drawn.operator,
            "instances": planned.instances,
            "location": drawn.location,
            "stage": planned.stage,
        })
    });
    let edges = shape.edges.iter().zip(plan.edges()).enumerate().map(|(id, (drawn, planned))| {
        let buffer = planned.buffer.map(|buffer| buffer.channels * buffer.events);
        json!({
            "id": id,
            "from": drawn.from,
            "output": drawn.output,
            "to": drawn.to,
            "grouping": drawn.grouping,
            "kind": if planned.reason.is_call() { "call" } else { "channel" },
            "reason": planned.reason.to_string(),
            "capacity": buffer,
            "events": drawn.events,
        })
    });
    json!({
        "v": 1,
        "job": shape.name,
        "delivery": shape.delivery,
        "svg": shape.live_svg(),
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
    })
    .to_string()
}

/// What the job does right now.
pub(super) fn live(live: &LiveMetrics, names: KeyNames) -> String {
    json!({
        "v": 1,
        "job": live.job,
        "delivery": live.delivery,
        "at": live.at.and_then(time),
        "state": live.state.to_string(),
        "uptime": seconds(live.uptime),
        "window": seconds(live.window),
        "cores": live.cores,
        "nodes": live.nodes.iter().map(|one| node(one, names)).collect::<Vec<_>>(),
        "edges": live.edges.iter().map(edge).collect::<Vec<_>>(),
        "checkpoints": live.checkpoints.as_ref().map(checkpoints),
        "cause": why::slow(live, names),
    })
    .to_string()
}

fn node(node: &LiveNode, names: KeyNames) -> Value {
    // One of its events, as its `Debug` shows it, stays out: the page shows what `Peek` does.
    let hot = node
        .hot_keys
        .iter()
        .map(|hot| json!({ "instance": hot.instance, "waiting": hot.waiting, "of": hot.of }));
    json!({
        "name": node.name,
        "kind": node.kind.name(),
        "operator": node.operator,
        "location": node.location,
        "stage": node.stage,
        "limit": node.limit.map(|limit| limit.0),
        "idle_after": node.idle_after.map(seconds),
        "received": node.received().0,
        "emitted": node.emitted().0,
        "instances": node.instances.iter().map(instance).collect::<Vec<_>>(),
        "top_keys": node.top_keys.iter().map(|one| key(one, names)).collect::<Vec<_>>(),
        "hot_keys": hot.collect::<Vec<_>>(),
    })
}

fn instance(instance: &LiveInstance) -> Value {
    let counts = instance.counts.counts().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(counter, count)| (counter.name.to_owned(), count.into()));
    let phase_totals = instance.phase_totals.named().into_iter();
    let phase_totals = phase_totals.map(|(phase, time)| (phase.to_owned(), seconds(time).into()));
    let held_by = instance.held_by.as_ref().map(|holder| {
        json!({
            "node": holder.node,
            "instance": holder.instance,
            "is_silent": holder.is_silent,
        })
    });
    let next_window = instance
        .next_window
        .map(|next| json!({ "fires_at": time(next.fires_at), "windows": next.windows }));
    json!({
        "counts": counts.collect::<Map<_, _>>(),
        "held": seconds(instance.counts.held),
        "held_now": instance.counts.held_now,
        "paused": instance.counts.paused,
        "received": instance.received.0,
        "emitted": instance.emitted.0,
        "phases": phases(instance.phases),
        "phase_totals": phase_totals.collect::<Map<_, _>>(),
        "blocked_on": instance.blocked_on,
        "fill": instance.fill.0,
        "watermark": instance.watermark.and_then(time),
        "held_by": held_by,
        "is_idle": instance.is_idle,
        "has_ended": instance.has_ended,
        "since_received": instance.since_received.map(seconds),
        "since_emitted": instance.since_emitted.map(seconds),
        "keys": instance.keys,
        "state_bytes": instance.state_bytes,
        "next_window": next_window,
        "calls": instance.calls.as_ref().map(calls),
    })
}

fn phases(phases: PhaseShares) -> Value {
    json!({
        "busy": phases.busy.0,
        "awaiting": phases.awaiting.0,
        "blocked": phases.blocked.0,
        "idle": phases.idle.0,
    })
}

fn calls(calls: &LiveCalls) -> Value {
    json!({
        "in_flight": calls.in_flight,
        "limit": calls.limit,
        "waiting": calls.waiting,
        "oldest": calls.oldest.map(seconds),
        "times": { "counts": calls.times.counts, "sum": seconds(calls.times.sum) },
    })
}

fn key(key: &KeyShare, names: KeyNames) -> Value {
    let text = if names == KeyNames::Shown { &key.key } else { "•••" };
    json!({ "key": text, "share": key.share.0 })
}

fn edge(edge: &LiveEdge) -> Value {
    json!({
        "from": edge.from,
        "output": edge.output,
        "to": edge.to,
        "grouping": edge.grouping,
        "is_channel": edge.is_channel,
        "rate": edge.rate.0,
        "events": edge.events,
        "capacity": edge.capacity,
        "buffered": edge.buffered,
        "fill": edge.fill.0,
        "wait": edge.wait.0,
        "waited": seconds(edge.waited),
        "dropped": edge.dropped,
    })
}

fn checkpoints(checkpoints: &CheckpointMetrics) -> Value {
    let last = checkpoints.last.map(|last| {
        json!({
            "number": last.number,
            "bytes": last.bytes,
            "alignment": seconds(last.alignment),
            "writing": seconds(last.writing),
            "age": seconds(last.age),
        })
    });
    json!({
        "durable": checkpoints.durable,
        "failed": checkpoints.failed,
        "commits_failed": checkpoints.commits_failed,
        "restarts": checkpoints.restarts,
        "last": last,
    })
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// A time as text; none at both ends of time, which are no times of events.
pub(super) fn time(time: EventTime) -> Option<Value> {
    serde_json::to_value(time).ok().filter(Value::is_string)
}
