//! Timers of operators in event time.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES};
use millstream::prelude::*;
use std::convert::Infallible;
use std::time::Duration;

/// A key and a second.
type Dated = (u64, i64);

fn at(event: &Dated) -> EventTime {
    secs(event.1)
}

fn secs(second: i64) -> EventTime {
    EventTime::from_secs(second)
}

/// Sums up the seconds of each key until some time after its first one.
#[derive(Clone)]
struct SumUp {
    wait: Duration,
}

/// What [`SumUp`] gives on: the key, the sum, the timer, its event time.
type Sum = (u64, i64, Timer, EventTime);

#[operator]
impl SumUp {
    fn new(wait: Duration) -> Self {
        Self { wait }
    }

    async fn process(&self, event: Dated, state: &mut (u64, i64), ctx: &mut Context) {
        if state.1 == 0 {
            ctx.timer_at(ctx.event_time() + self.wait);
        }
        *state = (event.0, state.1 + event.1);
    }

    async fn on_timer(timer: Timer, state: &mut (u64, i64), ctx: &mut Context) -> Sum {
        ctx.forget_key();
        (state.0, state.1, timer, ctx.event_time())
    }
}

/// The same, awaiting.
#[derive(Clone)]
struct SumUpSlowly {
    wait: Duration,
}

#[operator]
impl SumUpSlowly {
    async fn process(&self, event: Dated, state: &mut (u64, i64), ctx: &mut Context) {
        tokio::task::yield_now().await;
        if state.1 == 0 {
            ctx.timer_at(ctx.event_time() + self.wait);
        }
        *state = (event.0, state.1 + event.1);
    }

    async fn on_timer(
        timer: Timer,
        state: &mut (u64, i64),
        ctx: &mut Context,
        out: &mut Output<Sum>,
    ) {
        ctx.forget_key();
        out.send((state.0, state.1, timer, ctx.event_time())).await;
    }
}

/// The sums as a loop over the events, in order of time, makes them.
fn expected(events: &[Dated], wait: i64) -> Vec<Sum> {
    let mut sums = Vec::new();
    for key in 0..8 {
        let mut open: Option<(i64, i64)> = None;
        let mut close = |open: &mut Option<(i64, i64)>| {
            if let Some((due, sum)) = open.take() {
                sums.push((key, sum, Timer::At(secs(due)), secs(due)));
            }
        };
        for (_, second) in events.iter().filter(|event| event.0 == key) {
            if open.is_some_and(|(due, _)| due <= *second) {
                close(&mut open);
            }
            let (due, sum) = open.unwrap_or((*second + wait, 0));
            open = Some((due, sum + second));
        }
        close(&mut open);
    }
    sums
}

fn by_key_and_time(mut sums: Vec<Sum>) -> Vec<Sum> {
    sums.sort_by_key(|sum| (sum.0, sum.3));
    sums
}

#[test]
fn timers_of_event_time_are_called_when_the_watermark_has_come() {
    let events: Vec<Dated> = (1..400).map(|n| ((n as u64 * 7) % 8, n)).collect();
    let expected = by_key_and_time(expected(&events, 30));
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (seen, slow) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_iter(events.clone())) >> event_time(at, lateness(0.secs())),
            events >> by(|event| event.0) >> SumUp(30.secs()) * instances >> sink(seen.sink()),
            events
                >> by(|event| event.0)
                >> SumUpSlowly { wait: 30.secs() } * instances
                >> sink(slow.sink()),
        );
        let config = Config::default().batch(batch).buffer(64);
        let metrics = simulation::run(7, topology, config).unwrap();
        // On its way to other instances, or with a larger batch, a watermark comes after more events.
        let seen = by_key_and_time(seen.take());
        if (instances, batch) == (1, 1) {
            assert_eq!(seen, expected);
        }
        let total = |sums: &[Sum]| sums.iter().map(|sum| sum.1).sum::<i64>();
        assert_eq!(total(&seen), (1..400).sum::<i64>(), "{instances}, batch {batch}");
        assert_eq!(total(&slow.take()), (1..400).sum::<i64>(), "{instances}, batch {batch}");
        assert!(seen.iter().all(|sum| sum.2 == Timer::At(sum.3)));
        let node = metrics.node("SumUp").unwrap().total();
        assert_eq!((node.events_in, node.events_out), (399, seen.len() as u64));
    }
}

/// Sets the timers that an event names, and tells which were called.
#[derive(Clone)]
struct Alarms;

