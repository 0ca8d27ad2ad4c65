//! Calls of a task whose segments wait for room.

use super::service::{EVENTS, Service, latency, ms};
use crate::simulation::{self, Virtual};
use crate::support::mixed;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[operator(in_flight = 8, order = none)]
async fn as_they_return(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
}

#[test]
fn calls_return_while_there_is_no_room_for_their_results() {
    let (clock, service) = (Virtual::default(), Arc::default());
    let asked = Service::by(&clock);

    #[operator]
    async fn never(event: u64, #[shared] gate: &tokio::sync::Notify) -> u64 {
        gate.notified().await;
        event
    }

    let gate: Arc<tokio::sync::Notify> = service;
    let topology = topology!(
        events = source(from_iter(0..EVENTS)),
        events
            >> as_they_return(asked.clone())
            >> buffer(1)
            >> never(gate.clone())
            >> sink(Collected::new().sink()),
    );
    let config = Config::default().batch(1).buffer(1);
    let mut job = simulation::start_by(&clock, 7, topology, config).unwrap();
    job.work_until(&clock, ms(1_000));
    // All 8 have returned, although nothing takes their results.
    assert_eq!(asked.in_flight.load(Ordering::Relaxed), 0);
    assert!(asked.attempts.lock().unwrap().len() >= 8);
}

#[test]
fn a_barrier_behind_a_call_leaves_while_the_rest_of_its_task_waits_for_room() {
    /// Gives others between no and three turns.
    #[operator(in_flight = 4)]
    async fn slow(event: u64) -> u64 {
        for _ in 0..mixed(event) % 4 {
            tokio::task::yield_now().await;
        }
        event
    }

    for seed in 0..50 {
        let seen = Collected::new();
        // All in one task but the sink, which reads no more from an edge that has sent its barrier
        // until the others have.
        let topology = topology!(
            events = source(from_iter(0..EVENTS)),
            slow = events >> slow,
            one = events >> map(|event: u64| event),
            two = events >> map(|event: u64| event),
            [one, slow, two] >> sink(seen.sink()),
        );
        let config = Config::default().batch(1).buffer(1);
        let job = simulation::start_epochs(20, seed, topology, config).unwrap();
        job.finish().unwrap();
        assert_eq!(seen.take().len() as u64, 3 * EVENTS, "seed {seed}");
    }
}

#[test]
fn a_slow_call_holds_back_the_source_also_where_others_read_it() {
    #[operator(in_flight = 4)]
    async fn asked(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, ms(10)).await;
        event
    }

    let (clock, all) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let topology = topology!(
        events = source(from_iter(0..10_000_u64)),
        events >> asked(service.clone()) >> sink(Collected::new().sink()),
        events >> map(|event: u64| event) >> sink(all.sink()),
    );
    let config = Config::default().batch(10);
    let mut job = simulation::start_by(&clock, 7, topology, config).unwrap();
    job.work_until(&clock, ms(105));
    let asked = service.attempts.lock().unwrap().len();
    let read = job.job.metrics().node("events").unwrap().total().events_out;
    assert_eq!(asked, 44, "4 every 10 ms");
    assert!(read <= 44 + 20, "{read}: what was read beyond that waits without bound");
}
