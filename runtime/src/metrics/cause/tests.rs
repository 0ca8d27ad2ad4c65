//! What is found in made-up measurements.

use super::pressure::{Pressure, PressureChange};
use super::{Cause, LimitReason};
use crate::metrics::{
    HotKey, JobState, KeyShare, LiveCalls, LiveEdge, LiveInstance, LiveMetrics, LiveNode,
    PerSecond, PhaseShares, Share,
};
use millstream_graph::shape::Kind;
use std::time::Duration;

pub(super) fn phases(busy: f64, awaiting: f64, blocked: f64) -> PhaseShares {
    let idle = Share((1.0 - busy - awaiting - blocked).max(0.0));
    PhaseShares { busy: Share(busy), awaiting: Share(awaiting), blocked: Share(blocked), idle }
}

pub(super) fn instance(phases: PhaseShares) -> LiveInstance {
    LiveInstance { phases, received: PerSecond(100.0), ..LiveInstance::default() }
}

/// A node with an instance for each of the phases, in a stage of its own once it is in a job.
pub(super) fn node(name: &str, kind: Kind, all: &[PhaseShares]) -> LiveNode {
    let instances = all.iter().map(|phases| instance(*phases)).collect();
    LiveNode { name: name.into(), kind, instances, ..LiveNode::default() }
}

/// An edge that is a channel.
pub(super) fn edge(from: usize, to: usize, fill: f64) -> LiveEdge {
    let (fill, grouping) = (Share(fill), "shuffle".to_owned());
    LiveEdge { from, to, fill, grouping, is_channel: true, ..LiveEdge::default() }
}

pub(super) fn job(nodes: Vec<LiveNode>, edges: Vec<LiveEdge>) -> LiveMetrics {
    let mut nodes = nodes;
    for (stage, node) in nodes.iter_mut().enumerate() {
        node.stage = stage;
    }
    let window = Duration::from_secs(1);
    LiveMetrics { window, uptime: window * 60, nodes, edges, ..LiveMetrics::default() }
}

/// A source held back by one node with full inputs, and a sink downstream.
fn limited(limit: LiveNode) -> LiveMetrics {
    let source = node("lines", Kind::Source, &[phases(0.1, 0.0, 0.9)]);
    let sink = node("sink", Kind::Sink, &[phases(0.55, 0.0, 0.0)]);
    job(vec![source, limit, sink], vec![edge(0, 1, 1.0), edge(1, 2, 0.1)])
}

fn found(live: &LiveMetrics) -> (Option<usize>, LimitReason, String) {
    let cause = Cause::of(live);
    (cause.node, cause.reason, cause.to_string())
}

#[test]
fn an_operator_that_computes_all_the_time_is_named_with_what_would_help() {
    let score = node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0), phases(0.97, 0.0, 0.0)]);
    let live = limited(score);
    let text = "`score` is the limit: its 2 instances are busy 98 % of the time (CPU); 4 instances \
                would carry 1.8× the rate; next limit: `sink` at 1.8×";
    assert_eq!(found(&live), (Some(1), LimitReason::Cpu, text.into()));
    let cause = Cause::of(&live);
    assert_eq!((cause.instance, cause.share, cause.next), (Some(0), Share(0.98), Some(2)));
    assert!(cause.headroom.is_some_and(|times| (times - 1.0 / 0.55).abs() < 1e-9));
}

#[test]
fn more_instances_do_not_help_without_a_core_for_them() {
    let score = node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0), phases(0.97, 0.0, 0.0)]);
    let mut live = limited(score);
    live.cores = 2;
    let text = "`score` is the limit: its 2 instances are busy 98 % of the time (CPU); so are \
                all 2 cores: more instances do not help; next limit: `sink` at 1.8×";
    assert_eq!(found(&live).2, text);
    live.cores = 4;
    assert!(found(&live).2.contains("; 4 instances would carry 1.8×"));
}

#[test]
fn more_of_the_limit_does_not_help_if_the_next_one_is_near() {
    let mut live = limited(node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0)]));
    live.nodes[2].instances[0].phases = phases(0.93, 0.0, 0.0);
    live.edges[1].fill = Share(0.2);
    let text =
        "`score` is the limit: it is busy 98 % of the time (CPU); next limit: `sink` at 1.08×";
    assert_eq!(found(&live).2, text);
    live.edges[1].fill = Share(0.5);
    let text =
        "`score` is the limit: it is busy 98 % of the time (CPU); `sink` is at its limit too";
    assert_eq!(found(&live).2, text);
    assert_eq!(Cause::of(&live).also, [2]);
}

