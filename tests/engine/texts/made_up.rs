//! Jobs as they might be seen at a moment.

use millstream::metrics::{
    CallSeconds, CheckpointMetrics, InstanceMetrics, JobState, LastCheckpoint, LiveCalls, LiveEdge,
    LiveInstance, LiveMetrics, LiveNode, PendingWindow, PerSecond, PhaseShares, PhaseTotals, Share,
};
use millstream::prelude::*;
use millstream_graph::shape::Kind;
use std::time::Duration;

/// Noon of a day.
const NOON: i64 = 1_522_584_000;

fn shares([busy, awaiting, blocked, idle]: [f64; 4]) -> PhaseShares {
    PhaseShares {
        busy: Share(busy),
        awaiting: Share(awaiting),
        blocked: Share(blocked),
        idle: Share(idle),
    }
}

fn totals(shares: PhaseShares, uptime: Duration) -> PhaseTotals {
    let of = |share: Share| uptime.mul_f64(share.0);
    PhaseTotals {
        busy: of(shares.busy),
        awaiting: of(shares.awaiting),
        blocked: of(shares.blocked),
        idle: of(shares.idle),
    }
}

/// An instance that has done the same since the start of the job.
pub fn instance((received, emitted): (f64, f64), phases: [f64; 4]) -> LiveInstance {
    let (uptime, phases) = (90.secs(), shares(phases));
    let counts = InstanceMetrics {
        events_in: (received * 90.0) as u64,
        events_out: (emitted * 90.0) as u64,
        ..InstanceMetrics::default()
    };
    LiveInstance {
        counts,
        received: PerSecond(received),
        emitted: PerSecond(emitted),
        phases,
        phase_totals: totals(phases, uptime),
        ..LiveInstance::default()
    }
}

pub fn node(name: &str, kind: Kind, instances: Vec<LiveInstance>) -> LiveNode {
    LiveNode { name: name.into(), kind, instances, ..LiveNode::default() }
}

/// A channel between two nodes, with its rate and its fill.
pub fn channel((from, to): (usize, usize), rate: f64, fill: f64) -> LiveEdge {
    let capacity = 8_192;
    LiveEdge {
        from,
        to,
        is_channel: true,
        rate: PerSecond(rate),
        capacity,
        buffered: (fill * capacity as f64) as u64,
        fill: Share(fill),
        wait: Share(fill / 2.0),
        waited: 90.secs().mul_f64(fill / 2.0),
        ..LiveEdge::default()
    }
}

/// Two instances of `scores` hold the job back; every kind of figure is there.
pub fn fraud() -> LiveMetrics {
    let mut tx = instance((0.0, 102_000.0), [0.34, 0.0, 0.6, 0.06]);
    tx.watermark = Some(EventTime::from_secs(NOON));
    tx.counts.held = 1_500.millis();
    let mut windows = instance((102_000.0, 51_000.0), [0.5, 0.0, 0.45, 0.05]);
    windows.watermark = Some(EventTime::from_secs(NOON));
    windows.counts.late = 1_234;
    windows.counts.dropped = 17;
    windows.keys = Some(50_000);
    windows.state_bytes = Some(4_000_000);
    let fires_at = EventTime::from_secs(NOON + 60);
    windows.next_window = Some(PendingWindow { fires_at, windows: 50_000 });
    let score = |rate, phases| LiveInstance {
        calls: Some(LiveCalls {
            in_flight: 64,
            limit: 64,
            waiting: 40,
            oldest: Some(120.millis()),
            times: CallSeconds {
                counts: [12, 0, 0, 0, 1, 700, 90, 3, 0, 0, 0, 0, 0, 1],
                sum: 32_500.millis(),
            },
        }),
        watermark: Some(EventTime::from_millis(NOON * 1_000 - 1_250)),
        ..instance((rate, rate / 50.0), phases)
    };
    let scores =
        vec![score(26_000.0, [0.03, 0.97, 0.0, 0.0]), score(25_000.0, [0.03, 0.9, 0.0, 0.07])];
    let alerts = instance((1_020.0, 0.0), [0.02, 0.0, 0.0, 0.98]);
    let last = LastCheckpoint {
        number: 90,
        bytes: 1_234_567,
        alignment: 12.millis(),
        writing: 80.millis(),
        age: 400.millis(),
    };
    let staged = |(stage, node)| LiveNode { stage, ..node };
    LiveMetrics {
        job: "fraud".into(),
        delivery: "at_least_once".into(),
        state: JobState::Running,
        uptime: 90.secs(),
        at: Some(EventTime::from_millis(NOON * 1_000 + 2_000)),
        window: 1.secs(),
        cores: 0,
        nodes: vec![
            node("tx", Kind::Source, vec![tx]),
            LiveNode {
                limit: Some(PerSecond(200_000.0)),
                ..node("per_minute", Kind::Operator, vec![windows])
            },
            node("scores", Kind::Awaiting, scores),
            node("alerts", Kind::Sink, vec![alerts]),
            node("scores_errors_ignored", Kind::Ignored, vec![instance((0.0, 0.0), [0.0; 4])]),
        ]
        .into_iter()
        .enumerate()
        .map(staged)
        .collect(),
        edges: vec![
            channel((0, 1), 102_000.0, 0.96),
            channel((1, 2), 51_000.0, 1.0),
            channel((2, 3), 1_020.0, 0.0),
            LiveEdge { output: Some("errors".into()), ..channel((2, 4), 0.0, 0.0) },
        ],
        checkpoints: Some(CheckpointMetrics {
            durable: 90,
            failed: 1,
            commits_failed: 2,
            restarts: 1,
            last: Some(last),
        }),
    }
}

/// A job of two nodes, fused into one task, in its first second.
pub fn copy() -> LiveMetrics {
    let phases = [0.25, 0.0, 0.0, 0.75];
    LiveMetrics {
        job: "copy".into(),
        delivery: "at_most_once".into(),
        uptime: 1.secs(),
        window: 1.secs(),
        cores: 0,
        nodes: vec![
            node("lines", Kind::Source, vec![instance((0.0, 40.0), phases)]),
            node("lines_sink", Kind::Sink, vec![instance((40.0, 0.0), phases)]),
        ],
        edges: vec![LiveEdge { to: 1, rate: PerSecond(40.0), ..LiveEdge::default() }],
        ..LiveMetrics::default()
    }
}
