//! Loops: what comes in again, and that the job ends by itself.

use crate::simulation::{self, Simulated};
use crate::support::{BATCHES, INSTANCES, awaited, counted, run, sorted};
use millstream::metrics::{InstanceMetrics, Metrics};
use millstream::plan::Reason;
use millstream::prelude::*;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// Room enough for everything that these tests feed back.
pub const ROOM: usize = 10_000;

/// Every number of instances with every size of batches, each under several orders of tasks.
pub fn shapes() -> impl Iterator<Item = (usize, usize, u64)> {
    let shapes = INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch)));
    shapes.flat_map(|(instances, batch)| (0..5).map(move |seed| (instances, batch, seed)))
}

pub fn config(batch: usize) -> Config {
    Config::default().batch(batch).buffer(20)
}

pub fn total(metrics: &Metrics, node: &str) -> InstanceMetrics {
    metrics.node(node).unwrap_or_else(|| panic!("no `{node}`\n{metrics}")).total()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    pub id: u64,
    pub tries: u64,
}

#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} failed")]
pub struct Failed(pub Order);

/// Fails as often as the last digit of the order says.
#[operator]
pub async fn attempt(order: Order) -> Result<Order, Failed> {
    let order = Order { tries: order.tries + 1, ..order };
    if order.tries <= order.id % 4 { Err(Failed(order)) } else { Ok(order) }
}

/// The same, after others had a turn.
#[operator]
pub async fn attempt_slowly(order: Order) -> Result<Order, Failed> {
    tokio::task::yield_now().await;
    attempt(order).await
}

pub fn orders(count: u64) -> impl Iterator<Item = Order> + Send {
    (0..count).map(|id| Order { id, tries: 0 })
}

pub fn tried(count: u64) -> Vec<Order> {
    (0..count).map(|id| Order { id, tries: id % 4 + 1 }).collect()
}

#[test]
fn an_event_that_fails_three_times_is_tried_four_times() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_iter(orders(200))),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> attempt * instances,
            tried >> sink(done.sink()),
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        let metrics = simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(sorted(done.take()), tried(200), "{instances}, batch {batch}, seed {seed}");
        assert_eq!(total(&metrics, "again").events_in, 300);
        assert_eq!(total(&metrics, "tried").events_in, 500);
    }
}

#[test]
fn an_operator_in_a_loop_may_await_and_have_a_key() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_iter(orders(100))),
            again = feedback(ROOM, drop_newest),
            tried = [again, orders] >> by(|order| order.id) >> attempt_slowly * instances,
            tried >> sink(done.sink()),
            tried.errors >> map(|error| error.0) >> awaited >> feedback(again),
        );
        simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(sorted(done.take()), tried(100), "{instances}, batch {batch}, seed {seed}");
    }
}

/// The number of steps to 1 of each number (Collatz), and the number itself.
#[test]
fn numbers_go_round_until_they_are_1() {
    fn step((first, now, steps): (u64, u64, u64)) -> (u64, u64, u64) {
        (first, if now % 2 == 0 { now / 2 } else { 3 * now + 1 }, steps + 1)
    }
    let expected: Vec<(u64, u64)> = (1..100)
        .map(|first| {
            let mut at = (first, first, 0);
            while at.1 != 1 {
                at = step(at);
            }
            (at.0, at.2)
        })
        .collect();
    for (instances, batch, seed) in shapes() {
        let found = Collected::new();
        let topology = topology!(
            numbers = source(from_iter((1..100).map(|number| (number, number, 0)))),
            again = feedback(ROOM, drop_oldest),
            all = [numbers, again] >> shuffle >> map(|at| at) * instances,
            all >> filter(|at: &(u64, u64, u64)| at.1 == 1)
                >> map(|at| (at.0, at.2))
                >> sink(found.sink()),
            all >> filter(|at: &(u64, u64, u64)| at.1 != 1) >> map(step) >> feedback(again),
        );
        simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(sorted(found.take()), expected, "{instances}, batch {batch}, seed {seed}");
    }
}

/// Takes everything that comes, and lets the job go on after each event.
fn taken<T>(job: &mut Simulated, receiver: &mut mpsc::Receiver<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Ok(event) = receiver.try_recv() {
        all.push(event);
        job.work();
    }
    all
}

#[test]
fn a_drained_job_works_off_its_loops_and_ends() {
    for (instances, batch, seed) in shapes() {
        let (sender, events) = mpsc::channel(64);
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_channel(events)),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> shuffle >> attempt * instances,
            tried >> sink(done.sink()),
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        let mut job = simulation::start(seed, topology, config(batch)).unwrap();
        orders(50).for_each(|order| sender.try_send(order).unwrap());
        job.work();
        assert!(!job.has_ended(), "its source has not");
        assert_eq!(sorted(done.take()), tried(50));
        orders(3).for_each(|order| sender.try_send(order).unwrap());
        (0..seed).for_each(|_| {
            job.step();
        });
        drop(futures::FutureExt::now_or_never(job.job.drain()));
        job.work();
        job.result().unwrap();
        let metrics = job.job.metrics();
        let (orders, tried) = (total(&metrics, "orders"), total(&metrics, "tried"));
        assert_eq!(orders.events_out, tried.events_out, "what was read has been worked off");
    }
}

