//! Why a node emits nothing: each reason on the engine, under virtual time.

use crate::simulation::{self, Simulated, Virtual};
use crate::support::INSTANCES;
use millstream::ErrorKind;
use millstream::metrics::{LimitReason, Silence, SilenceReason};
use millstream::prelude::*;
use millstream::time::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};

/// A job that is watched, and its clock.
struct Watched {
    job: Simulated,
    clock: Virtual,
    _watch: millstream::job::Watch,
}

impl Watched {
    fn start(seed: u64, topology: Topology) -> Self {
        Self::start_by(Virtual::default(), seed, topology)
    }

    fn start_by(clock: Virtual, seed: u64, topology: Topology) -> Self {
        let config = Config::default().batch(4);
        let job = simulation::start_by(&clock, seed, topology, config).unwrap();
        let watch = job.job.watch();
        Self { job, clock, _watch: watch }
    }

    /// Lets the job run for some time.
    fn pass(&mut self, time: Duration) {
        let until = self.clock.now() + time;
        self.job.work_until(&self.clock, until);
    }

    /// Why a node is silent, the node with the reason, and the sentence.
    fn why(&self, node: &str) -> (String, SilenceReason, String) {
        let silence: Silence = self.job.job.why_silent(node).unwrap();
        let at = self.job.job.plan().nodes()[silence.at].name.clone();
        (at, silence.reason.clone(), silence.to_string())
    }
}

/// An event time of so many seconds.
fn at(secs: &i64) -> EventTime {
    EventTime::from_secs(*secs)
}

fn send<T>(into: &Sender<T>, events: impl IntoIterator<Item = T>) {
    events.into_iter().for_each(|event| into.try_send(event).ok().unwrap());
}

/// Sums over the hour of two streams, the first of one split.
fn by_the_hour(instances: usize) -> (Topology, Sender<i64>, Sender<i64>) {
    let ((one, first), (two, second)) = (channel(1_000), channel(1_000));
    let strategy = || lateness(0.secs()).idle_after(60.secs());
    let topology = topology!(
        first = source(from_channel(first)) >> event_time(at, strategy()),
        second = source(from_channel(second)) >> event_time(at, strategy()),
        sums = [first, second]
            >> by(|secs| secs % 7)
            >> window(tumbling(1.hours()))
            >> aggregate(|secs| *secs, sum()) * instances,
        shown = sums >> sink(for_each(|_| {})),
        sums.late >> ignore,
    );
    (topology, one, two)
}

/// The same as a job.
fn hourly(instances: usize) -> (Watched, Sender<i64>, Sender<i64>) {
    let (topology, one, two) = by_the_hour(instances);
    (Watched::start(instances as u64, topology), one, two)
}

#[test]
fn who_asks_for_the_first_time_after_the_last_event_is_told_when_the_window_fires() {
    for instances in INSTANCES {
        let (topology, one, two) = by_the_hour(instances);
        let clock = Virtual::default();
        let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
        send(&one, 100..110);
        send(&two, 100..110);
        job.work_until(&clock, 10.secs());
        let silence = job.job.why_silent("sums").unwrap();
        let fires = match silence.reason {
            SilenceReason::Waiting { until, .. } => Some(until),
            SilenceReason::Fires { at, .. } => Some(at),
            _ => None,
        };
        assert_eq!(fires, Some(EventTime::from_secs(3_600)), "{silence}");
    }
}