#[test]
fn an_operator_that_awaits_is_named_with_its_calls() {
    let mut enrich = node("enrich", Kind::Awaiting, &[phases(0.01, 0.98, 0.0)]);
    let calls = LiveCalls { in_flight: 64, limit: 64, waiting: 64, ..LiveCalls::default() };
    enrich.instances[0].calls = Some(calls);
    enrich.instances[0].received = PerSecond(3_136.0);
    let text = "`enrich` is the limit: 64 of 64 calls in flight, each takes 20 ms; `in_flight` of \
                117 would carry 1.8× the rate; next limit: `sink` at 1.8×";
    assert_eq!(found(&limited(enrich.clone())), (Some(1), LimitReason::Awaiting, text.into()));
    enrich.instances.push(enrich.instances[0].clone());
    enrich.instances[1].calls = Some(LiveCalls { in_flight: 60, ..calls });
    let text = found(&limited(enrich)).2;
    let begin = "`enrich` is the limit: as many calls in flight as may be, 98 % of the time, each \
                 takes 20 ms; `in_flight` of 117 at each instance";
    assert!(text.starts_with(begin), "{text}");
}

#[test]
fn a_hot_key_is_named_and_can_be_left_out() {
    let work = [phases(0.99, 0.0, 0.0), phases(0.2, 0.0, 0.0), phases(0.1, 0.0, 0.0)];
    let mut live = limited(node("totals", Kind::Operator, &work));
    live.edges[0].grouping = "by key".into();
    live.nodes[1].top_keys = vec![KeyShare { key: "card 7".into(), share: Share(0.61) }];
    let text = "one key, `card 7`, has 61 % of the events of `totals`: more instances do not help; \
                next limit: `sink` at 1.8×";
    assert_eq!(found(&live), (Some(1), LimitReason::HotKey, text.into()));
    let cause = Cause::of(&live);
    assert_eq!(cause.key.as_deref(), Some("card 7"));
    let masked = cause.without_key();
    assert_eq!(masked.key, None);
    let text = "one key has 61 % of the events of `totals`: more instances do not help; next \
                limit: `sink` at 1.8×";
    assert_eq!(masked.to_string(), text);

    live.nodes[1].top_keys[0].share = Share(0.3);
    let text = "`totals` is the limit: its keys are uneven, instance 0 is at work 99 % of the time \
                and another 10 %; next limit: `sink` at 1.8×";
    assert_eq!(found(&live), (Some(1), LimitReason::UnevenKeys, text.into()));
    live.edges[0].grouping = "forward".into();
    assert_eq!(found(&live).1, LimitReason::Cpu);
}

#[test]
fn a_single_instance_may_have_a_hot_key_too() {
    let mut live = limited(node("totals", Kind::Operator, &[phases(0.99, 0.0, 0.0)]));
    live.edges[0].grouping = "by key".into();
    live.nodes[1].top_keys = vec![KeyShare { key: "7".into(), share: Share(0.3) }];
    assert_eq!(found(&live).1, LimitReason::Cpu);
    live.nodes[1].top_keys[0].share = Share(0.9);
    assert_eq!(found(&live).1, LimitReason::HotKey);
}

#[test]
fn a_key_whose_calls_wait_for_each_other_is_named() {
    let mut score = node("score", Kind::Awaiting, &[phases(0.0, 0.97, 0.0)]);
    let calls = LiveCalls { in_flight: 9, limit: 64, waiting: 128, ..LiveCalls::default() };
    score.instances[0].calls = Some(calls);
    let event = Some("Tx { card: 7 }".to_owned());
    score.hot_keys = vec![HotKey { instance: 0, waiting: 120, of: 128, event }];
    let live = limited(score);
    let text = "one key, that of Tx { card: 7 }, holds up the calls of `score`: 94 % of the \
                waiting events have it; more calls in flight do not help; next limit: `sink` at \
                1.8×";
    assert_eq!(found(&live), (Some(1), LimitReason::HotKey, text.into()));
    assert!(!Cause::of(&live).without_key().to_string().contains("Tx"));
}

