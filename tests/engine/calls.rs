//! Calls in flight: how many at once, in which order, how long, how often.

use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::operator::{Order, TimedOut};
use millstream::prelude::*;
use millstream::time::Clock;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const EVENTS: u64 = 300;

/// A time of some milliseconds.
fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a service of the tests has seen.
#[derive(Debug, Default)]
struct Service {
    clock: Virtual,
    in_flight: AtomicUsize,
    most: AtomicUsize,
    /// How many calls of each event have begun.
    attempts: Mutex<BTreeMap<u64, u32>>,
    /// Calls that were dropped before they returned.
    dropped: AtomicU64,
}

/// A call of the service, which counts from its first poll to its end.
struct Call<'a>(&'a Service, bool);

impl Service {
    fn by(clock: &Virtual) -> Arc<Self> {
        Arc::new(Self { clock: clock.clone(), ..Self::default() })
    }

    /// Waits so long, by the job's clock; returns how many calls of this event have begun.
    async fn ask(&self, event: u64, wait: Duration) -> u32 {
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap();
            let attempt = attempts.entry(event).or_default();
            *attempt += 1;
            *attempt
        };
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(in_flight, Ordering::Relaxed);
        let mut call = Call(self, false);
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        call.1 = true;
        attempt
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Between none and 19 ms.
fn latency(event: u64) -> Duration {
    ms(mixed(event) % 20)
}

#[operator(in_flight = 8)]
async fn in_order_of_input(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
}

#[operator(in_flight = 8, order = none)]
async fn as_they_return(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
}

/// Adds up per key, waiting in the middle of a change.
#[operator(in_flight = 8)]
async fn added_up(event: u64, sum: &mut u64, #[shared] service: &Service) -> (u64, u64) {
    let before = *sum;
    service.ask(event, latency(event)).await;
    *sum = before + event;
    (event, *sum)
}

/// What `added_up` gives for the events of each of `keys` keys.
fn sums(keys: u64) -> Vec<(u64, u64)> {
    let mut sums = BTreeMap::new();
    let add = |event: u64| {
        let sum = sums.entry(event % keys).or_insert(0);
        *sum += event;
        (event, *sum)
    };
    (0..EVENTS).map(add).collect()
}

#[test]
fn the_first_result_leaves_when_its_call_returns() {
    #[operator]
    async fn ten_millis(event: u64, #[shared] service: &Service) -> u64 {
        let wait = if event == 30 { ms(1_000_000) } else { ms(10) };
        service.ask(event, wait).await;
        event
    }

    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let topology =
        topology!(source(from_iter(0..400_u64)) >> ten_millis(service) * 1 >> sink(seen.sink()));
    let mut job = simulation::start_by(&clock, 0, topology, Config::default()).unwrap();
    let mut all = Vec::new();
    for returned in [1, 2, 3, 30] {
        job.work_until(&clock, ms(10 * returned) + ms(5));
        all.extend(seen.take());
        assert_eq!(all.len() as u64, returned, "one after each 10 ms");
        let total = job.job.metrics().node("ten_millis").unwrap().total();
        assert_eq!(total.events_out, returned, "counters move as events do");
    }
    job.work_until(&clock, ms(500_000));
    all.extend(seen.take());
    assert_eq!(all, (0..30).collect::<Vec<_>>(), "a call that hangs holds nothing back");
}

#[test]
fn results_leave_in_the_order_of_the_events_unless_that_is_given_up() {
    for (batch, seed) in BATCHES.into_iter().flat_map(|batch| (0..4).map(move |seed| (batch, seed)))
    {
        let (clock, ordered, any) = (Virtual::default(), Collected::new(), Collected::new());
        let services = [Service::by(&clock), Service::by(&clock)];
        let topology = topology!(
            events = source(from_iter(0..EVENTS)),
            events >> in_order_of_input(services[0].clone()) >> buffer(3) >> sink(ordered.sink()),
            events >> as_they_return(services[1].clone()) >> sink(any.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(ordered.take(), (0..EVENTS).collect::<Vec<_>>(), "batch {batch}, seed {seed}");
        let any = any.take();
        assert_ne!(any, (0..EVENTS).collect::<Vec<_>>());
        assert_eq!(sorted(any), (0..EVENTS).collect::<Vec<_>>());
        for service in services {
            assert_eq!(service.most(), 8, "as many at once as asked for, and no more");
        }
    }
}

#[test]
fn calls_of_one_key_follow_each_other_and_those_of_others_go_on() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> by(|event| event % 5)
                >> added_up(service.clone()) * instances
                >> sink(seen.sink())
        );
        simulation::run_by(&clock, 3, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(sorted(seen.take()), sums(5));
        assert!(service.most() > 1 && service.most() <= 5, "{}", service.most());
    }
}

#[test]
fn a_hot_key_does_not_take_the_place_of_others() {
    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    // 8 calls at once: 15 events of the hot key wait, those of other keys behind them go on.
    let topology = topology!(
        source(from_iter(0..40_u64))
            >> by(|event| if *event < 16 { 0 } else { *event })
            >> added_up(service.clone())
            >> sink(seen.sink())
    );
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    job.work_until(&clock, ms(19));
    let first: Vec<_> = seen.take().into_iter().map(|(event, _)| event).collect();
    assert!(first.iter().filter(|event| **event >= 16).count() >= 7, "{first:?}");
}

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
    let refused = event % 5 == 0 || (event % 3 == 0 && attempt < 3);
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
fn no_event_becomes_late_because_calls_return_in_another_order() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, counts, late) = (Virtual::default(), Collected::new(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            seconds = source(from_iter(0..EVENTS))
                >> event_time(
                    |event| EventTime::from_secs((*event).cast_signed()),
                    lateness(1.secs())
                )
                >> shuffle
                >> as_they_return(service.clone()) * instances,
            minutes =
                seconds >> by(|_| ()) >> window(tumbling(1.mins())) >> aggregate(|_| (), count()),
            minutes >> sink(counts.sink()),
            minutes.late >> sink(late.sink()),
        );
        simulation::run_by(&clock, 7, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(late.take().len(), 0, "batch {batch}, {instances} instances");
        let counts: Vec<_> = counts.take().iter().map(|minute| minute.value).collect();
        assert_eq!(counts, [60; 5]);
    }
}

