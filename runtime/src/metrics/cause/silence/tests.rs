//! What is found about silent nodes in made-up measurements.

use super::{Silence, SilenceReason};
use crate::metrics::cause::tests::{edge, instance, job, node, phases};
use crate::metrics::{
    JobState, LiveCalls, LiveEdge, LiveMetrics, PendingWindow, PerSecond, Share, WatermarkHolder,
};
use crate::time::EventTime;
use millstream_graph::shape::Kind;
use std::time::Duration;

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A source, a node that emits nothing, and a sink. The source has had an event a moment ago.
fn silent() -> LiveMetrics {
    let mut live = job(
        vec![
            node("clicks", Kind::Source, &[phases(0.1, 0.0, 0.0)]),
            node("totals", Kind::Operator, &[phases(0.1, 0.0, 0.0)]),
            node("alerts", Kind::Sink, &[phases(0.0, 0.0, 0.0)]),
        ],
        vec![edge(0, 1, 0.0), edge(1, 2, 0.0)],
    );
    for (at, events) in [(0, 100), (1, 100), (2, 0)] {
        let instance = &mut live.nodes[at].instances[0];
        instance.counts.events_in = events;
        instance.received = PerSecond(0.0);
    }
    live.nodes[0].instances[0].emitted = PerSecond(10.0);
    live.nodes[0].instances[0].since_received = Some(Duration::ZERO);
    live.nodes[1].instances[0].received = PerSecond(10.0);
    live.nodes[1].instances[0].since_received = Some(Duration::ZERO);
    live
}

fn asked(live: &LiveMetrics, node: &str) -> (usize, SilenceReason, String) {
    let silence = Silence::of(live, node).unwrap();
    (silence.at, silence.reason.clone(), silence.to_string())
}

/// The same with a window that is open, held back by the source.
fn waiting(last_event: Option<Duration>) -> LiveMetrics {
    let mut live = silent();
    let totals = &mut live.nodes[1].instances[0];
    totals.next_window = Some(PendingWindow { fires_at: EventTime::from_secs(600), windows: 3 });
    totals.watermark = Some(EventTime::from_secs(590));
    let held_by = WatermarkHolder { node: "clicks".into(), instance: 0, is_silent: false };
    totals.held_by = Some(held_by);
    live.nodes[0].instances[0].since_received = last_event;
    live.nodes[0].idle_after = Some(secs(60));
    live
}

#[test]
fn a_node_that_emits_is_not_silent() {
    let live = silent();
    let text = "`clicks` is not silent: it emits 10/s";
    assert_eq!(asked(&live, "clicks").2, text);
    assert!(Silence::of(&live, "tottals").is_none());
}

#[test]
fn a_filter_that_emits_nothing_is_named_downstream_of_it() {
    let live = silent();
    let reason = SilenceReason::Filtered { received: 100 };
    let text = "`totals` emits none of the 100 events it has received";
    assert_eq!(asked(&live, "totals"), (1, reason.clone(), text.into()));
    let text = format!("`alerts` receives nothing: {text}");
    assert_eq!(asked(&live, "alerts"), (1, reason, text));
}

#[test]
fn a_window_waits_for_the_source_that_holds_its_watermark() {
    let live = waiting(Some(secs(41)));
    let (at, reason, text) = asked(&live, "alerts");
    assert_eq!(at, 1);
    assert_eq!(
        text,
        "`alerts` receives nothing: `totals` waits for the watermark to reach \
         1970-01-01T00:10:00Z; it is 1970-01-01T00:09:50Z, held back by `clicks`, which has had no \
         events for 41 s; it is left out as idle in 19 s"
    );
    let SilenceReason::Waiting { idle_in, last_event, .. } = reason else { panic!("{reason:?}") };
    assert_eq!((last_event, idle_in), (Some(secs(41)), Some(secs(19))));

    let mut live = waiting(None);
    live.nodes[0].instances.push(instance(phases(0.0, 0.0, 0.0)));
    live.nodes[0].instances[0].counts.paused = true;
    live.nodes[1].instances[0].watermark = None;
    let text = "`totals` waits for the watermark to reach 1970-01-01T00:10:00Z; there is none yet, \
                held back by `clicks` instance 0, which has had no events yet and is paused";
    assert_eq!(asked(&live, "totals").2, text);
}

#[test]
fn a_watermark_is_followed_past_other_nodes() {
    let mut live = waiting(Some(secs(41)));
    live.nodes[1].instances[0].held_by.as_mut().unwrap().node = "parsed".into();
    let mut parsed = node("parsed", Kind::Operator, &[phases(0.0, 0.0, 0.0)]);
    let held_by = WatermarkHolder { node: "clicks".into(), ..WatermarkHolder::default() };
    parsed.instances[0].held_by = Some(held_by);
    live.nodes.push(parsed);
    assert!(asked(&live, "totals").2.contains("held back by `clicks`, which"));

    let calls = LiveCalls { in_flight: 2, oldest: Some(secs(12)), ..LiveCalls::default() };
    live.nodes[3].instances[0].calls = Some(calls);
    let reason = SilenceReason::Calls { in_flight: 2, oldest: secs(12) };
    let text = "`totals` emits nothing: `parsed` waits for 2 calls in flight, the oldest for 12 s";
    assert_eq!(asked(&live, "totals"), (3, reason, text.into()));
}

#[test]
fn a_window_that_has_not_ended_yet_fires_later() {
    let text = "`totals` has open windows, and fires when the watermark reaches \
                1970-01-01T00:10:00Z; it is 1970-01-01T00:09:50Z";
    assert_eq!(asked(&waiting(Some(secs(1))), "totals").2, text);
}

