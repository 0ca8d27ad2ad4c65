//! Durable jobs that have ended, and are started again with a longer input.

use crate::durable::config;
use crate::support::settled;
use millstream::metrics::Metrics;
use millstream::prelude::*;

type Counts = Collected<u64>;

/// Counts the seconds of two keys in windows of several kinds.
fn windows(end: i64, counts: [&Counts; 3]) -> Topology {
    let [tumbled, gathered, paired] = counts.map(Collected::sink);
    topology!(
        job("longer", at_least_once),
        seconds = source(from_iter_again(0..end))
            >> event_time(|second| EventTime::from_secs(*second), lateness(2.secs())),
        sorted = seconds >> in_order(|second| *second),
        tumbling =
            sorted >> by(|s| s % 2) >> window(tumbling(10.secs())) >> aggregate(|_| (), count()),
        sessions =
            sorted >> by(|s| s % 2) >> window(session(5.secs())) >> aggregate(|_| (), count()),
        pairs = (sorted >> by(|s| *s), seconds >> by(|s| *s)) >> join(within(0.secs(), 0.secs())),
        tumbling >> map(|window| window.value) >> sink(tumbled),
        sessions >> map(|window| window.value) >> sink(gathered),
        pairs >> map(|_| 1) >> sink(paired),
        [sorted.late, tumbling.late, sessions.late] >> ignore,
        pairs.late >> ignore,
        pairs.unmatched >> ignore,
    )
}

async fn run(end: i64, counts: [&Counts; 3], directory: &tempfile::TempDir) -> Metrics {
    let mut job = windows(end, counts).start(config(directory)).unwrap();
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    job.metrics()
}

#[tokio::test(start_paused = true)]
async fn events_behind_the_old_end_are_on_time() {
    let directory = tempfile::tempdir().unwrap();
    let (tumbled, gathered, paired) = (Counts::new(), Counts::new(), Counts::new());
    let mut before = 0;
    for end in [50, 80, 81, 200] {
        let metrics = run(end, [&tumbled, &gathered, &paired], &directory).await;
        for node in metrics.nodes() {
            assert_eq!(node.total().late, 0, "{end}: {metrics}");
        }
        let more = (end - before).unsigned_abs();
        for (kind, counts) in [("tumbling", &tumbled), ("session", &gathered), ("join", &paired)] {
            assert_eq!(counts.take().iter().sum::<u64>(), more, "{kind} {end}");
        }
        before = end;
    }
}
