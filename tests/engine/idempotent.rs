//! Idempotent sinks: what they hold after a failure, and what may be upstream of them.

use crate::durable::{Upto, config};
use crate::paths::{ended, is, told};
use crate::support::{BATCHES, INSTANCES, refused, settled};
use millstream::operator::{Keyed, Operator, SetsEventTimers, Shape, Step, Stepping};
use millstream::prelude::*;
use millstream::topology::Chance;
use millstream_graph::sentence::{Sentence, outcome};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Reminds by event time.
#[derive(Debug, Clone)]
struct ByEvents;

#[operator]
impl ByEvents {
    async fn process(number: u64, last: &mut u64, ctx: &mut Context) {
        *last = number;
        ctx.timer_at(ctx.event_time());
    }

    async fn on_timer(_: Timer, last: &mut u64, ctx: &mut Context) -> u64 {
        ctx.forget_key();
        *last
    }
}

/// Reminds by the clock.
#[derive(Debug, Clone)]
struct ByClock;

#[operator]
impl ByClock {
    async fn process(number: u64, last: &mut u64, ctx: &mut Context) {
        *last = number;
        ctx.timer_after(1.secs());
    }

    async fn on_timer(_: Timer, last: &mut u64) -> u64 {
        *last
    }
}

/// Numbers the events of a visit.
#[operator(ttl = "1h")]
async fn visit(number: u64, seen: &mut u64) -> u64 {
    *seen += number;
    *seen
}

#[operator(ttl = "1h by clock")]
async fn visit_by_clock(number: u64, seen: &mut u64) -> u64 {
    *seen += number;
    *seen
}

#[derive(Debug, Clone, Copy)]
enum Middle {
    EventTimers,
    EventExpiry,
    EventWindows,
    ClockTimers,
    ClockExpiry,
    ExpiryWithoutTime,
    ClockWindows,
    AnyOrder,
}

#[operator(in_flight = 4, order = none)]
async fn as_they_return(number: u64) -> u64 {
    std::future::ready(number).await
}

/// A job with this in the middle, and an idempotent sink; with a reason, if there is one.
fn middle(delivery: Delivery, middle: Middle, reason: Option<&'static str>) -> Topology {
    let job = Builder::new("middle").delivery(delivery);
    let untimed = job.source(ended()).named("numbers");
    let sink = || idempotent(for_each(drop::<u64>));
    macro_rules! ends {
        ($stream:expr) => {
            match reason {
                Some(reason) => $stream.weaken(reason).sink_named(sink(), "table"),
                None => $stream.sink_named(sink(), "table"),
            }
        };
    }
    macro_rules! windows {
        ($windows:expr) => {{
            let timed = untimed.event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs()));
            let counts = timed.by(|_| ()).window($windows);
            let counts = counts.aggregate(|_| (), count()).named("middle").outputs();
            counts.late.ignore();
            ends!(counts.stream.map(|row| row.value))
        }};
    }
    macro_rules! timed {
        ($operator:expr) => {{
            let timed = untimed.event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs()));
            ends!(timed.by(|_| ()).then($operator).named("middle"))
        }};
    }
    match middle {
        Middle::EventTimers => timed!(ByEvents),
        Middle::ClockTimers => timed!(ByClock),
        Middle::EventExpiry => timed!(visit {}),
        Middle::ClockExpiry => timed!(visit_by_clock {}),
        Middle::ExpiryWithoutTime => ends!(untimed.by(|_| ()).then(visit {}).named("middle")),
        Middle::EventWindows => windows!(tumbling(1.mins())),
        Middle::ClockWindows => windows!(tumbling(1.mins()).by_clock()),
        Middle::AnyOrder => ends!(untimed.then(as_they_return {}).named("middle")),
    }
    job.build()
}

const BY_CHANCE: [(Middle, Chance); 5] = [
    (Middle::ClockTimers, Chance::Timers),
    (Middle::ClockExpiry, Chance::Expiry),
    (Middle::ExpiryWithoutTime, Chance::Expiry),
    (Middle::ClockWindows, Chance::Windows),
    (Middle::AnyOrder, Chance::Order),
];

