//! Calls that fail, take too long, panic, or are dropped with their job.

use super::service::{EVENTS, Service, ms};
use crate::simulation::{self, Virtual};
use crate::support::BATCHES;
use millstream::operator::TimedOut;
use millstream::prelude::*;
use std::sync::atomic::Ordering;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Refusal {
    #[error("no")]
    No(u64),
    #[error(transparent)]
    TooLong(#[from] TimedOut),
}

/// Succeeds at the third attempt for events that 3 divides, never for those that 5 divides; adds
/// to its state in each.
#[operator(in_flight = 4, retry = fixed(2, "10ms"))]
async fn stubborn(
    event: u64,
    calls: &mut u64,
    #[shared] service: &Service,
) -> std::result::Result<(u64, u64), Refusal> {
    *calls += 1;
    let attempt = service.ask(event, ms(1)).await;
    let refused = event.is_multiple_of(5) || (event.is_multiple_of(3) && attempt < 3);
    if refused { Err(Refusal::No(event)) } else { Ok((event, *calls)) }
}

#[test]
fn an_attempt_that_fails_leaves_no_trace_in_the_state() {
    for batch in BATCHES {
        let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            stubborn = source(from_iter(1..60_u64)) >> by(|_| ()) >> stubborn(service.clone()),
            stubborn >> sink(good.sink()),
            stubborn.errors >> sink(bad.sink()),
        );
        let metrics =
            simulation::run_by(&clock, 5, topology, Config::default().batch(batch)).unwrap();
        let succeeded = (1..60_u64).filter(|event| event % 5 != 0);
        let expected: Vec<_> = succeeded.zip(1..).collect();
        assert_eq!(good.take(), expected, "each success counts one call");
        let refused = (1..60_u64).filter(|event| event % 5 == 0).map(Refusal::No);
        assert_eq!(bad.take(), refused.collect::<Vec<_>>());
        for (event, attempts) in &*service.attempts.lock().unwrap() {
            assert_eq!(*attempts, if event % 3 == 0 || event % 5 == 0 { 3 } else { 1 });
        }
        let total = metrics.node("stubborn").unwrap().total();
        assert_eq!((total.events_in, total.events_out, total.errors), (59, 48, 11));
    }
}

/// The wait behind the call of each event.
#[operator(in_flight = 100, timeout = "50ms", retry = fixed(2, "100ms"))]
async fn impatient(
    (event, wait): (u64, u64),
    #[shared] service: &Service,
) -> std::result::Result<u64, Refusal> {
    service.ask(event, ms(wait)).await;
    Ok(event)
}

#[test]
fn a_call_that_takes_too_long_is_dropped_and_repeated() {
    let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
    let service = Service::by(&clock);
    let waits = [(1, 49), (2, 51), (3, 0), (4, 50)];
    let topology = topology!(
        impatient = source(from_iter(waits)) >> impatient(service.clone()),
        impatient >> sink(good.sink()),
        impatient.errors >> sink(bad.sink()),
    );
    let mut job = simulation::start_by(&clock, 2, topology, Config::default()).unwrap();
    job.work_until(&clock, ms(50));
    // Event 4 returns at the moment at which its time is over: the result wins.
    assert_eq!(service.dropped.load(Ordering::Relaxed), 1);
    // Waits are random between a half and one and a half.
    job.work_until(&clock, ms(50) + ms(49));
    assert_eq!(service.attempts.lock().unwrap()[&2], 1);
    job.work_until(&clock, ms(50) + ms(151));
    assert_eq!(service.attempts.lock().unwrap()[&2], 2);
    job.work_until(&clock, ms(3 * 50 + 2 * 151));
    assert_eq!(good.take(), [1, 3, 4]);
    assert_eq!(bad.take(), [Refusal::TooLong(TimedOut(ms(50)))]);
    assert_eq!(service.dropped.load(Ordering::Relaxed), 3);
    assert!(job.has_ended());
}

