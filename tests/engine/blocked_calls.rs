//! Operators of one task that await, while another of them waits for room downstream.

use crate::simulation;
use crate::support::BATCHES;
use millstream::prelude::*;

/// Takes up to seven turns.
#[operator(in_flight = 3)]
async fn later(number: u64) -> u64 {
    for _ in 0..number % 8 {
        tokio::task::yield_now().await;
    }
    number
}

/// What a call brings while its task waits for room for another operator is sent before the task
/// waits for input, and before it ends.
#[test]
fn what_calls_bring_while_their_task_waits_for_room_is_sent() {
    for (batch, seed) in
        BATCHES.into_iter().flat_map(|batch| (0..200).map(move |seed| (batch, seed)))
    {
        let (one, other) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(0..60_u64)),
            first = numbers >> later,
            second = numbers >> map(|number| number / 3) >> later,
            first >> buffer(2) >> map(|number| number) >> sink(one.sink()),
            second >> buffer(2) >> map(|number| number) >> sink(other.sink()),
        );
        // It is stuck if not.
        simulation::run(seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!((one.take().len(), other.take().len()), (60, 60), "batch {batch}, seed {seed}");
    }
}
