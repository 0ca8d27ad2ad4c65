//! The table of nodes that `top` shows.

use super::made_up::{copy, fraud};
use millstream::job::Status;
use millstream::metrics::{JobState, LiveMetrics};
use unicode_width::UnicodeWidthStr;

fn shown(live: &LiveMetrics, width: usize, height: usize) -> Vec<String> {
    Status::table(live, width, height).lines().map(str::to_owned).collect()
}

#[test]
fn a_table_has_a_row_for_each_node_in_its_order_and_marks_the_limit() {
    let expected = "\
fraud · running 1.5 min · in 102 k/s · out 1.02 k/s · lag 3.2 s · 1,234 late · 17 dropped · \
checkpoint 400 ms ago · 1 restart
  node                   ×      in/s     out/s  busy  await  block  idle  fill    lag   late  dropped
  tx                     1         -   102 k/s   34%     0%    60%    6%     -  2.0 s      -        -
  per_minute             1   102 k/s  51.0 k/s   50%     0%    45%    5%   96%  2.0 s  1,234       17
▶ scores                 2  51.0 k/s  1.02 k/s    3%    97%     0%    0%  100%  3.2 s      -        -
  alerts                 1  1.02 k/s         -    2%     0%     0%   98%    0%      -      -        -
  scores_errors_ignored  1       0/s         -    0%     0%     0%    0%    0%      -      -        -
`scores` is the limit: 128 of 128 calls in flight, each takes 2 ms; `in_flight` of 128 at each \
instance would carry 2× the rate; next limit: `per_minute` at 2×";
    assert_eq!(Status::table(&fraud(), 200, 50), expected);
}

#[test]
fn what_does_not_fit_is_counted() {
    let lines = shown(&fraud(), 200, 6);
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[4], "… 3 more nodes", "{lines:#?}");
    assert!(lines[3].contains("per_minute") || lines[3].contains("tx"), "{lines:#?}");
}

#[test]
fn a_table_fits_every_terminal() {
    for live in [fraud(), copy(), LiveMetrics::default()] {
        for (width, height) in (0..150).flat_map(|width| (0..12).map(move |height| (width, height)))
        {
            let lines = shown(&live, width, height);
            assert!(lines.len() <= height, "{lines:#?}");
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:#?}");
        }
    }
}

#[test]
fn the_last_table_has_counts() {
    let lines = shown(&LiveMetrics { state: JobState::Ended, ..copy() }, 120, 24);
    assert_eq!(
        lines[..4],
        [
            "copy · ended after 1.0 s · in 3,600 · out 3,600",
            "  node        ×     in    out  busy  await  block  idle  fill  lag  late  dropped",
            "  lines       1      -  3,600   25%     0%     0%   75%     -    -     -        -",
            "  lines_sink  1  3,600      -   25%     0%     0%   75%     -    -     -        -",
        ]
    );
}
