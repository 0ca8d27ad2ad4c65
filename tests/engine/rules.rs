//! What the builder refuses when a job is started: the same as `topology!` refuses while compiling.

use crate::simulation;
use crate::support::{self, numbered, refused, tagged};
use millstream::ErrorKind;
use millstream::prelude::*;
use millstream_graph::sentence::{Sentence, outcome, shape};

/// Builds a job by hand, since `topology!` would not let most of these compile.
fn built(declare: impl FnOnce(&Builder)) -> Topology {
    let job = Builder::new("broken");
    declare(&job);
    job.build()
}

/// What is said about a topology, mistake by mistake: what is wrong, where, and what to write.
#[track_caller]
fn told(topology: Topology) -> Vec<[String; 3]> {
    let error = refused(topology);
    assert_eq!(error.kind(), ErrorKind::Topology);
    let message = error.to_string();
    let mut lines = message.lines();
    assert_eq!(lines.next().unwrap(), "topology `broken` cannot run:");
    let mut told: Vec<[String; 3]> = Vec::new();
    for line in lines {
        let part = line.trim();
        match (told.last_mut(), part.strip_prefix("at "), part.strip_prefix("help: ")) {
            (Some([_, at, _]), Some(place), _) => at.push_str(place),
            (Some([_, _, help]), _, Some(text)) => help.push_str(text),
            _ => told.push([part.to_owned(), String::new(), String::new()]),
        }
    }
    told
}

#[track_caller]
fn only(topology: Topology) -> [String; 3] {
    let told = told(topology);
    assert_eq!(told.len(), 1, "{told:#?}");
    told.into_iter().next().unwrap()
}

/// A sentence in the form in which it is told, at a place.
fn sentence(sentence: &Sentence, at: &str) -> [String; 3] {
    let Sentence { code, wrong, help } = sentence.clone();
    [format!("{wrong} [{code}]"), at.to_owned(), help]
}

fn place(line: u32) -> String {
    format!("tests/engine/rules.rs:{line}")
}

#[test]
fn two_nodes_of_one_name_are_refused() {
    let line = line!() + 2;
    let told = only(built(|job| {
        job.source(from_iter(0..10)).named("one").then(tagged {}).named("one").ignore();
    }));
    let places = format!("{0} and {0}", place(line));
    assert_eq!(told, sentence(&shape::duplicate_name("one"), &places));
}

#[test]
fn an_operator_with_state_that_is_used_twice_needs_a_name() {
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10))
            >> by(|number| *number)
            >> numbered
            >> map(|(number, _)| number)
            >> by(|number| *number)
            >> numbered
            >> ignore
    ));
    assert_eq!(told[0], sentence(&shape::duplicate_name("numbered"), "")[0]);
}

#[test]
fn a_stream_that_nothing_consumes_is_refused() {
    let line = line!() + 2;
    let told = only(built(|job| {
        drop(job.source(from_iter(0..10)).then(tagged {}).named("loose"));
    }));
    assert_eq!(told, sentence(&shape::goes_nowhere("loose"), &place(line)));
}

#[test]
fn a_node_without_instances_is_refused() {
    let none = std::hint::black_box(0);
    let line = line!() + 3;
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> by(|number| *number) >> numbered * none >> ignore
    ));
    assert_eq!(told, sentence(&shape::no_instances(), &place(line)));
}

#[test]
fn more_instances_than_any_job_needs_are_refused() {
    let many = std::hint::black_box(1_000_000_000_000_u64);
    let line = line!() + 3;
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> shuffle >> tagged * many >> ignore
    ));
    assert_eq!(told, sentence(&shape::too_many_instances(1_000_000_000_000), &place(line)));
    let told = only(topology!(
        job("broken").instances(many),
        source(from_iter(0..10)) >> shuffle >> tagged >> ignore
    ));
    assert_eq!(told, sentence(&shape::too_many_instances(1_000_000_000_000), ""));
}

#[test]
fn more_instances_than_key_groups_are_refused() {
    let many = std::hint::black_box(400);
    let line = line!() + 3;
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> by(|number| *number) >> numbered * many >> ignore
    ));
    assert_eq!(told, sentence(&shape::too_few_key_groups(400, 256), &place(line)));
    let line = line!() + 3;
    let told = only(topology!(
        job("broken").key_groups(7),
        source(from_iter(0..10)) >> by(|number| *number) >> numbered * 8 >> ignore
    ));
    assert_eq!(told, sentence(&shape::too_few_key_groups(8, 7), &place(line)));
}