/// What an event of [`Alarms`] asks for.
#[derive(Debug, Clone)]
enum Ask {
    At(Vec<i64>),
    Forget,
}

#[operator(name = "alarms")]
impl Alarms {
    async fn process(event: (u64, i64, Ask), seen: &mut u64, ctx: &mut Context) -> Option<String> {
        *seen += 1;
        match event.2 {
            Ask::At(seconds) => seconds.into_iter().for_each(|second| ctx.timer_at(secs(second))),
            Ask::Forget => ctx.forget_key(),
        }
        None
    }

    async fn on_timer(
        timer: Timer,
        seen: &mut u64,
        ctx: &mut Context,
    ) -> Result<String, Infallible> {
        let Timer::At(time) = timer else { unreachable!("it asks for no other") };
        let second = |time: EventTime| time.as_micros() / 1_000_000;
        let (timer, until) = (second(time), second(ctx.watermark()));
        Ok(format!("{timer} after {seen} events, watermark {until}"))
    }
}

/// What [`Alarms`] tells about the events of one key, one event a batch.
fn alarms(events: Vec<(i64, Ask)>) -> Vec<String> {
    let seen = Collected::new();
    let events = events.into_iter().map(|(second, ask)| (0_u64, second, ask)).collect::<Vec<_>>();
    let topology = topology!(
        source(from_iter(events))
            >> event_time(|event| secs(event.1), lateness(0.secs()))
            >> by(|event| event.0)
            >> Alarms
            >> filter(|_| true)
            >> sink(seen.sink()),
    );
    simulation::run(1, topology, Config::default().batch(1)).unwrap();
    seen.take()
}

/// The seconds of the timers.
fn seconds(told: &[String]) -> Vec<i64> {
    told.iter().map(|told| told.split_once(' ').unwrap().0.parse().unwrap()).collect()
}

#[test]
fn timers_are_called_in_order_of_time_and_those_of_one_time_once() {
    let told = alarms(vec![
        (0, Ask::At(vec![5, 3, 4, 3])),
        (1, Ask::At(vec![4, 9])),
        (10, Ask::At(vec![])),
        (20, Ask::At(vec![])),
    ]);
    assert_eq!(seconds(&told), [3, 4, 5, 9]);
    assert!(told.iter().all(|told| told.ends_with("3 events, watermark 10")), "{told:?}");
}

#[test]
fn a_timer_whose_time_has_come_is_called_after_the_event_that_set_it() {
    let told = alarms(vec![(10, Ask::At(vec![])), (11, Ask::At(vec![3, 10])), (12, Ask::Forget)]);
    assert_eq!(seconds(&told), [3, 10]);
    assert!(told.iter().all(|told| told.ends_with("2 events, watermark 10")), "{told:?}");
}

#[test]
fn a_key_that_is_forgotten_has_no_timers_and_may_set_them_again() {
    let told = alarms(vec![
        (0, Ask::At(vec![5, 6])),
        (1, Ask::Forget),
        (2, Ask::At(vec![6, 7])),
        (8, Ask::At(vec![])),
    ]);
    assert_eq!(seconds(&told), [6, 7]);
    assert!(told.iter().all(|told| told.contains("2 events")), "{told:?}");
}

#[test]
fn at_the_end_all_timers_of_event_time_are_called() {
    let told = alarms(vec![(0, Ask::At(vec![1_000_000, 50])), (1, Ask::At(vec![60]))]);
    assert_eq!(seconds(&told), [50, 60, 1_000_000]);
}

/// Asks for a timer again and again, and counts.
#[derive(Clone)]
struct EverySecond;

#[operator]
impl EverySecond {
    async fn process(event: Dated, state: &mut u64, ctx: &mut Context) -> Vec<(u64, i64)> {
        if *state == 0 {
            ctx.timer_at(ctx.event_time() + 1.secs());
        }
        *state += 1;
        vec![(event.0, -1)]
    }

    async fn on_timer(timer: Timer, state: &mut u64, ctx: &mut Context) -> (u64, i64) {
        let Timer::At(time) = timer else { unreachable!("it asks for no other") };
        ctx.timer_at(time + 1.secs());
        (*state, time.as_micros() / 1_000_000)
    }
}