#[test]
fn a_slow_sink_is_named_whether_it_computes_or_waits() {
    for (work, text) in [
        (phases(0.97, 0.0, 0.0), "`sink` is slow: it is busy 97 % of the time"),
        (phases(0.0, 0.97, 0.0), "`sink` is slow: it waits for its resource 97 % of the time"),
    ] {
        let mut live = limited(node("score", Kind::Operator, &[phases(0.3, 0.0, 0.69)]));
        live.nodes[2].instances[0].phases = work;
        live.edges[1].fill = Share(1.0);
        let text = format!("{text}; next limit: `score` at 3.3×");
        assert_eq!(found(&live), (Some(2), LimitReason::SlowSink, text));
    }
}

#[test]
fn a_declared_rate_is_no_fault_of_a_node() {
    let mut throttle = node("throttle", Kind::Awaiting, &[phases(0.01, 0.0, 0.98)]);
    throttle.limit = Some(PerSecond(1_000.0));
    let mut live = limited(throttle);
    let text = "held at 1,000/s as declared by `throttle`; next limit: `sink` at 1.8×";
    assert_eq!(found(&live), (Some(1), LimitReason::DeclaredRate, text.into()));
    // Now it waits for the sink.
    live.edges[1] = LiveEdge { wait: Share(0.98), ..edge(1, 2, 1.0) };
    live.nodes[2].instances[0].phases = phases(0.97, 0.0, 0.0);
    assert_eq!(found(&live).0, Some(2));
}

#[test]
fn a_job_that_keeps_up_says_what_is_busiest() {
    let mut live = limited(node("score", Kind::Operator, &[phases(0.92, 0.0, 0.0)]));
    live.nodes[0].instances[0].phases = phases(0.1, 0.0, 0.02);
    let text = "the job keeps up with its sources; busiest `score`, at 92 %; headroom 1.09×";
    assert_eq!(found(&live), (None, LimitReason::Source, text.into()));
    assert_eq!(Cause::of(&live).share, Share(0.92));
    live.nodes[0].instances[0].counts.paused = true;
    assert!(found(&live).2.ends_with("; `lines` is paused"));
}

#[test]
fn bursts_are_no_lasting_limit() {
    let mut live = limited(node("score", Kind::Operator, &[phases(0.6, 0.0, 0.0)]));
    live.nodes[0].instances[0].phases = phases(0.1, 0.0, 0.2);
    let text = "no lasting limit: sources wait for room 20 % of the time, in bursts; busiest \
                `score`, at 60 %";
    assert_eq!(found(&live), (None, LimitReason::Bursts, text.into()));
}

#[test]
fn nodes_in_one_task_are_named_together() {
    let work = [phases(0.99, 0.0, 0.0)];
    let kinds = [("lines", Kind::Source), ("score", Kind::Operator), ("sink", Kind::Sink)];
    let nodes = kinds.map(|(name, kind)| node(name, kind, &work)).to_vec();
    let mut live = job(nodes, vec![LiveEdge::default(), LiveEdge::default()]);
    live.nodes.iter_mut().for_each(|node| node.stage = 0);
    let text = "`score` is the limit: it shares one task, which is busy 99 % of the time (CPU), \
                with `lines` and `sink`; `>> buffer(1_024)` between them measures them apart";
    assert_eq!(found(&live), (Some(1), LimitReason::Cpu, text.into()));
    live.nodes.iter_mut().for_each(|node| node.instances[0].phases = phases(0.1, 0.8, 0.0));
    assert_eq!(found(&live).1, LimitReason::Source, "it reads as fast as it can, or not quite");
    live.nodes.iter_mut().for_each(|node| node.instances[0].phases = phases(0.01, 0.98, 0.0));
    let text = "`sink` is slow: it waits for its resource 99 % of the time";
    assert_eq!(found(&live), (Some(2), LimitReason::SlowSink, text.into()));
}