#[test]
fn a_window_waits_for_the_watermark_of_the_source_that_has_no_events() {
    for instances in INSTANCES {
        let (mut job, one, two) = hourly(instances);
        send(&one, 3_000..3_010);
        send(&two, 3_000..3_050);
        job.pass(5.secs());
        for second in 5..46 {
            send(&two, [3_000 + 10 * second]);
            job.pass(1.secs());
        }
        for node in ["sums", "shown"] {
            let (at, reason, text) = job.why(node);
            let SilenceReason::Waiting { until, watermark, held_by, last_event, idle_in } = reason
            else {
                panic!("{instances}: {text}");
            };
            assert_eq!(at, "sums");
            assert_eq!(until, EventTime::from_secs(3_600));
            assert_eq!(watermark, Some(EventTime::from_secs(3_009)), "{text}");
            assert_eq!((held_by.node.as_str(), held_by.instance), ("first", 0));
            let (ago, left) = (last_event.unwrap().as_secs(), idle_in.unwrap().as_secs());
            assert!((45..=46).contains(&ago) && (13..=15).contains(&left), "{text}");
            let words =
                ["`sums` waits for the watermark", "held back by `first`, which has had no"];
            assert!(words.iter().all(|words| text.contains(words)), "{text}");
        }
        // It is left out, and the window fires.
        job.pass(20.secs());
        send(&two, [3_700]);
        job.pass(1.secs());
        assert!(matches!(job.why("sums").1, SilenceReason::Emits(_)), "{:?}", job.why("sums"));
    }
}

#[test]
fn a_window_that_has_not_ended_fires_later() {
    for instances in INSTANCES {
        let (mut job, one, two) = hourly(instances);
        for second in 0..10 {
            send(&one, [100 + second]);
            send(&two, [100 + second]);
            job.pass(1.secs());
        }
        let (at, reason, text) = job.why("sums");
        let SilenceReason::Fires { at: fires, watermark, windows } = reason else {
            panic!("{instances}: {text}");
        };
        assert_eq!((at.as_str(), fires), ("sums", EventTime::from_secs(3_600)));
        assert!(watermark.is_some_and(|time| time >= EventTime::from_secs(107)), "{text}");
        assert_eq!(windows, 1, "{text}");
    }
}

#[test]
fn a_window_whose_inputs_are_idle_names_the_source() {
    for instances in INSTANCES {
        let (mut job, one, two) = hourly(instances);
        send(&two, 100..110);
        job.pass(10.secs());
        send(&one, 100..110);
        job.pass(130.secs());
        for node in ["sums", "shown"] {
            let (at, reason, text) = job.why(node);
            let SilenceReason::NoInput { since: Some(since), edge: None } = reason else {
                panic!("{instances}: {text}");
            };
            assert!(at == "first" && (129..=130).contains(&since.as_secs()), "{text}");
            let begin = format!("`{node}` receives nothing: `first` has had no events for 2 min ");
            assert!(text.starts_with(&begin), "{text}");
        }
    }
}

#[test]
fn a_window_whose_events_are_late_says_so() {
    for instances in INSTANCES {
        let (mut job, one, two) = hourly(instances);
        send(&one, [4_000, 8_000]);
        send(&two, [4_000, 8_000]);
        job.pass(5.secs());
        for _ in 0..10 {
            send(&one, 0..20);
            send(&two, 0..20);
            job.pass(1.secs());
        }
        let (at, reason, text) = job.why("shown");
        let SilenceReason::AllLate { late, of } = reason else { panic!("{instances}: {text}") };
        assert!(at == "sums" && late >= 360 && of >= late, "{late} of {of}");
    }
}

