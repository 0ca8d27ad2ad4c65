//! Letters of operators that await.

use crate::calls::service::{Service, ms};
use crate::letters::panics::poison;
use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, INSTANCES, mixed};
use millstream::ErrorKind;
use millstream::operator::{DeadLetter, TimedOut};
use millstream::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone, thiserror::Error)]
enum Refusal {
    #[error("no")]
    No(#[source] std::fmt::Error),
    #[error(transparent)]
    TooLong(#[from] TimedOut),
}

/// Fails for ever if 5 divides the event, panics if 7 does, succeeds at the second attempt if 3
/// does.
#[operator(in_flight = 4, retry = fixed(2, "10ms"), panics = route)]
async fn stubborn(
    event: u64,
    calls: &mut u64,
    #[shared] service: &Service,
) -> Result<(u64, u64), Refusal> {
    *calls += 1;
    let attempt = service.ask(event, ms(1)).await;
    if event.is_multiple_of(7) {
        poison("seven");
    }
    if event.is_multiple_of(5) || (event.is_multiple_of(3) && attempt < 2) {
        return Err(Refusal::No(std::fmt::Error));
    }
    Ok((event, *calls))
}

#[test]
fn a_letter_counts_the_attempts_and_a_panic_is_not_repeated() {
    for batch in BATCHES {
        let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            stubborn = source(from_iter(1..60_u64)) >> by(|_| ()) >> stubborn(service.clone()),
            stubborn >> sink(good.sink()),
            stubborn.errors >> sink(bad.sink()),
        );
        simulation::run_by(&clock, 5, topology, Config::default().batch(batch)).unwrap();
        let succeeded = (1..60_u64).filter(|event| event % 5 != 0 && event % 7 != 0);
        assert_eq!(good.take(), succeeded.zip(1..).collect::<Vec<_>>(), "state has no trace");
        let letters: Vec<DeadLetter<u64>> = bad.take();
        let found: Vec<_> = letters
            .iter()
            .map(|letter| (letter.event, letter.position, letter.attempts, &*letter.error))
            .collect();
        let failed = (1..60_u64).filter(|event| event % 5 == 0 || event % 7 == 0);
        let expected: Vec<_> = failed
            .map(|event| match event % 7 {
                0 => (event, event, 1, "panicked: seven"),
                _ => (event, event, 3, "no: an error occurred when formatting an argument"),
            })
            .collect();
        assert_eq!(found, expected);
        let attempts = service.attempts.lock().unwrap();
        assert!(letters.iter().all(|letter| attempts[&letter.event] == letter.attempts));
        // The last attempt begins two waits, of 5 to 15 ms, and two answers after the first.
        assert!(letters.is_sorted_by_key(|letter| letter.time));
        assert!(letters[0].time >= EventTime::from_secs(0) + ms(3 + 10));
    }
}

/// Sends before it panics; sets its state and yields in between.
#[operator(in_flight = 8, panics = route)]
async fn sender(event: u64, sum: &mut u64, out: &mut Output<(u64, u64)>, #[shared] s: &Service) {
    *sum += event;
    for nth in 0..mixed(event) % 5 {
        out.send((event, *sum + nth)).await;
    }
    s.ask(event, ms(mixed(event) % 3)).await;
    if fails(event) {
        poison("after all");
    }
    out.send((event, *sum)).await;
}

fn fails(event: u64) -> bool {
    mixed(event ^ 99).is_multiple_of(4)
}

#[test]
fn a_call_that_panics_has_sent_nothing_and_changed_nothing() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
        let topology = topology!(
            sent = source(from_iter(0..400_u64))
                >> by(|n| n % 11)
                >> sender(Service::by(&clock)) * instances,
            sent >> sink(good.sink()),
            sent.errors >> sink(bad.sink()),
        );
        let config = Config::default().batch(batch);
        let metrics = simulation::run_by(&clock, 9, topology, config).unwrap();
        let (mut sums, mut expected) = (BTreeMap::<u64, u64>::new(), vec![]);
        for event in (0..400_u64).filter(|event| !fails(*event)) {
            let sum = sums.entry(event % 11).or_default();
            *sum += event;
            expected.extend((0..mixed(event) % 5).map(|nth| (event, *sum + nth)));
            expected.push((event, *sum));
        }
        let mut good: Vec<(u64, u64)> = good.take();
        good.sort();
        expected.sort();
        assert_eq!(good, expected, "{instances} instances, batches of {batch}");
        let mut bad: Vec<u64> = bad.take().into_iter().map(|l: DeadLetter<u64>| l.event).collect();
        bad.sort();
        assert_eq!(bad, (0..400).filter(|event| fails(*event)).collect::<Vec<_>>());
        let total = metrics.node("sent").unwrap().total();
        assert_eq!(total.events_in, 400);
        assert_eq!((total.events_out, total.errors), (good.len() as u64, bad.len() as u64));
    }
}

#[operator(in_flight = 16, timeout = "5ms", errors = letters)]
async fn quick(event: u64, #[shared] service: &Service) -> Result<u64, Refusal> {
    service.ask(event, ms(event)).await;
    Ok(event)
}

#[test]
fn a_call_that_takes_too_long_is_a_letter() {
    let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
    let topology = topology!(
        quick = source(from_iter(0..10)) >> quick(Service::by(&clock)),
        quick >> sink(good.sink()),
        quick.errors >> map(|letter| (letter.event, letter.error)) >> sink(bad.sink()),
    );
    simulation::run_by(&clock, 2, topology, Config::default()).unwrap();
    assert_eq!(good.take(), (0..=5).collect::<Vec<_>>());
    let late: Vec<_> = (6..10).map(|n| (n, "no answer within 5ms".to_owned())).collect();
    assert_eq!(bad.take(), late);
}

/// A timer that panics.
#[derive(Debug, Clone)]
struct Alarm;

#[operator(in_flight = 4, panics = route)]
impl Alarm {
    async fn process(&self, event: u64, seen: &mut u64, ctx: &mut Context) -> u64 {
        ctx.timer_after(ms(event));
        tokio::task::yield_now().await;
        *seen += 1;
        event
    }

    async fn on_timer(&self, _: Timer, _: &mut u64) -> u64 {
        tokio::task::yield_now().await;
        poison("no event")
    }
}

#[test]
fn a_timer_of_an_awaiting_operator_that_panics_ends_the_job() {
    let (clock, letters) = (Virtual::default(), Collected::new());
    let topology = topology!(
        alarms = source(from_iter([3_u64])) >> by(|n| *n) >> Alarm,
        alarms >> ignore,
        alarms.errors >> sink(letters.sink()),
    );
    let error = simulation::run_by(&clock, 2, topology, Config::default()).unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some("alarms")));
    assert!(error.to_string().contains("on its timer after 3ms"), "{error}");
    assert!(letters.take().is_empty());
}