#[test]
fn a_number_of_key_groups_that_no_job_can_have_is_refused() {
    for groups in [0, 32_769, usize::MAX] {
        let told = only(topology!(
            job("broken").key_groups(groups),
            source(from_iter(0..10)) >> by(|number| *number) >> numbered >> ignore
        ));
        assert_eq!(told, sentence(&shape::impossible_key_groups(), ""));
    }
}

#[test]
fn every_instance_receives_events_where_there_are_key_groups_enough() {
    let seen = Collected::new();
    let topology = topology!(
        job("many").key_groups(4_096),
        source(from_iter(0..20_000_u64))
            >> by(|number| *number)
            >> tagged * 400
            >> sink(seen.sink()),
    );
    simulation::run(1, topology, Config::default()).unwrap();
    let instances = support::counted(seen.take().into_iter().map(|(_, instance)| instance));
    assert_eq!(instances.len(), 400);
}

#[test]
fn windows_that_can_contain_no_event_are_refused() {
    macro_rules! told {
        ($windows:expr) => {
            only(topology!(
                job("broken"),
                sums = source(from_iter(0..10_i64))
                    >> event_time(|number| EventTime::from_secs(*number), lateness(0.secs()))
                    >> by(|_| ())
                    >> window($windows)
                    >> aggregate(|number| *number, count()),
                sums >> ignore,
                sums.late >> ignore,
            ))
        };
    }
    let empty = |windows: &str| sentence(&shape::empty_windows(windows), "");
    assert_eq!(told!(counted(0)), empty("counted 0"));
    assert_eq!(told!(tumbling(0.secs())), empty("tumbling 0s"));
    assert_eq!(told!(tumbling(std::time::Duration::from_nanos(7))), empty("tumbling 0s"));
    assert_eq!(told!(sliding(1.secs(), 0.secs())), empty("sliding 1s by 0s"));
    assert_eq!(told!(sliding(0.secs(), 1.secs())), empty("sliding 0s by 1s"));
    assert_eq!(
        told!(tumbling(0.secs()).offset(1.secs()).early_every(2)),
        empty("tumbling 0s, early every 2")
    );
    assert_eq!(told!(session(0.secs())), empty("session 0s"));
}

#[test]
fn a_job_whose_default_is_no_instance_is_refused() {
    let told = only(topology!(
        job("broken").instances(std::hint::black_box(0)),
        source(from_iter(0..10)) >> shuffle >> tagged >> ignore
    ));
    assert_eq!(told, sentence(&shape::no_instances(), ""));
}

#[test]
fn an_edge_without_room_is_refused() {
    let line = line!() + 3;
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> buffer(std::hint::black_box(0)) >> tagged >> ignore
    ));
    assert_eq!(told, sentence(&shape::no_capacity(), &place(line)));
}

#[test]
fn a_sample_of_nothing_is_refused() {
    let told = only(topology!(
        job("broken"),
        some = source(from_iter(0..10)) >> overflow(sample(std::hint::black_box(0))) >> tagged,
        [some, some.overflow >> tagged] >> ignore,
    ));
    assert_eq!(told[0], sentence(&shape::empty_sample(), "")[0]);
}

#[test]
fn an_overflow_of_what_drops_nothing_is_refused() {
    let told = only(built(|job| {
        let all = job.source(from_iter(0..10)).then(tagged {}).named("all").outputs();
        all.stream.ignore();
        all.overflow.ignore();
    }));
    assert_eq!(told[0], sentence(&outcome::nothing_overflows("all"), "")[0]);
}

#[test]
fn an_output_that_a_node_does_not_have_is_refused() {
    let error = refused(built(|job| {
        let all = job.source(from_iter(0..10)).then(tagged {}).named("all").outputs();
        all.stream.ignore();
        all.late.ignore();
    }));
    assert_eq!(error.kind(), ErrorKind::Topology);
    assert_eq!(error.to_string(), "nothing comes from `all.late`; leave it out");
}

#[test]
fn a_topology_without_a_source_is_refused() {
    assert_eq!(only(built(|_| ())), sentence(&shape::no_source(), ""));
}

#[test]
fn every_guarantee_takes_the_sources_and_sinks_that_can_keep_it() {
    let exact = topology!(
        job("exact", exactly_once),
        transactions = source(demo::transactions()),
        transactions >> sink(idempotent(for_each(drop::<demo::Transaction>))),
        transactions >> sink(csv_file("copy.csv")),
        transactions >> sink(jsonl_parts("copies")),
    );
    exact.check().unwrap();
    topology!(job("kept", at_most_once), source(from_iter(0..10)) >> ignore).check().unwrap();
    let repeating = topology!(
        job("repeating", at_least_once),
        transactions = source(demo::transactions()),
        transactions >> sink(for_each(drop::<demo::Transaction>)),
    );
    repeating.check().unwrap();
}

