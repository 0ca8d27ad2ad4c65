//! What the macros write, by hand, does what the macros do.

use millstream::prelude::*;

#[path = "../../examples/expanded/main.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod by_hand;
#[path = "../../examples/fraud_readme.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod fraud_readme;

fn transactions() -> demo::Demo {
    demo::transactions().events(100_000)
}

/// The alerts in order.
fn sorted(mut alerts: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    alerts.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    alerts
}

#[tokio::test]
async fn both_find_the_same_frauds_and_count_the_same_events() {
    let (with, without) = (Collected::new(), Collected::new());
    let with_macros = fraud_readme::fraud(transactions(), with.sink());
    let without_macros = by_hand::topology::fraud(transactions(), without.sink());
    let mut metrics = Vec::new();
    for topology in [with_macros, without_macros] {
        let mut job = topology.start(Config::default()).unwrap();
        job.wait().await.unwrap();
        metrics.push(job.metrics().to_string());
    }
    let with: Vec<_> = with.take().into_iter().map(|score| (score.tx, score.value)).collect();
    let without: Vec<_> = without.take().into_iter().map(|s| (s.tx, s.value)).collect();
    assert!(!with.is_empty());
    let (with, without) = (sorted(with), sorted(without));
    // The three scores of a transaction are added up in the order in which they come, which is not
    // the same in every run: the last digit of the sum is not either.
    let same = |(one, other): (&(u64, f64), &(u64, f64))| {
        one.0 == other.0 && (one.1 - other.1).abs() < 1e-9
    };
    assert_eq!(with.len(), without.len());
    assert!(with.iter().zip(&without).all(same), "{with:?}\n{without:?}");
    assert_eq!(metrics[0], metrics[1]);
}

#[test]
fn both_have_the_same_graph() {
    let graph = |topology: Topology| {
        let mut graph = topology.graph();
        graph.nodes.iter_mut().for_each(|node| node.location.clear());
        graph
    };
    let sinks = (Collected::new(), Collected::new());
    assert_eq!(
        graph(fraud_readme::fraud(transactions(), sinks.0.sink())),
        graph(by_hand::topology::fraud(transactions(), sinks.1.sink()))
    );
}
