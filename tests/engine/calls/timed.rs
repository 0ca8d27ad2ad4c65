//! Calls and time: watermarks, timers, state that is forgotten.

use super::service::{EVENTS, Service, latency, ms};
use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, INSTANCES, mixed, sorted};
use millstream::prelude::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[operator(in_flight = 8, order = none)]
async fn as_they_return(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
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
