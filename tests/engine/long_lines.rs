//! Long lines: a chain that has come to its greatest length ends in an output, in the same task.

use millstream::prelude::*;

macro_rules! ten {
    ($stream:expr) => {
        $stream
            .map(|n| n + 1)
            .filter(|n| *n >= 0)
            .map(|n| n + 1)
            .map(|n| n + 1)
            .flat_map(|n| [n + 1])
            .map(|n| n + 1)
            .inspect(|_| ())
            .map(|n| n + 1)
            .map(|n| n + 1)
            .map(|n| n + 1)
    };
}

/// A line of 120 verbs, which adds 96.
fn line(numbers: impl Source<i64>, sink: impl Sink<i64>) -> Topology {
    let job = Builder::new("long");
    let numbers = job.source(numbers).named("numbers");
    let numbers = ten!(ten!(ten!(ten!(ten!(ten!(numbers))))));
    let numbers = ten!(ten!(ten!(ten!(ten!(ten!(numbers))))));
    numbers.sink(sink);
    job.build()
}

#[tokio::test]
async fn a_line_of_120_verbs_emits_each_event_in_order_at_any_batch_size() {
    for batch in [1, 7, 1_024] {
        let sums = Collected::new();
        let topology = line(from_iter(0..2_000), sums.sink());
        topology.run(Config::default().batch(batch)).await.unwrap();
        assert_eq!(sums.take(), (96..2_096).collect::<Vec<_>>(), "batches of {batch}");
    }
}

#[test]
fn a_line_of_120_verbs_is_one_task_without_a_channel() {
    let topology = line(from_iter(0..1), Collected::new().sink());
    let plan = topology.plan(&Config::default()).unwrap();
    assert_eq!(plan.tasks(), 1);
    assert!(plan.edges().iter().all(|edge| edge.reason.is_call()));
}