#[test]
fn a_join_without_a_match_says_so_and_names_the_side_without_events() {
    for instances in INSTANCES {
        let ((orders, first), (payments, second)) = (channel(1_000), channel(1_000));
        let job = Builder::new("joining");
        let stream = |name, events| {
            let source = job.source(from_channel(events)).named(name);
            source.event_time(at, lateness(0.secs()).idle_after(2.secs()))
        };
        let sides = (
            stream("orders", first).by(|secs: &i64| *secs),
            stream("payments", second).by(|secs: &i64| secs + 1),
        );
        let both = join(sides, within(0.secs(), 5.secs()));
        let both = both.instances(instances).stream().named("both").outputs();
        both.late.ignore();
        both.unmatched.sink_named(for_each(|_| {}), "lost");
        both.stream.sink_named(for_each(|_| {}), "shown");
        let mut job = Watched::start(instances as u64, job.build());
        for second in 0..20 {
            send(&orders, [10 * second]);
            job.pass(1.secs());
        }
        let (at, reason, text) = job.why("both");
        let SilenceReason::NoMatch { side, unmatched } = reason else {
            panic!("{instances}: {text}");
        };
        assert_eq!((at.as_str(), side), ("both", Some(1)), "{text}");
        assert!(unmatched >= 10, "{text}");
        assert!(text.starts_with("`both` finds no match: its side `payments` has no events"));

        for second in 20..40 {
            send(&orders, [10 * second]);
            send(&payments, [10 * second]);
            job.pass(1.secs());
        }
        let (at, reason, text) = job.why("shown");
        let SilenceReason::NoMatch { side, .. } = reason else { panic!("{instances}: {text}") };
        assert_eq!((at.as_str(), side), ("both", None), "{text}");
    }
}

#[test]
fn a_filter_is_named_downstream_of_it_too() {
    for instances in INSTANCES {
        let (sender, numbers) = channel(1_000);
        let topology = topology!(
            numbers = source(from_channel(numbers)),
            large = numbers >> shuffle >> filter(|number: &u64| *number > 1_000) * instances,
            doubled = large >> map(|number| 2 * number) * instances,
            shown = doubled >> sink(for_each(drop::<u64>)),
        );
        let mut job = Watched::start(7, topology);
        send(&sender, 0..100);
        job.pass(1.secs());
        for node in ["large", "doubled", "shown"] {
            let (at, reason, text) = job.why(node);
            let found = ("large", SilenceReason::Filtered { received: 100 });
            assert_eq!((at.as_str(), reason), found, "{text}");
        }
        let error = job.job.job.why_silent("doubeld").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let end =
            "cannot explain `doubeld`: the job has no node of this name; did you mean `doubled`?";
        assert!(error.to_string().ends_with(end), "{error}");
    }
}

#[test]
fn a_source_without_events_and_a_paused_one_are_told_apart() {
    let (sender, numbers) = channel(10);
    let topology = topology!(
        numbers = source(from_channel(numbers)),
        shown = numbers >> buffer(8) >> sink(for_each(drop::<u64>)),
    );
    let mut job = Watched::start(1, topology);
    job.pass(5.secs());
    let none = SilenceReason::NoInput { since: None, edge: None };
    let text = "`shown` receives nothing: `numbers` has had no events yet";
    assert_eq!(job.why("shown"), ("numbers".into(), none, text.into()));
    send(&sender, [1, 2]);
    job.pass(41.secs());
    let (at, reason, text) = job.why("shown");
    let SilenceReason::NoInput { since: Some(since), edge: None } = reason else {
        panic!("{text}");
    };
    assert!(at == "numbers" && (40..=41).contains(&since.as_secs()), "{text}");
    job.job.job.pause("numbers").unwrap();
    job.pass(2.secs());
    let text = "`shown` receives nothing: `numbers` is paused";
    assert_eq!(job.why("shown"), ("numbers".into(), SilenceReason::Paused, text.into()));
}

#[test]
fn a_node_whose_inputs_have_ended_has_ended() {
    let (_open, numbers) = channel::<u64>(10);
    let topology = topology!(
        short = source(from_iter(0..10_u64)),
        shown = short >> buffer(8) >> sink(for_each(drop::<u64>)),
        long = source(from_channel(numbers)),
        others = long >> buffer(8) >> sink(for_each(drop::<u64>)),
    );
    let mut job = Watched::start(1, topology);
    job.pass(5.secs());
    let text = "`shown` has ended".to_owned();
    assert_eq!(job.why("shown"), ("shown".into(), SilenceReason::Ended, text));
    assert_eq!(job.why("others").0, "long");
}