#[test]
fn a_sink_that_is_slow_holds_the_source_back_and_the_loop_goes_on() {
    for (instances, batch, seed) in shapes() {
        let (sender, mut receiver) = mpsc::channel(1);
        let topology = topology!(
            orders = source(from_iter(orders(300))),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> shuffle >> attempt * instances,
            tried >> sink(to_channel(sender)),
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        let mut job = simulation::start(seed, topology, config(batch)).unwrap();
        job.work();
        assert_eq!(sorted(taken(&mut job, &mut receiver)), tried(300));
        job.result().unwrap();
    }
}

#[test]
fn two_loops_end_together() {
    for (instances, batch, seed) in shapes() {
        let (left, right) = (Collected::new(), Collected::new());
        let topology = topology!(
            a = source(from_iter(orders(60))),
            b = source(from_iter(orders(90))),
            again_a = feedback(ROOM, drop_oldest),
            again_b = feedback(ROOM, drop_oldest),
            tried_a = [a, again_a] >> shuffle >> attempt * instances,
            tried_b = [b, again_b, tried_a] >> shuffle >> attempt_slowly * instances,
            tried_b >> sink(left.sink()),
            tried_a.errors >> map(|error| error.0) >> feedback(again_a),
            failed = tried_b.errors >> map(|error| error.0),
            failed >> sink(right.sink()),
            failed >> feedback(again_b),
        );
        simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(left.take().len(), 150, "{instances}, batch {batch}, seed {seed}");
        // What was tried by `a` has been tried often enough for `b`.
        assert_eq!(counted(right.take().iter().map(|order| order.id % 4)).len(), 3);
    }
}

/// An order goes round the inner loop as often as its last digit says, then as often again round
/// the outer one.
#[test]
fn a_loop_in_a_loop_ends() {
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
        let metrics = simulation::run(seed, topology, config(batch)).unwrap();
        let expected: Vec<_> = (0..80).map(|id| (id, 0, id % 4 + 1)).collect();
        assert_eq!(sorted(done.take()), expected, "{instances}, batch {batch}, seed {seed}");
        let rounds: u64 = (0..80_u64).map(|id| (id % 4 + 1) * (id % 4 + 1)).sum();
        assert_eq!(total(&metrics, "round").events_in, rounds);
    }
}

/// The two ways from a loop's head that meet again, each through a small channel: a mark that
/// waits on one of them must not stop the other.
#[test]
fn ways_that_part_in_a_loop_and_meet_again_do_not_stop_it() {
    for (instances, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..200_u64)),
            again = feedback(ROOM, drop_oldest),
            all = [numbers, again] >> map(|number| number),
            long = all >> shuffle >> buffer(1) >> awaited * instances,
            short = all >> buffer(1) >> map(|number| number),
            both = [long, short] >> filter(|number: &u64| *number > 0) >> map(|number| number / 2),
            both >> filter(|number: &u64| number % 8 == 1) >> feedback(again),
            both >> sink(done.sink()),
        );
        simulation::run(seed, topology, config(batch)).unwrap();
        let mut expected = Vec::new();
        let mut open: Vec<u64> = (0..200).collect();
        while let Some(number) = open.pop() {
            for half in [number / 2; 2].into_iter().filter(|_| number > 0) {
                expected.push(half);
                open.extend(Some(half).filter(|half| half % 8 == 1));
            }
        }
        assert_eq!(sorted(done.take()), sorted(expected));
    }
}

#[test]
fn a_stream_that_only_sources_feed_may_be_fed_back() {
    for (_, batch, seed) in shapes() {
        let done = Collected::new();
        let topology = topology!(
            again = feedback::<u64>(ROOM, drop_oldest),
            again >> sink(done.sink()),
            source(from_iter(0..50_u64)) >> awaited >> feedback(again),
        );
        simulation::run(seed, topology, config(batch)).unwrap();
        assert_eq!(done.take(), (0..50).collect::<Vec<_>>());
    }
}

#[test]
fn a_loop_that_never_comes_to_rest_can_be_aborted() {
    for (instances, batch, seed) in shapes() {
        let topology = topology!(
            numbers = source(from_iter(0..50_u64)),
            again = feedback(ROOM, drop_oldest),
            all = [numbers, again] >> shuffle >> map(|number| number) * instances,
            all >> feedback(again),
        );
        let mut job = simulation::start(seed, topology, config(batch)).unwrap();
        (0..1_000).for_each(|_| {
            job.step();
        });
        job.job.abort();
        assert!(job.has_ended());
        assert_eq!(job.result().unwrap_err().kind(), millstream::ErrorKind::Aborted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_ends_on_tokio() {
    for instances in INSTANCES {
        let done = Collected::new();
        let topology = topology!(
            orders = source(from_iter(orders(5_000))),
            again = feedback(ROOM, drop_oldest),
            tried = [orders, again] >> shuffle >> attempt_slowly * instances,
            tried >> sink(done.sink()),
            tried.errors >> map(|error| error.0) >> feedback(again),
        );
        run(topology, Config::default()).await.unwrap();
        assert_eq!(sorted(done.take()), tried(5_000));
    }
}

#[test]
fn only_the_edge_of_a_feedback_leads_back_and_it_is_a_channel() {
    let topology = topology!(
        orders = source(from_iter(orders(10))),
        again = feedback(ROOM, drop_oldest),
        tried = [orders, again] >> attempt,
        tried >> ignore,
        tried.errors >> map(|error| error.0) >> feedback(again),
    );
    let back: Vec<_> = topology.edges().iter().filter(|edge| edge.from.node >= edge.to).collect();
    assert_eq!(back.len(), 1);
    assert!(back[0].leads_back());
    let plan = topology.plan(&Config::default()).unwrap();
    let reasons: BTreeMap<bool, Vec<Reason>> =
        plan.edges().iter().fold(BTreeMap::new(), |mut reasons, edge| {
            reasons.entry(edge.reason.is_call()).or_default().push(edge.reason);
            reasons
        });
    assert_eq!(reasons[&false], [Reason::Feedback]);
    assert_eq!(plan.tasks(), 1);
}
