//! What the builder refuses when a job is started: the same as `topology!` refuses while compiling.

use crate::support::{numbered, refused, tagged};
use millstream::ErrorKind;
use millstream::prelude::*;

/// Builds a job by hand, since `topology!` would not let most of these compile.
fn built(declare: impl FnOnce(&Builder)) -> Topology {
    let job = Builder::new("broken");
    declare(&job);
    job.build()
}

/// Everything that is said about a topology, line by line.
#[track_caller]
fn told(topology: Topology) -> Vec<String> {
    let error = refused(topology);
    assert_eq!(error.kind(), ErrorKind::Topology);
    let message = error.to_string();
    let mut lines = message.lines().map(|line| line.trim().to_owned());
    assert_eq!(lines.next().unwrap(), "topology `broken` cannot run:");
    lines.collect()
}

#[track_caller]
fn only(topology: Topology) -> String {
    let mut told = told(topology);
    assert_eq!(told.len(), 1, "{told:#?}");
    told.remove(0)
}

#[test]
fn two_nodes_of_one_name_are_refused() {
    let line = line!() + 2;
    let told = only(built(|job| {
        job.source(from_iter(0..10)).named("one").then(tagged {}).named("one").ignore();
    }));
    let places = format!("(tests/engine/rules.rs:{line} and tests/engine/rules.rs:{line})");
    assert_eq!(
        told,
        format!("two nodes are named `one` {places}; name one of them: `name = … >> one`")
    );
}

#[test]
fn an_operator_that_is_used_twice_needs_a_name() {
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
    assert!(told.starts_with("two nodes are named `numbered`"), "{told}");
}

#[test]
fn closures_may_be_used_as_often_as_one_likes() {
    let topology = topology!(
        source(from_iter(0..10_u64)) >> map(|number| number) >> map(|number| number) >> ignore
    );
    topology.check().unwrap();
    let names: Vec<_> = topology.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names[..3], ["source", "map", "map_2"]);
}

#[test]
fn a_stream_that_nothing_consumes_is_refused() {
    let told = only(built(|job| {
        drop(job.source(from_iter(0..10)).then(tagged {}).named("loose"));
    }));
    assert!(told.starts_with("the stream `loose` (tests/engine/rules.rs:"), "{told}");
    assert!(
        told.ends_with("goes nowhere; end it: `loose >> sink(…)` or `loose >> ignore`"),
        "{told}"
    );
}

#[test]
fn a_node_without_instances_is_refused() {
    let none = std::hint::black_box(0);
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> by(|number| *number) >> numbered * none >> ignore
    ));
    assert!(told.starts_with("`numbered` (tests/engine/rules.rs:"), "{told}");
    assert!(told.ends_with("has 0 instances; write `* 1` or more"), "{told}");
}

#[test]
fn a_job_whose_default_is_no_instance_is_refused() {
    let told = only(topology!(
        job("broken").instances(std::hint::black_box(0)),
        source(from_iter(0..10)) >> shuffle >> tagged >> ignore
    ));
    assert_eq!(told, "the job has 0 instances; write `.instances(1)` or more");
}

#[test]
fn an_edge_without_room_is_refused() {
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> buffer(std::hint::black_box(0)) >> tagged >> ignore
    ));
    assert_eq!(told, "the edge to `tagged` has a buffer of 0 events; write `buffer(n)` with n ≥ 1");
}

#[test]
fn a_sample_of_nothing_is_refused() {
    let told = only(topology!(
        job("broken"),
        source(from_iter(0..10)) >> overflow(sample(std::hint::black_box(0))) >> tagged >> ignore
    ));
    assert_eq!(
        told,
        "the edge to `tagged` keeps one event in 0; write `overflow(sample(n))` with n ≥ 1"
    );
}

#[test]
fn an_overflow_of_what_drops_nothing_is_refused() {
    let told = only(topology!(
        job("broken"),
        all = source(from_iter(0..10)) >> tagged,
        all >> ignore,
        all.overflow >> ignore,
    ));
    assert_eq!(
        told,
        "nothing comes from `all.overflow`, since no edge into `all` drops events; \
         write `overflow(…)` before `all`, or leave `all.overflow` out"
    );
}

#[test]
fn an_output_that_a_node_does_not_have_is_refused() {
    let error = refused(topology!(
        all = source(from_iter(0..10)) >> tagged,
        all >> ignore,
        all.late >> ignore,
    ));
    assert_eq!(error.kind(), ErrorKind::Topology);
    assert_eq!(error.to_string(), "nothing comes from `all.late`; leave it out");
}

#[test]
fn a_topology_without_a_source_is_refused() {
    assert_eq!(only(built(|_| ())), "there is no source; begin with `source(…)`");
}

#[test]
fn guarantees_that_are_not_kept_are_refused() {
    for (delivery, word) in [(at_least_once, "at_least_once"), (exactly_once, "exactly_once")] {
        let told = only(topology!(job("broken", delivery), source(from_iter(0..10)) >> ignore));
        let why = "is not kept by this version, which takes no checkpoints; declare `at_most_once`";
        assert_eq!(told, format!("`{word}` {why}"));
    }
    topology!(job("kept", at_most_once), source(from_iter(0..10)) >> ignore).check().unwrap();
}

#[test]
fn all_broken_rules_are_told_at_once() {
    let told = told({
        let job = Builder::new("broken").delivery(exactly_once);
        let one = job.source(from_iter(0..10)).named("one").fan_out();
        one.tap().buffer(0).instances(0).then(tagged {}).named("one").ignore();
        drop(one.tap().map(|number: i32| number).named("loose"));
        job.build()
    });
    let parts =
        ["exactly_once", "two nodes are named `one`", "has 0 instances", "`loose`", "buffer of 0"];
    for part in parts {
        assert_eq!(
            told.iter().filter(|line| line.contains(part)).count(),
            1,
            "{part} in {told:#?}"
        );
    }
    assert_eq!(told.len(), parts.len(), "{told:#?}");
}

#[test]
fn a_job_that_is_refused_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let error = refused(topology!(
        job("broken", exactly_once),
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
    assert_eq!(told, "`same_instances(3)` follows a node of 2; write `instances(3)`");
}

/// The engine of the book accepts a cycle and then stops for ever. Here there is no way to declare
/// one: a stream has to exist before it can be used, so every edge leads from an earlier node to a
/// later one. That ways which part and meet again do not stop either is shown in `backpressure`.
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