/// Emits the sum of a key at each full minute of event time, after asking for leave.
#[derive(Clone)]
struct MinuteSums {
    service: Arc<Service>,
}

impl MinuteSums {
    fn new(service: Arc<Service>) -> Self {
        Self { service }
    }
}

#[operator(in_flight = 8)]
impl MinuteSums {
    async fn process(&self, event: u64, sum: &mut u64, ctx: &mut Context) {
        let minute = ctx.event_time().as_micros() / 60_000_000;
        ctx.timer_at(EventTime::from_secs(60 * minute + 60));
        self.service.ask(event, latency(event)).await;
        *sum += event;
    }

    async fn on_timer(&self, timer: Timer, sum: &mut u64) -> (Timer, u64) {
        let asked = mixed(*sum);
        self.service.ask(asked, latency(asked)).await;
        (timer, *sum)
    }
}

#[test]
fn timers_of_a_key_are_called_between_the_events_ahead_and_behind_them() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> event_time(
                    |event| EventTime::from_secs((*event).cast_signed()),
                    lateness(1.secs())
                )
                >> by(|event| event % 7)
                >> MinuteSums(service.clone()) * instances
                >> sink(seen.sink())
        );
        simulation::run_by(&clock, 7, topology, Config::default().batch(batch)).unwrap();
        let mut expected = Vec::new();
        for key in 0..7 {
            for minute in 1..=5 {
                // The event a second behind a minute is the first that makes its timer due.
                let ahead = 0..EVENTS.min(60 * minute + 2);
                let sum = ahead.filter(|event| event % 7 == key).sum::<u64>();
                expected.push((sum, 60 * minute));
            }
        }
        let seen = seen.take().into_iter().map(|(timer, sum)| match timer {
            Timer::At(time) => (sum, time.as_micros().cast_unsigned() / 1_000_000),
            Timer::After(_) => panic!("no such timer is set"),
        });
        assert_eq!(sorted(seen.collect()), sorted(expected), "batch {batch}");
        assert!(service.most() > 1);
    }
}