/// A promise that is a value is compared at start; one that is a word, by the compiler.
#[test]
fn a_promise_that_source_and_sink_cannot_keep_is_refused() {
    for delivery in [Delivery::AtLeastOnce, Delivery::ExactlyOnce] {
        let line = line!() + 3;
        let told = told({
            let job = Builder::new("broken").delivery(delivery);
            job.source(from_iter(0..10)).named("numbers").sink_named(for_each(drop), "printer");
            job.build()
        });
        let (word, at) = (delivery.to_string(), place(line));
        let mut expected = vec![sentence(&outcome::source_cannot_replay(&word, "numbers"), &at)];
        if delivery == Delivery::ExactlyOnce {
            expected.push(sentence(&outcome::sink_repeats(&word, "printer"), &at));
        }
        assert_eq!(told, expected);
    }
}

#[operator]
async fn positive(number: i64) -> Result<i64, std::num::TryFromIntError> {
    u32::try_from(number).map(i64::from)
}

#[test]
fn errors_that_go_nowhere_are_refused() {
    let line = line!() + 2;
    let told = only(built(|job| {
        job.source(from_iter(0..10)).then(positive {}).named("checked").ignore();
    }));
    let expected = outcome::errors_go_nowhere("checked", "TryFromIntError");
    assert_eq!(told, sentence(&expected, &place(line)));
    built(|job| {
        let checked = job.source(from_iter(0..10)).then(positive {}).outputs();
        checked.stream.ignore();
        checked.errors.fail();
    })
    .check()
    .unwrap();
}

#[operator]
async fn size(window: Window<i64, i64>) -> usize {
    window.len()
}

#[test]
fn late_events_that_go_nowhere_are_refused() {
    let line = line!() + 4;
    let told = told(built(|job| {
        let timed = job.source(from_iter(0..10));
        let timed = timed.event_time(|n| EventTime::from_secs(*n), lateness(0.secs()));
        timed.in_order(|_| ()).by(|n| *n).window(tumbling(1.secs())).then(size {}).ignore();
    }));
    let (source, size) = (outcome::late_goes_nowhere("source"), outcome::late_goes_nowhere("size"));
    assert_eq!(told[0][0], sentence(&source, "")[0]);
    assert_eq!(told[1], sentence(&size, &place(line)));
    assert_eq!(told.len(), 2);
}

#[test]
fn only_errors_can_end_a_job() {
    let told = told(built(|job| {
        job.source(from_iter(0..10)).named("numbers").fail();
    }));
    assert_eq!(told[0], sentence(&outcome::only_errors_fail("numbers"), ""));
}

#[test]
fn all_broken_rules_are_told_at_once() {
    let told = told({
        let job = Builder::new("broken").delivery(Delivery::ExactlyOnce);
        let one = job.source(demo::transactions()).named("one").fan_out();
        one.tap().buffer(0).instances(0).map(|event| event).named("one").ignore();
        drop(one.tap().map(|event| event).named("loose"));
        job.build()
    });
    let codes: Vec<&str> = told.iter().map(|[wrong, ..]| &wrong[wrong.len() - 7..]).collect();
    assert_eq!(codes, ["[M0104]", "[M0109]", "[M0107]", "[M0120]"], "{told:#?}");
}

#[test]
fn a_job_that_is_refused_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let error = refused(topology!(
        job("broken", Delivery::ExactlyOnce),
        source(from_iter(0..10)) >> sink(csv_file(&path))
    ));
    assert_eq!(error.kind(), ErrorKind::Topology);
    assert!(!path.exists());
}

#[test]
fn a_number_of_instances_that_is_not_the_one_before_is_refused() {
    let told = only(built(|job| {
        let two = job.source(from_iter(0..10_u64)).shuffle().instances(2).then(tagged {});
        two.same_instances(3).map(|event| event).ignore();
    }));
    assert_eq!(told, sentence(&shape::other_instances(3, 2), ""));
}

/// The engine of the book accepts a cycle and then stops for ever. Here one is declared only by a
/// `feedback`: all else has to exist before it can be used, so every other edge leads from an
/// earlier node to a later one. That ways which part and meet again do not stop either is shown in `backpressure`.
#[test]
fn every_edge_leads_from_an_earlier_node_to_a_later_one() {
    let topology = topology!(
        numbers = source(from_iter(0..10_u64)),
        twice = numbers >> by(|number| *number) >> numbered * 2,
        twice >> map(|(number, _)| number) >> sink(for_each(drop::<u64>)),
        numbers >> ignore,
    );
    assert!(topology.edges().len() >= 4);
    assert!(topology.edges().iter().all(|edge| edge.from.node < edge.to));
}