#[test]
fn all_late_and_all_errors_are_told_from_a_filter() {
    let mut live = silent();
    live.nodes[1].instances[0].counts.late = 99;
    assert_eq!(asked(&live, "totals").1, SilenceReason::AllLate { late: 99, of: 100 });
    live.nodes[1].instances[0].counts.late = 50;
    assert_eq!(asked(&live, "totals").1, SilenceReason::Filtered { received: 100 });
    let late = LiveEdge { output: Some("late".into()), rate: PerSecond(10.0), ..edge(1, 2, 0.0) };
    live.edges.push(late);
    assert_eq!(asked(&live, "totals").1, SilenceReason::AllLate { late: 50, of: 100 });
    live.edges.pop();
    live.nodes[1].instances[0].counts.late = 0;
    live.nodes[1].instances[0].counts.errors = 100;
    let text = "the events of `totals` are errors: 100 of 100 went to `.errors`";
    assert_eq!(asked(&live, "totals").2, text);
}

#[test]
fn a_join_without_a_match_names_the_side_without_events() {
    let mut live = silent();
    live.nodes.push(node("payments", Kind::Source, &[phases(0.0, 0.0, 0.0)]));
    live.edges[0].rate = PerSecond(10.0);
    live.edges.push(edge(3, 1, 0.0));
    let unmatched = LiveEdge { output: Some("unmatched".into()), events: 5, ..edge(1, 2, 0.0) };
    live.edges.push(unmatched);
    let reason = SilenceReason::NoMatch { side: Some(3), unmatched: 5 };
    let text = "`totals` finds no match: its side `payments` has no events; 5 events so far went \
                to `.unmatched`";
    assert_eq!(asked(&live, "totals"), (1, reason, text.into()));
    live.edges[2].rate = PerSecond(1.0);
    let reason = SilenceReason::NoMatch { side: None, unmatched: 5 };
    assert_eq!(asked(&live, "totals").1, reason);
}

#[test]
fn without_input_the_source_is_named_or_the_edge() {
    let mut live = silent();
    for at in [0, 1] {
        live.nodes[at].instances[0].received = PerSecond(0.0);
        live.nodes[at].instances[0].since_received = Some(secs(65));
    }
    live.nodes[0].instances[0].emitted = PerSecond(0.0);
    let reason = SilenceReason::NoInput { since: Some(secs(65)), edge: None };
    let text = "`alerts` receives nothing: `clicks` has had no events for 1 min 5 s";
    assert_eq!(asked(&live, "alerts"), (0, reason, text.into()));
    live.nodes[0].instances[0].counts.paused = true;
    assert_eq!(asked(&live, "alerts").2, "`alerts` receives nothing: `clicks` is paused");
    live.nodes[0].instances[0].counts.paused = false;
    live.nodes[0].instances[0].counts.held_now = true;
    assert_eq!(asked(&live, "alerts").1, SilenceReason::Ahead);
    live.nodes[0].instances[0].counts.held_now = false;

    live.nodes[0].instances[0].emitted = PerSecond(10.0);
    live.edges[0].output = Some("late".into());
    let reason = SilenceReason::NoInput { since: Some(secs(65)), edge: Some(0) };
    let text = "no events have passed from `clicks.late` to `totals` for 1 min 5 s";
    assert_eq!(asked(&live, "totals"), (1, reason, text.into()));
}

#[test]
fn one_input_that_still_has_a_reason_counts_for_more_than_one_that_has_ended() {
    let mut live = silent();
    let mut ended = node("old", Kind::Source, &[phases(0.0, 0.0, 0.0)]);
    ended.instances[0].has_ended = true;
    live.nodes.push(ended);
    live.edges.insert(0, edge(3, 1, 0.0));
    live.nodes[1].instances[0].received = PerSecond(0.0);
    live.nodes[1].instances[0].since_received = None;
    live.nodes[0].instances[0].emitted = PerSecond(0.0);
    let reason = SilenceReason::NoInput { since: Some(Duration::ZERO), edge: None };
    assert_eq!(asked(&live, "totals").1, reason);
    live.nodes[0].instances[0].has_ended = true;
    assert_eq!(asked(&live, "totals").1, SilenceReason::Ended);
}

#[test]
fn what_waits_for_room_is_silent_for_the_reason_of_the_limit() {
    let mut live = silent();
    live.nodes[0].instances[0].phases = phases(0.1, 0.0, 0.9);
    live.nodes[1].instances[0].phases = phases(0.0, 0.0, 1.0);
    live.nodes[2].instances[0].phases = phases(0.0, 1.0, 0.0);
    live.edges[1].fill = Share(1.0);
    live.edges[1].wait = Share(1.0);
    let (at, reason, text) = asked(&live, "totals");
    assert!(at == 1 && matches!(reason, SilenceReason::Blocked(_)), "{reason:?}");
    let begin = "`totals` waits for room: `alerts` is slow: it waits for its resource 100 % of the";
    assert!(text.starts_with(begin), "{text}");
    live.edges[1].wait = Share(0.0);
    live.nodes[1].limit = Some(PerSecond(0.001));
    assert_eq!(asked(&live, "totals").1, SilenceReason::Held(PerSecond(0.001)));
}

#[test]
fn a_job_that_has_ended_is_silent() {
    let mut live = silent();
    for node in &mut live.nodes {
        node.instances[0].has_ended = true;
        node.instances[0].emitted = PerSecond(0.0);
    }
    live.state = JobState::Ended;
    assert_eq!(asked(&live, "alerts"), (2, SilenceReason::Ended, "`alerts` has ended".into()));
}