#[test]
fn a_deadline_bounds_all_attempts_together() {
    #[operator(deadline = "100ms", retry = fixed(50, "10ms"))]
    async fn hopeless(
        event: u64,
        #[shared] service: &Service,
    ) -> std::result::Result<u64, Refusal> {
        let wait = if event == 2 { ms(1_000) } else { ms(10) };
        service.ask(event, wait).await;
        Err(Refusal::No(event))
    }

    let (clock, bad) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let topology = topology!(
        hopeless = source(from_iter([1, 2])) >> hopeless(service.clone()),
        hopeless >> sink(Collected::new().sink()),
        hopeless.errors >> sink(bad.sink()),
    );
    simulation::run_by(&clock, 2, topology, Config::default()).unwrap();
    assert_eq!(bad.take(), [Refusal::No(1), Refusal::TooLong(TimedOut(ms(100)))]);
    let attempts = service.attempts.lock().unwrap();
    assert!((4..=7).contains(&attempts[&1]) && attempts[&2] == 1, "{attempts:?}");
}

#[test]
fn only_errors_worth_it_are_repeated() {
    fn is_odd(error: &Refusal) -> bool {
        matches!(error, Refusal::No(event) if event % 2 == 1)
    }

    #[operator(retry = fixed(4, "1ms"), retry_if = is_odd)]
    async fn picky(event: u64, #[shared] service: &Service) -> std::result::Result<u64, Refusal> {
        service.ask(event, ms(1)).await;
        Err(Refusal::No(event))
    }

    let (clock, bad) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let topology = topology!(
        picky = source(from_iter(0..4)) >> picky(service.clone()),
        picky >> sink(Collected::new().sink()),
        picky.errors >> sink(bad.sink()),
    );
    simulation::run_by(&clock, 2, topology, Config::default()).unwrap();
    let attempts: Vec<_> = service.attempts.lock().unwrap().values().copied().collect();
    assert_eq!((bad.take().len(), attempts), (4, vec![1, 5, 1, 5]));
}

#[test]
fn a_function_that_cannot_fail_can_take_too_long() {
    #[operator(timeout = "5ms")]
    async fn quick(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, ms(event)).await;
        event
    }

    let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
    let topology = topology!(
        quick = source(from_iter(0..10)) >> quick(Service::by(&clock)),
        quick >> sink(good.sink()),
        quick.errors >> sink(bad.sink()),
    );
    simulation::run_by(&clock, 2, topology, Config::default()).unwrap();
    assert_eq!((good.take(), bad.take().len()), ((0..=5).collect::<Vec<_>>(), 4));
}

#[test]
fn a_panic_names_the_event_whose_call_it_was() {
    #[operator(in_flight = 64)]
    async fn fragile(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, ms(if event == 102 { 5 } else { 50 })).await;
        assert!(event != 102, "of all events");
        event
    }

    let clock = Virtual::default();
    let topology = topology!(
        source(from_iter(100..200_u64))
            >> fragile(Service::by(&clock))
            >> sink(Collected::new().sink())
    );
    let error = simulation::run_by(&clock, 7, topology, Config::default()).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "operator `fragile` panicked at its event 3, 102: of all events"
    );
}

#[test]
fn calls_in_flight_are_dropped_when_the_job_is() {
    let clock = Virtual::default();
    let service = Service::by(&clock);
    let topology = topology!(
        source(from_iter(0..EVENTS))
            >> added_up_all(service.clone())
            >> sink(Collected::new().sink())
    );

    #[operator(in_flight = 64, order = none)]
    async fn added_up_all(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, ms(1_000)).await;
        event
    }

    let mut job = simulation::start_by(&clock, 7, topology, Config::default()).unwrap();
    job.work();
    assert_eq!(service.in_flight.load(Ordering::Relaxed), 64);
    drop(job);
    assert_eq!(service.in_flight.load(Ordering::Relaxed), 0);
    assert_eq!(service.dropped.load(Ordering::Relaxed), 64);
}
