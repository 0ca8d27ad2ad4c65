//! What the builder refuses about loops when a job is started, with the sentences of `topology!`.

use crate::support::refused;
use millstream::ErrorKind;
use millstream::prelude::*;
use millstream_graph::sentence::{Sentence, feedback, shape};

/// A job with a loop of this much room and this policy, whose other end `close` gets.
fn built(
    (capacity, policy): (usize, Overflow),
    close: impl FnOnce(Stream<u64>, Stream<u64>, millstream::builder::Feedback<u64>),
) -> Topology {
    let job = Builder::new("broken");
    let numbers = job.source(from_iter(0..10_u64)).detached();
    let (again, back) = job.feedback::<u64>(capacity, policy);
    close(numbers, again.named("again").detached(), back);
    job.build()
}

fn closed(room: (usize, Overflow)) -> Topology {
    built(room, |numbers, again, back| {
        merge((numbers, again)).filter(|number| *number > 5).feedback(back);
    })
}

/// Whether the job is refused with this sentence, and with no other.
#[track_caller]
fn assert_refused(topology: Topology, sentence: &Sentence) {
    let error = refused(topology);
    assert_eq!(error.kind(), ErrorKind::Topology);
    let message = error.to_string();
    let Sentence { code, wrong, help } = sentence;
    assert!(message.contains(&format!("\n  {wrong} [{code}]\n")), "{message}");
    assert!(message.ends_with(&format!("\n    help: {help}")), "{message}");
    assert_eq!(message.matches("[M0").count(), 1, "{message}");
    assert!(message.contains("\n    at tests/engine/feedback_rules.rs:"), "{message}");
}

#[test]
fn a_loop_that_would_wait_for_itself_is_refused() {
    assert_refused(closed((10, Overflow::Block)), &feedback::waits("block"));
    for n in [0, 1, 3] {
        assert_refused(closed((10, Overflow::Sample(n))), &feedback::waits("sample"));
    }
}

#[test]
fn a_loop_without_room_is_refused() {
    assert_refused(closed((0, Overflow::DropOldest)), &feedback::no_capacity());
}

#[test]
fn a_loop_that_nothing_feeds_is_refused() {
    let topology = built((10, Overflow::DropNewest), |numbers, again, back| {
        drop(back);
        merge((numbers, again)).ignore();
    });
    assert_refused(topology, &feedback::nothing_comes("again"));
}

#[test]
fn a_loop_that_goes_nowhere_is_refused() {
    let topology = built((10, Overflow::DropNewest), |numbers, again, back| {
        drop(again);
        numbers.map(|number| number).feedback(back);
    });
    assert_refused(topology, &shape::goes_nowhere("again"));
}

#[test]
fn a_topology_of_loops_alone_has_no_source() {
    let job = Builder::new("broken");
    let (again, back) = job.feedback::<u64>(10, Overflow::DropOldest);
    again.feedback(back);
    let message = refused(job.build()).to_string();
    assert!(message.contains(&shape::no_source().wrong), "{message}");
}

#[test]
fn what_is_dropped_before_the_end_of_a_loop_needs_no_output() {
    let topology = built((10, Overflow::DropOldest), |numbers, again, back| {
        let all = merge((numbers, again)).filter(|number| *number > 5);
        all.overflow(Overflow::DropNewest).feedback(back);
    });
    assert!(topology.check().is_ok(), "{:?}", topology.check());
}

#[test]
fn a_loop_is_seen_in_the_text_of_a_topology() {
    let text = closed((10, Overflow::DropOldest)).to_string();
    assert!(text.contains("  filter >> again (feedback)\n"), "{text}");
}