#[test]
fn a_timer_by_the_clock_is_called_while_events_are_at_hand() {
    /// Sets a timer at its first event.
    #[derive(Clone)]
    struct Reminder {
        service: Arc<Service>,
        called: Arc<Mutex<Vec<Duration>>>,
    }

    impl Reminder {
        fn new(service: Arc<Service>, called: Arc<Mutex<Vec<Duration>>>) -> Self {
            Self { service, called }
        }
    }

    #[operator]
    impl Reminder {
        async fn process(&self, event: u64, seen: &mut u64, ctx: &mut Context) -> u64 {
            if *seen == 0 {
                ctx.timer_after(100.millis());
            }
            *seen += 1;
            self.service.ask(event, ms(10)).await;
            event
        }

        async fn on_timer(&self, _: Timer, _: &mut u64) {
            self.called.lock().unwrap().push(self.service.clock.now());
        }
    }

    let (clock, called) = (Virtual::default(), Arc::new(Mutex::new(Vec::new())));
    let topology = topology!(
        source(from_iter(0..400_u64))
            >> by(|_| ())
            >> Reminder(Service::by(&clock), called.clone())
            >> sink(Collected::new().sink())
    );
    simulation::run_by(&clock, 7, topology, Config::default()).unwrap();
    let called = called.lock().unwrap().clone();
    assert!(called.len() == 1 && called[0] <= ms(120), "{called:?}");
}

#[test]
fn a_key_that_is_forgotten_begins_anew_for_the_events_that_wait() {
    #[operator(in_flight = 8)]
    async fn pairs(
        event: u64,
        count: &mut u64,
        ctx: &mut Context,
        #[shared] service: &Service,
    ) -> (u64, u64) {
        *count += 1;
        service.ask(event, latency(event)).await;
        if *count == 2 {
            ctx.forget_key();
        }
        (event, *count)
    }

    let (clock, seen) = (Virtual::default(), Collected::new());
    let topology = topology!(
        source(from_iter(0..20_u64))
            >> by(|_| ())
            >> pairs(Service::by(&clock))
            >> sink(seen.sink())
    );
    simulation::run_by(&clock, 7, topology, Config::default()).unwrap();
    assert_eq!(seen.take(), (0..20).map(|event| (event, 1 + event % 2)).collect::<Vec<_>>());
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

#[test]
fn order_per_key_needs_no_state() {
    #[operator(in_flight = 8, order = per_key)]
    async fn looked_up(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, latency(event)).await;
        event
    }

    assert_eq!(<looked_up as millstream::operator::Operator<u64>>::CALLS.order, Order::PerKey);
    let (clock, seen) = (Virtual::default(), Collected::new());
    let topology = topology!(
        source(from_iter(0..EVENTS))
            >> by(|event| event % 5)
            >> looked_up(Service::by(&clock))
            >> sink(seen.sink())
    );
    simulation::run_by(&clock, 7, topology, Config::default()).unwrap();
    let seen = seen.take();
    for key in 0..5 {
        let of_key: Vec<_> = seen.iter().copied().filter(|event| event % 5 == key).collect();
        assert_eq!(of_key, (key..EVENTS).step_by(5).collect::<Vec<_>>());
    }
    assert_ne!(seen, (0..EVENTS).collect::<Vec<_>>());
}