#[test]
fn an_idempotent_sink_behind_the_clock_is_refused_in_a_job_that_is_exactly_once() {
    for (kind, clock) in BY_CHANCE {
        let topology = middle(Delivery::ExactlyOnce, kind, None);
        let error = refused(topology).to_string();
        let remedy = match clock {
            Chance::Order => "leave out `order = none` of `middle`",
            _ => "go by event time in `middle`",
        };
        let clock = clock.to_string();
        let Sentence { code, wrong, help } =
            outcome::sink_by_chance("exactly_once", "table", ("middle", &clock), remedy);
        let rest = error.strip_prefix("topology `middle` cannot run:\n  ").expect(&error);
        assert!(rest.starts_with(&format!("{wrong} [{code}]\n    at tests/engine/idempotent.rs:")));
        assert!(rest.ends_with(&format!("\n    help: {help}")), "{error}");
        assert_eq!(error.matches("[M0").count(), 1, "{error}");
    }
    for kind in [Middle::EventTimers, Middle::EventExpiry, Middle::EventWindows] {
        let topology = middle(Delivery::ExactlyOnce, kind, None);
        assert_eq!(told(&topology), [is("once by key", "")], "{kind:?}");
    }
}

#[test]
fn behind_the_clock_an_idempotent_sink_is_as_good_as_any_other() {
    for (kind, clock) in BY_CHANCE {
        let weaker = format!("`middle` has {clock}");
        let told_by = |delivery, reason| told(&middle(delivery, kind, reason));
        assert_eq!(told_by(Delivery::AtLeastOnce, None), [is("at least once", &weaker)]);
        assert_eq!(told_by(Delivery::AtMostOnce, None), [is("at most once", &weaker)]);
        let excused = format!("{weaker}: it is cleared each night");
        let told = told_by(Delivery::ExactlyOnce, Some("it is cleared each night"));
        assert_eq!(told, [is("at least once", &excused)]);
    }
}

/// Declares event time, and sets a timer by the clock.
#[derive(Debug, Clone)]
struct Dishonest;

impl Operator<u64> for Dishonest {
    type Out = u64;
    type State = u64;
    type Error = Infallible;
    type Keying = Keyed<SetsEventTimers>;
    type Mode = Stepping;
    const NAME: &'static str = "dishonest";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<u64> for Dishonest {
    fn step(
        &mut self,
        number: u64,
        _: &mut u64,
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = u64>, Infallible> {
        ctx.timer_after(1.secs());
        Ok(Some(number))
    }
}

#[test]
fn an_operator_that_declares_event_time_and_sets_a_timer_by_the_clock_fails_the_job() {
    let topology = topology!(
        numbers = source(from_iter([7_u64])) >> event_time(|_| EventTime::MIN, lateness(0.secs())),
        numbers >> by(|number| *number) >> Dishonest >> ignore,
    );
    let error = crate::simulation::run(1, topology, Config::default()).unwrap_err();
    assert_eq!(error.node(), Some("dishonest"));
    let told = format!("{error:#}");
    assert!(told.contains("set a timer by the clock at its event 1"), "{told}");
    assert!(told.contains("declares `SetsEventTimers`"), "{told}");
}

/// The number of events of a job that fails at one of them, between two checkpoints.
const END: u64 = 1_500;
const FAULT: u64 = 1_007;

/// Counts the events of each key, and panics once.
#[derive(Debug, Clone)]
struct Counts {
    panicked: Arc<AtomicBool>,
}

#[operator]
impl Counts {
    async fn process(&self, number: u64, seen: &mut u64) -> (u64, u64) {
        *seen += 1;
        if number == FAULT && !self.panicked.swap(true, Ordering::Relaxed) {
            resume_unwind(Box::new("once"));
        }
        (number % 3, *seen)
    }
}

#[tokio::test(start_paused = true)]
async fn rows_of_an_idempotent_sink_go_back_after_a_failure_and_are_right_in_the_end() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let directory = tempfile::tempdir().unwrap();
        let table = Arc::new(Mutex::new((BTreeMap::<u64, u64>::new(), 0)));
        let rows = Arc::clone(&table);
        let upsert = idempotent(for_each(move |(key, count): (u64, u64)| {
            let (rows, went_back) = &mut *rows.lock().unwrap();
            let before = rows.insert(key, count).unwrap_or(0);
            *went_back += u32::from(before > count);
        }));
        let topology = topology!(
            job("table", exactly_once),
            numbers = source(Upto { end: END, pause: Some(50) }),
            counts = numbers
                >> by(|number| number % 3)
                >> Counts { panicked: Arc::default() } * instances,
            counts >> sink(upsert),
        );
        let mut job = topology.start(config(&directory).batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(job.metrics().checkpoints().unwrap().restarts, 1);
        let (rows, went_back) = &*table.lock().unwrap();
        assert!(
            rows.iter().map(|(key, count)| (*key, *count)).eq((0..3).map(|key| (key, END / 3)))
        );
        assert!(*went_back > 0, "instances: {instances}, batch: {batch}");
    }
}