#[test]
fn each_source_that_is_held_back_has_its_limit() {
    let held = [phases(0.1, 0.0, 0.9)];
    let live = job(
        vec![
            node("a", Kind::Source, &held),
            node("b", Kind::Source, &held),
            node("slow", Kind::Operator, &[phases(0.99, 0.0, 0.0)]),
            node("slower", Kind::Operator, &[phases(1.0, 0.0, 0.0)]),
            node("sink", Kind::Sink, &[phases(0.2, 0.0, 0.0)]),
        ],
        vec![edge(0, 2, 1.0), edge(1, 3, 1.0), edge(2, 4, 0.1), edge(3, 4, 0.1)],
    );
    let cause = Cause::of(&live);
    assert_eq!((cause.node, cause.also), (Some(3), vec![2]));
}

#[test]
fn a_limit_is_found_past_a_fan_in_whose_fullest_edge_leads_away() {
    let live = job(
        vec![
            node("a", Kind::Source, &[phases(0.1, 0.0, 0.9)]),
            node("left", Kind::Operator, &[phases(0.1, 0.0, 0.89)]),
            node("right", Kind::Operator, &[phases(0.4, 0.0, 0.0)]),
            node("both", Kind::Operator, &[phases(0.98, 0.0, 0.0)]),
        ],
        vec![edge(0, 1, 1.0), edge(0, 2, 1.0), edge(1, 3, 1.0), edge(2, 3, 0.6)],
    );
    assert_eq!(found(&live).0, Some(3));
}

#[test]
fn the_edge_on_which_events_multiply_is_named() {
    let mut live = limited(node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0)]));
    live.nodes.insert(1, node("explode", Kind::Operator, &[phases(0.2, 0.0, 0.79)]));
    live.edges = vec![edge(0, 1, 1.0), edge(1, 2, 1.0), edge(2, 3, 0.1)];
    live.nodes[0].instances[0].emitted = PerSecond(100.0);
    live.nodes[1].instances[0].emitted = PerSecond(2_000.0);
    live.nodes[2].instances[0].received = PerSecond(2_000.0);
    for (stage, node) in live.nodes.iter_mut().enumerate() {
        node.stage = stage;
    }
    let cause = Cause::of(&live);
    assert_eq!(cause.amplified, Some(1));
    let end = "; amplification: it receives 20 events per source event; `explode` emits 20 to \
               `score` per event";
    assert!(cause.to_string().ends_with(end), "{cause}");
}

#[test]
fn before_the_first_window_and_after_the_end_there_is_no_limit() {
    assert_eq!(found(&LiveMetrics::default()).1, LimitReason::Unknown);
    let mut live = limited(node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0)]));
    live.state = JobState::Ended;
    assert_eq!(found(&live), (None, LimitReason::Ended, "the job has ended".into()));
}

#[test]
fn what_a_job_still_processes_after_its_sources_have_ended_has_a_limit() {
    let mut live = limited(node("score", Kind::Operator, &[phases(0.98, 0.0, 0.0)]));
    live.nodes[0].instances[0].phases = phases(0.0, 0.0, 0.0);
    assert_eq!(found(&live).0, None);
    live.nodes[0].instances[0].has_ended = true;
    assert_eq!(found(&live).0, Some(1));
}

/// The cause with a node as the limit, or none.
fn cause(node: Option<usize>) -> Cause {
    Cause { node, ..Cause::default() }
}

#[test]
fn a_limit_is_reported_after_five_windows_and_taken_back_after_three() {
    let mut pressure = Pressure::default();
    let mut changes = |nodes: &[Option<usize>]| -> Vec<PressureChange> {
        nodes.iter().map(|node| pressure.observe(&cause(*node))).collect()
    };
    use PressureChange::{Gone, Lasting, None as Same};
    let (one, two) = (Some(1), Some(2));
    assert_eq!(changes(&[one; 4]), [Same; 4]);
    assert_eq!(changes(&[None, one, one, one, one]), [Same; 5], "it begins anew");
    assert_eq!(changes(&[one, one, one]), [Lasting(1), Same, Same]);
    assert_eq!(changes(&[None, None, one, None, None]), [Same; 5]);
    assert_eq!(changes(&[None, None]), [Gone(1), Same]);
    assert_eq!(changes(&[one; 5]), [Same, Same, Same, Same, Lasting(1)]);
    assert_eq!(changes(&[two; 5]), [Same, Same, Gone(1), Same, Lasting(2)]);
}
