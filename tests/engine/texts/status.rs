//! The three lines of a terminal.

use super::made_up::{channel, copy, fraud, instance, node};
use millstream::job::Status;
use millstream::metrics::{JobState, LiveCalls, LiveMetrics, LiveNode};
use millstream_graph::shape::Kind;
use unicode_width::UnicodeWidthStr;

fn lines(live: &LiveMetrics, width: usize) -> Vec<String> {
    Status::render(live, width).split('\n').map(str::to_owned).collect()
}

#[test]
fn a_wide_terminal_shows_all_figures() {
    assert_eq!(
        lines(&fraud(), 200),
        [
            "fraud · running 1.5 min · in 102 k/s · out 1.02 k/s · lag 3.2 s · 1,234 late · \
             17 dropped · checkpoint 400 ms ago · 1 restart",
            "tx 102 k/s → per_minute 102 k/s → scores 51.0 k/s (limit) → alerts 1.02 k/s",
            "`scores` is the limit: 128 of 128 calls in flight, each takes 2 ms; `in_flight` of 128 \
             at each instance would carry 2× the rate; next limit: `per_minute` at 2×",
        ]
    );
}

#[test]
fn a_job_without_losses_or_checkpoints_has_a_short_line() {
    assert_eq!(
        lines(&copy(), 80)[..2],
        ["copy · running 1.0 s · in 40/s · out 40/s", "lines 40/s → lines_sink 40/s"]
    );
}

#[test]
fn a_narrow_terminal_keeps_what_is_around_the_limit() {
    assert_eq!(
        lines(&fraud(), 60),
        [
            "fraud · running 1.5 min · in 102 k/s · out 1.02 k/s · lag 3…",
            "… → scores 51.0 k/s (limit) → alerts 1.02 k/s",
            "`scores` is the limit: 128 of 128 calls in flight, each tak…",
        ]
    );
    assert_eq!(
        lines(&fraud(), 24),
        ["fraud · running 1.5 min…", "… → scores 51.0 k/s (li…", "`scores` is the limit:…"]
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut long = fraud();
    long.job = "多い".repeat(30);
    long.nodes[2].name = "a\u{301}".repeat(100);
    for live in [fraud(), copy(), long, chain(60), LiveMetrics::default()] {
        for width in 0..220 {
            let lines = lines(&live, width);
            assert_eq!(lines.len(), 3);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:#?}");
        }
    }
}

/// A job of many nodes, the middle one of which is the limit.
fn chain(length: usize) -> LiveMetrics {
    let kind = |at| match at {
        0 => Kind::Source,
        at if at + 1 == length => Kind::Sink,
        _ => Kind::Operator,
    };
    let busy = |at| if at == length / 2 { 0.99 } else { 0.1 };
    let full = |at| if at <= length / 2 { 1.0 } else { 0.0 };
    let idle = |at| if at < length / 2 { [0.9, 0.0] } else { [0.0, 1.0 - busy(at)] };
    let one = |at| {
        let [blocked, idle] = idle(at);
        instance((500.0, 500.0), [busy(at), 0.0, blocked, idle])
    };
    LiveMetrics {
        nodes: (0..length)
            .map(|at| LiveNode { stage: at, ..node(&format!("n{at}"), kind(at), vec![one(at)]) })
            .collect(),
        edges: (1..length).map(|at| channel((at - 1, at), 500.0, full(at))).collect(),
        ..copy()
    }
}

#[test]
fn many_nodes_are_cut_at_both_ends() {
    assert_eq!(
        lines(&chain(60), 80)[1],
        "… → n30 500/s (limit) → n31 500/s → n32 500/s → n33 500/s → n34 500/s → …"
    );
    let whole = lines(&chain(5), 80);
    assert_eq!(whole[1], "n0 500/s → n1 500/s → n2 500/s (limit) → n3 500/s → n4 500/s");
}

#[test]
fn a_path_through_a_loop_ends() {
    let mut live = chain(4);
    live.edges.push(channel((2, 1), 900.0, 1.0));
    live.edges.push(channel((1, 1), 900.0, 1.0));
    assert_eq!(lines(&live, 80)[1], "n0 500/s → n1 500/s → n2 500/s (limit) → n3 500/s");
}

#[test]
fn what_a_terminal_would_obey_in_a_name_is_not_sent() {
    let mut live = fraud();
    live.job = "a\u{1b}[2J\r\nb".into();
    live.nodes[2].name = "\u{202e}x\u{7}".into();
    let text = Status::render(&live, 200) + &Status::table(&live, 200, 50);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
    assert_eq!(Status::render(&live, 200).lines().count(), 3);
}

#[test]
fn a_job_that_drains_says_what_it_waits_for() {
    let draining = LiveMetrics { state: JobState::Draining, ..fraud() };
    assert_eq!(
        lines(&draining, 200)[2],
        "draining: 8,192 events for `scores`, 7,864 events for `per_minute`, 208 calls of \
         `scores`; Ctrl-C again aborts"
    );
    let mut quiet = LiveMetrics { state: JobState::Draining, ..copy() };
    assert_eq!(lines(&quiet, 80)[2], "draining: the last events; Ctrl-C again aborts");
    quiet.state = JobState::Suspending;
    assert_eq!(lines(&quiet, 80)[2], "suspending: the last checkpoint; Ctrl-C again aborts");
    let one = LiveCalls { in_flight: 1, limit: 1, ..LiveCalls::default() };
    quiet.nodes[1].instances[0].calls = Some(one);
    assert_eq!(lines(&quiet, 80)[2], "suspending: 1 call of `lines_sink`; Ctrl-C again aborts");
}

#[test]
fn a_job_that_has_ended_shows_counts() {
    let ended = LiveMetrics { state: JobState::Ended, ..fraud() };
    let first = &lines(&ended, 200)[0];
    assert!(
        first.starts_with("fraud · ended after 1.5 min · in 9,180,000 · out 91,800 · "),
        "{first}"
    );
}

#[test]
fn old_data_shows_its_time_instead_of_a_lag() {
    let mut live = fraud();
    live.at = live.at.map(|at| at + std::time::Duration::from_secs(30 * 86_400));
    let first = &lines(&live, 200)[0];
    assert!(first.contains(" · lag 2018-04-01T11:59:58Z · "), "{first}");
}