#[test]
fn a_timer_may_be_set_again_when_it_is_called_and_that_ends_with_the_input() {
    let seen = Collected::new();
    let topology = topology!(
        source(from_iter([(1, 0), (1, 4), (1, 7)]))
            >> event_time(at, lateness(0.secs()))
            >> by(|event| event.0)
            >> EverySecond
            >> sink(seen.sink()),
    );
    simulation::run(1, topology, Config::default().batch(1)).unwrap();
    let seen = seen.take().into_iter().filter(|seen| seen.1 >= 0).collect::<Vec<_>>();
    // The last event brings the watermark to 7; the end calls what is left, and nothing new.
    let called = [(2, 1), (2, 2), (2, 3), (2, 4), (3, 5), (3, 6), (3, 7), (3, 8)];
    assert_eq!(seen, called);
}

#[test]
fn what_follows_an_operator_sees_its_results_before_the_watermark() {
    #[operator]
    async fn total(window: Window<u64, Sum>) -> i64 {
        window.events().iter().map(|sum| sum.1).sum()
    }
    for instances in INSTANCES {
        let seen = Collected::new();
        let events = (1..200).map(|n| (n as u64 % 8, n)).collect::<Vec<_>>();
        let topology = topology!(
            sums = source(from_iter(events))
                >> event_time(at, lateness(0.secs()))
                >> by(|event| event.0)
                >> SumUp(1.secs()) * instances,
            totals = sums >> by(|_| 0) >> window(tumbling(10.secs())) >> total,
            totals >> sink(seen.sink()),
            totals.late >> fail_on_late >> sink(Collected::new().sink()),
        );
        simulation::run(5, topology, Config::default().batch(3)).unwrap();
        let totals = seen.take();
        assert_eq!(totals.iter().sum::<i64>(), (1..200).sum::<i64>(), "{instances}");
        assert!(totals.len() > 15, "{totals:?}");
    }
}

/// Nothing may be late.
#[operator]
async fn fail_on_late(late: millstream::window::Late<Sum>) -> u64 {
    panic!("{late:?} is late")
}

/// Sets a timer that nobody is called for.
#[operator]
async fn forgetful(event: Dated, _state: &mut u64, ctx: &mut Context) -> Dated {
    set_timer(ctx);
    event
}

/// A function of its own: what is written in the operator does not compile.
fn set_timer(ctx: &mut Context) {
    ctx.timer_at(ctx.event_time());
}

#[test]
fn a_timer_of_an_operator_without_on_timer_ends_the_job() {
    let topology =
        topology!(source(from_iter([(1, 1)])) >> by(|event| event.0) >> forgetful >> ignore);
    let error = simulation::run(1, topology, Config::default()).unwrap_err();
    assert_eq!(error.node(), Some("forgetful"));
    let reason = "set a timer at its event 1: it has no `on_timer`; write it as `#[operator] impl`";
    assert_eq!(error.to_string(), format!("operator `forgetful` {reason}"));
}

/// Fails when it is called.
#[derive(Clone)]
struct Failing;

#[operator]
impl Failing {
    async fn process(_event: Dated, _state: &mut u64, ctx: &mut Context) -> Option<Dated> {
        ctx.timer_at(ctx.event_time() + 5.secs());
        None
    }

    async fn on_timer(_timer: Timer, _state: &mut u64) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

#[test]
fn an_error_of_on_timer_goes_to_the_error_output_or_names_the_timer() {
    let errors = Collected::new();
    let topology = topology!(
        failing = source(from_iter([(1, 1), (2, 2)]))
            >> event_time(at, lateness(0.secs()))
            >> by(|event| event.0)
            >> Failing,
        failing >> ignore,
        failing.errors >> sink(errors.sink()),
    );
    simulation::run(1, topology, Config::default()).unwrap();
    assert_eq!(errors.take().len(), 2);
    let topology = topology!(
        failing = source(from_iter([(1, 1)]))
            >> event_time(at, lateness(0.secs()))
            >> by(|event| event.0)
            >> Failing,
        failing >> ignore,
        failing.errors >> fail,
    );
    let error = simulation::run(1, topology, Config::default()).unwrap_err().to_string();
    assert!(error.contains("operator `failing` failed at its event 1, on its timer"), "{error}");
    assert!(error.contains("on its timer at 1970-01-01T00:00:06Z"), "{error}");
}

#[tokio::test]
async fn the_methods_can_be_called_in_a_unit_test() {
    let (mut state, mut ctx) = ((0, 0), Context::default());
    SumUp::new(3.secs()).process((1, 5), &mut state, &mut ctx).await;
    assert_eq!(ctx.timers(), [Timer::At(EventTime::MIN + 3.secs())]);
    assert_eq!(state, (1, 5));
}