/// Calls that take a time.
#[operator(in_flight = 4)]
async fn asked(event: u64, #[shared] service: &(Virtual, Duration)) -> u64 {
    service.0.sleep(service.1).await;
    event
}

#[test]
fn calls_that_do_not_return_are_named() {
    let clock = Virtual::default();
    let (sender, numbers) = channel(100);
    let service = Arc::new((clock.clone(), 1.hours()));
    let topology = topology!(
        numbers = source(from_channel(numbers)),
        answers = numbers >> asked(service),
        shown = answers >> sink(for_each(drop::<u64>)),
    );
    let mut job = Watched::start_by(clock, 1, topology);
    send(&sender, [1, 2]);
    job.pass(12.secs());
    let (at, reason, text) = job.why("shown");
    let SilenceReason::Calls { in_flight: 2, oldest } = reason else { panic!("{text}") };
    assert!(at == "answers" && (11..=12).contains(&oldest.as_secs()), "{text}");
}

#[test]
fn what_waits_for_room_is_silent_for_the_reason_of_the_limit() {
    let clock = Virtual::default();
    let service = Arc::new((clock.clone(), 1.hours()));
    let topology = topology!(
        numbers = source(from_iter(0..)),
        doubled = numbers >> buffer(8) >> map(|number: u64| 2 * number),
        answers = doubled >> buffer(8) >> asked(service),
        shown = answers >> sink(for_each(drop::<u64>)),
    );
    let mut job = Watched::start_by(clock, 1, topology);
    job.pass(5.secs());
    let (at, reason, text) = job.why("doubled");
    let SilenceReason::Blocked(cause) = reason else { panic!("{text}") };
    assert_eq!((at.as_str(), cause.reason), ("doubled", LimitReason::Awaiting), "{text}");
    assert!(text.starts_with("`doubled` waits for room: `answers` is the limit: 4 of 4 calls"));
}

#[test]
fn a_throttle_at_a_low_rate_is_named() {
    let topology = topology!(
        numbers = source(from_iter(0..)),
        held = numbers >> throttle(1.per_hour()),
        shown = held >> sink(for_each(drop::<u64>)),
    );
    let mut job = Watched::start(1, topology);
    job.pass(10.secs());
    let (at, reason, text) = job.why("shown");
    assert!(at == "held" && matches!(reason, SilenceReason::Held(_)), "{text}");
}

#[test]
fn a_node_whose_events_are_errors_is_named() {
    #[operator]
    async fn parsed(text: &'static str) -> std::result::Result<u64, std::num::ParseIntError> {
        text.parse()
    }

    let (sender, texts) = channel(100);
    let topology = topology!(
        texts = source(from_channel(texts)),
        parsed = texts >> parsed,
        shown = parsed >> sink(for_each(drop::<u64>)),
        parsed.errors >> ignore,
    );
    let mut job = Watched::start(1, topology);
    send(&sender, ["one", "two", "three"]);
    job.pass(1.secs());
    let (at, reason, text) = job.why("shown");
    let found = SilenceReason::AllErrors { errors: 3, of: 3 };
    assert_eq!((at.as_str(), reason), ("parsed", found), "{text}");
}

#[test]
fn the_first_question_is_about_the_time_since_the_job_started() {
    let clock = Virtual::default();
    let service = Arc::new((clock.clone(), 100.millis()));
    let topology = topology!(
        numbers = source(from_iter(0..)),
        answers = numbers >> buffer(8) >> asked(service),
        shown = answers >> sink(for_each(drop::<u64>)),
    );
    let mut job = simulation::start_by(&clock, 3, topology, Config::default().batch(4)).unwrap();
    job.work_until(&clock, 5.secs());
    let cause = job.job.why_slow();
    assert_eq!(cause.reason, LimitReason::Awaiting, "{cause}");
    assert!(cause.to_string().contains("4 of 4 calls in flight, each takes"), "{cause}");
}
