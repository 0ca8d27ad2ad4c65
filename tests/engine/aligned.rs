//! Barriers that come to one task from several sides.

use crate::simulation;
use crate::support::BATCHES;
use millstream::prelude::*;

/// Takes that many turns.
async fn wait(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

#[operator(in_flight = 4)]
async fn at_once(number: u64) -> u64 {
    wait(number % 2).await;
    number
}

#[operator(in_flight = 4)]
async fn much_later(number: u64) -> u64 {
    wait(50 + number % 50).await;
    number
}

/// Counts the events of two streams, in one task with them, and by key in tasks of their own, where
/// the barrier of one closes its channels until that of the other comes. One of them is slow.
fn counted(instances: usize, (all, keyed): (&Collected<u64>, &Collected<u64>)) -> Topology {
    topology!(
        job("counted", at_most_once),
        fast = source(from_iter(0..500_u64)) >> at_once,
        slow = source(from_iter(0..100_u64)) >> much_later,
        first = fast >> map(|number| number),
        second = slow >> map(|number| number),
        [first, second] >> sink(all.sink()),
        [first, second]
            >> by(|number| number % 16)
            >> map(|number| number) * instances
            >> sink(keyed.sink()),
    )
}

fn cases() -> impl Iterator<Item = (usize, usize, u64)> {
    let batches = [2, 3].into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)));
    batches.flat_map(|(instances, batch)| (0..5).map(move |seed| (instances, batch, seed)))
}

#[test]
fn a_task_reads_on_behind_a_barrier_once_it_has_come_from_all_sides() {
    for (instances, batch, seed) in cases() {
        let (all, keyed) = (Collected::new(), Collected::new());
        let topology = counted(instances, (&all, &keyed));
        let config = Config::default().batch(batch).buffer(batch);
        let mut job = simulation::start_epochs(40, seed, topology, config).unwrap();
        job.work();
        // It is stuck if the task waits for room behind a barrier that it does not read.
        job.result().unwrap();
        let counted = (all.take().len(), keyed.take().len());
        assert_eq!(counted, (600, 600), "{instances} instances, batch {batch}, seed {seed}");
    }
}
