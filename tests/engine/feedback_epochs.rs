//! Loops and epochs in one job: it loses nothing, ends, and every sink gets every barrier.

use crate::feedback::{Order, ROOM, attempt, attempt_slowly, config, orders, shapes, total, tried};
use crate::simulation;
use crate::support::{awaited, sorted};
use millstream::metrics::Metrics;
use millstream::prelude::*;
use tokio::sync::mpsc;

/// How often an epoch is to begin, if none is open.
const EPOCHS: u64 = 60;

/// The barriers that have come to a sink.
fn barriers(metrics: &Metrics, sink: &str) -> u64 {
    total(metrics, sink).barriers
}

#[test]
fn a_loop_under_epochs_loses_nothing_and_ends() {
    let mut most = 0;
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_iter(orders(200))),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> shuffle >> attempt * instances,
            done = tried >> sink(done.sink()),
            tried >> ignore,
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        let metrics = job.finish().unwrap();
        let what = format!("{instances}, batch {batch}, seed {seed}");
        assert_eq!(sorted(done.take()), tried(200), "{what}");
        assert_eq!(total(&metrics, "tried").events_in, 500, "{what}");
        assert!(barriers(&metrics, "done") <= EPOCHS, "{what}");
        most = most.max(barriers(&metrics, "done"));
    }
    assert!(most > 5, "there were {most} epochs");
}

#[test]
fn heads_go_on_with_epochs_when_the_sources_have_ended() {
    let mut seen = 0;
    for (instances, batch, seed) in shapes() {
        let topology = topology!(
            one = source(from_iter([500_u64])),
            again = feedback(ROOM, drop_oldest),
            left = [one, again] >> shuffle >> map(|n: u64| n - 1) * instances,
            left >> filter(|n| *n > 0) >> feedback(again),
            done = left >> sink(for_each(drop::<u64>)),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        let metrics = job.finish().unwrap();
        assert_eq!(total(&metrics, "done").events_in, 500, "{instances}, {batch}, seed {seed}");
        seen += barriers(&metrics, "done");
    }
    assert!(seen > 500, "there were {seen} epochs");
}

#[test]
fn loops_without_an_event_end_under_epochs() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            none = source(from_iter([0_u64; 0])),
            again = feedback(ROOM, drop_newest),
            all = [none, again] >> shuffle >> map(|n| n) * instances,
            all >> feedback(again),
            all >> sink(done.sink()),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        job.finish().unwrap();
        assert_eq!(done.take(), [0; 0]);
    }
}

/// Both heads feed one inlet: each may send a barrier and a round in another order.
#[test]
fn two_loops_that_meet_end_under_epochs() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            a = source(from_iter(orders(60))),
            b = source(from_iter(orders(90))),
            again_a = feedback(ROOM, drop_oldest),
            again_b = feedback(ROOM, drop_oldest),
            tried_a = [a, again_a] >> shuffle >> attempt * instances,
            tried_b = [b, again_b] >> shuffle >> attempt_slowly * instances,
            both = [tried_a, tried_b] >> shuffle >> map(|order| order) * instances,
            done = both >> sink(done.sink()),
            tried_a.errors >> map(|error| error.0) >> feedback(again_a),
            tried_b.errors >> map(|error| error.0) >> feedback(again_b),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        job.finish().unwrap();
        let expected: Vec<Order> = sorted([tried(60), tried(90)].concat());
        assert_eq!(sorted(done.take()), expected, "{instances}, batch {batch}, seed {seed}");
    }
}

#[test]
fn a_loop_in_a_loop_ends_under_epochs() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_iter((0..80_u64).map(|id| (id, 0_u64, 0_u64)))),
            outer = feedback(ROOM, drop_oldest),
            inner = feedback(ROOM, drop_oldest),
            begun = [orders, outer]
                >> shuffle
                >> map(|(id, inner, outer)| (id, inner, outer)) * instances,
            round = [begun, inner] >> map(|(id, inner, outer)| (id, inner + 1, outer)),
            round >> filter(|at: &(u64, u64, u64)| at.1 <= at.0 % 4) >> feedback(inner),
            out = round
                >> filter(|at: &(u64, u64, u64)| at.1 > at.0 % 4)
                >> by(|at| at.0)
                >> map(|(id, _, outer)| (id, 0, outer + 1)) * instances,
            out >> filter(|at: &(u64, u64, u64)| at.2 <= at.0 % 4) >> awaited >> feedback(outer),
            out >> filter(|at: &(u64, u64, u64)| at.2 > at.0 % 4) >> sink(done.sink()),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        job.finish().unwrap();
        let expected: Vec<_> = (0..80).map(|id| (id, 0, id % 4 + 1)).collect();
        assert_eq!(sorted(done.take()), expected, "{instances}, batch {batch}, seed {seed}");
    }
}

/// Ways of different length through small channels, and a join where they meet.
#[test]
fn a_join_in_a_loop_aligns_barriers_with_its_head() {
    for (instances, batch, seed) in shapes() {
        let (done, lost) = (Collected::new(), Collected::new());
        let at = |n: &u64| EventTime::from_secs(*n as i64);
        let topology = topology!(
            numbers = source(from_iter(0..60_u64)),
            again = feedback::<u64>(ROOM, drop_oldest),
            all = [numbers, again] >> event_time(at, lateness(100.secs()).never_idle()),
            long = all >> shuffle >> buffer(1) >> awaited * instances,
            short = all >> buffer(1) >> map(|n| n),
            pairs = (long >> by(|n| *n), short >> by(|n| *n))
                >> join(within(0.secs(), 0.secs())) * instances,
            done = pairs >> map(|pair| pair.0) >> sink(done.sink()),
            pairs.unmatched >> sink(lost.sink()),
            pairs.late >> ignore,
            all >> filter(|n: &u64| *n < 20) >> map(|n| n + 40) >> feedback(again),
        );
        let job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        job.finish().unwrap();
        // What comes again pairs with both events of its number on the other side.
        let twice = |n: u64| if n < 40 { 1 } else { 4 };
        let expected: Vec<u64> = (0..60).flat_map(|n| (0..twice(n)).map(move |_| n)).collect();
        assert_eq!(sorted(done.take()), expected, "{instances}, batch {batch}, seed {seed}");
        assert_eq!(lost.take().len(), 0);
    }
}

#[test]
fn a_drained_job_works_off_its_loops_under_epochs() {
    for (instances, batch, seed) in shapes() {
        let (sender, events) = mpsc::channel(64);
        let topology = topology!(
            orders = source(from_channel(events)),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> shuffle >> attempt * instances,
            done = tried >> sink(for_each(drop::<Order>)),
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        let mut job = simulation::start_epochs(EPOCHS, seed, topology, config(batch)).unwrap();
        orders(50).for_each(|order| sender.try_send(order).unwrap());
        (0..seed * 40).for_each(|_| {
            job.step();
        });
        drop(futures::FutureExt::now_or_never(job.job.drain()));
        let metrics = job.finish().unwrap();
        let read = total(&metrics, "orders").events_out;
        assert_eq!(total(&metrics, "done").events_in, read, "what was read has been worked off");
    }
}
