//! Services of tower as operators.

use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, settled, sorted};
use futures::future::BoxFuture;
use millstream::operator::service;
use millstream::prelude::*;
use millstream::time::Clock;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Cx, Poll};
use std::time::Duration;
use tower::{Service, ServiceBuilder, service_fn};

const EVENTS: u64 = 300;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A service that must be ready when it is called, is ready at the second time it is asked, and is
/// not ready in a clone. It refuses multiples of 7.
#[derive(Debug)]
struct Strict {
    clock: Virtual,
    asked: u32,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{0} is refused")]
struct Refused(u64);

impl Strict {
    fn by(clock: &Virtual) -> Self {
        let (in_flight, most) = (Arc::default(), Arc::default());
        Self { clock: clock.clone(), asked: 0, in_flight, most }
    }
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        let (in_flight, most) = (Arc::clone(&self.in_flight), Arc::clone(&self.most));
        Self { clock: self.clock.clone(), asked: 0, in_flight, most }
    }
}

impl Service<u64> for Strict {
    type Response = u64;
    type Error = Refused;
    type Future = BoxFuture<'static, Result<u64, Refused>>;

    fn poll_ready(&mut self, cx: &mut Cx<'_>) -> Poll<Result<(), Refused>> {
        self.asked += 1;
        if self.asked.is_multiple_of(2) {
            return Poll::Ready(Ok(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, event: u64) -> Self::Future {
        assert_eq!(self.asked, 2, "it is called once each time that it is ready");
        self.asked = 0;
        let (clock, in_flight, most) =
            (self.clock.clone(), Arc::clone(&self.in_flight), Arc::clone(&self.most));
        Box::pin(async move {
            let at_once = in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            most.fetch_max(at_once, Ordering::Relaxed);
            clock.sleep(ms(1 + event % 5)).await;
            in_flight.fetch_sub(1, Ordering::Relaxed);
            if event.is_multiple_of(7) { Err(Refused(event)) } else { Ok(event * 10) }
        })
    }
}

fn accepted() -> Vec<u64> {
    (0..EVENTS).filter(|event| !event.is_multiple_of(7)).map(|event| event * 10).collect()
}

fn refused() -> Vec<Refused> {
    (0..EVENTS).filter(|event| event.is_multiple_of(7)).map(Refused).collect()
}

#[test]
fn a_service_is_asked_to_be_ready_before_each_call_in_the_clone_that_is_called() {
    for (instances, batch) in [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
        let strict = Strict::by(&clock);
        let topology = topology!(
            events = source(from_iter(0..EVENTS)) >> shuffle,
            asked = events >> service(strict.clone()).in_flight(16) * instances,
            asked >> sink(good.sink()),
            asked.errors >> sink(bad.sink()),
        );
        let config = Config::default().batch(batch);
        let metrics = simulation::run_by(&clock, 5, topology, config).unwrap();
        let (good, bad) = (good.take(), bad.take());
        if instances == 1 {
            assert_eq!(good, accepted(), "in the order of the events");
            assert_eq!(bad, refused());
            assert_eq!(strict.most.load(Ordering::Relaxed), 16);
        }
        assert_eq!((sorted(good), sorted(bad)), (accepted(), refused()));
        let total = metrics.node("asked").unwrap().total();
        assert_eq!(total.events_in, total.events_out + total.errors);
    }
}

#[test]
fn responses_leave_as_they_come_or_in_the_order_of_each_key_if_asked_for() {
    for batch in BATCHES {
        let (clock, loose, ordered) = (Virtual::default(), Collected::new(), Collected::new());
        let strict = [Strict::by(&clock), Strict::by(&clock)];
        let topology = topology!(
            events = source(from_iter(0..EVENTS)),
            any = events >> service(strict[0].clone()).unordered().in_flight(16),
            any >> sink(loose.sink()),
            any.errors >> ignore,
            keyed = events
                >> by(|event| event % 3)
                >> service(strict[1].clone()).in_flight(16).per_key(),
            keyed >> sink(ordered.sink()),
            keyed.errors >> ignore,
        );
        simulation::run_by(&clock, 5, topology, Config::default().batch(batch)).unwrap();
        let (any, keyed) = (loose.take(), ordered.take());
        assert_ne!(any, accepted());
        assert_eq!(sorted(any), accepted());
        assert_eq!(strict[0].most.load(Ordering::Relaxed), 16);
        assert_eq!(strict[1].most.load(Ordering::Relaxed), 3, "one call of a key at a time");
        for key in 0..3 {
            let of_key = |event: &u64| event / 10 % 3 == key;
            let expected: Vec<_> = accepted().into_iter().filter(of_key).collect();
            assert_eq!(keyed.iter().copied().filter(|e| of_key(e)).collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn a_service_that_cannot_fail_has_no_errors_to_connect() {
    let (clock, seen) = (Virtual::default(), Collected::new());
    let by = clock.clone();
    let slow = service_fn(move |event: u64| {
        let wait = by.sleep(ms(20));
        async move {
            wait.await;
            Ok::<_, Infallible>(event + 1)
        }
    });
    let job = Builder::new("asking");
    let events = job.source(from_iter(0..EVENTS));
    // The number is that of the value, unless the stream has another.
    events.then(service(slow).in_flight(100)).named("asked").sink(seen.sink());
    let topology = job.build();
    assert_eq!(topology.nodes()[1].in_flight, Some(100));
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    job.work_until(&clock, ms(60));
    assert!(job.has_ended(), "three rounds of 100 calls");
    job.result().unwrap();
    assert_eq!(seen.take(), (1..=EVENTS).collect::<Vec<_>>());
}

type Answer = BoxFuture<'static, std::result::Result<u64, Refused>>;

/// Takes 10 ms, and is never called more than so often at once.
fn counted(most: &Arc<AtomicUsize>) -> impl Fn(u64) -> Answer + use<> {
    let (most, now) = (Arc::clone(most), Arc::<AtomicUsize>::default());
    move |event| {
        let (most, now) = (Arc::clone(&most), Arc::clone(&now));
        Box::pin(async move {
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::time::sleep(ms(10)).await;
            now.fetch_sub(1, Ordering::Relaxed);
            Ok(event)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_concurrency_limit_holds_for_all_calls_together() {
    for (instances, batch) in [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (seen, most) = (Collected::new(), Arc::default());
        let call = Arc::new(counted(&most));
        let limited = ServiceBuilder::new()
            .concurrency_limit(5)
            .service(service_fn(move |event: u64| call(event)));
        let topology = topology!(
            events = source(from_iter(0..EVENTS)) >> shuffle,
            asked = events >> service(limited).in_flight(64) * instances,
            asked >> sink(seen.sink()),
            asked.errors >> fail,
        );
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        assert_eq!(sorted(seen.take()), (0..EVENTS).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::Relaxed), 5, "{instances} instances, batch {batch}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_in_a_buffer_holds_for_all_calls_together() {
    let (seen, most) = (Collected::new(), Arc::default());
    let call = counted(&most);
    let limited = ServiceBuilder::new()
        .buffer(16)
        .rate_limit(50, Duration::from_secs(1))
        .service(service_fn(call));
    let topology = topology!(
        asked = source(from_iter(0..EVENTS)) >> service(limited).in_flight(64),
        asked >> sink(seen.sink()),
        asked.errors >> fail,
    );
    let begun = crate::awaiting::now();
    let mut job = topology.start(Config::default()).unwrap();
    settled(job.wait()).await.unwrap();
    assert_eq!(seen.take(), (0..EVENTS).collect::<Vec<_>>());
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(6), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_tower_is_an_error_event_of_its_own_type() {
    let (good, bad) = (Collected::new(), Collected::new());
    let slow = service_fn(|event: u64| async move {
        tokio::time::sleep(ms(event)).await;
        Ok::<_, Refused>(event)
    });
    let limited = ServiceBuilder::new().timeout(ms(95)).service(slow);
    let topology = topology!(
        asked = source(from_iter((0..20).map(|event| event * 10))) >> service(limited).in_flight(8),
        asked >> sink(good.sink()),
        asked.errors
            >> map(|error| error.is::<tower::timeout::error::Elapsed>())
            >> sink(bad.sink()),
    );
    settled(topology.run(Config::default())).await.unwrap();
    assert_eq!(good.take(), (0..10).map(|event| event * 10).collect::<Vec<_>>());
    assert_eq!(bad.take(), [true; 10]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_gone_fails_each_event_or_the_job() {
    /// Is never ready.
    #[derive(Clone)]
    struct Gone;

    impl Service<u64> for Gone {
        type Response = u64;
        type Error = Refused;
        type Future = std::future::Ready<Result<u64, Refused>>;

        fn poll_ready(&mut self, _: &mut Cx<'_>) -> Poll<Result<(), Refused>> {
            Poll::Ready(Err(Refused(0)))
        }

        fn call(&mut self, _: u64) -> Self::Future {
            panic!("it was not ready")
        }
    }

    let bad = Collected::new();
    let topology = topology!(
        asked = source(from_iter(0..3)) >> service(Gone),
        asked >> ignore,
        asked.errors >> sink(bad.sink()),
    );
    settled(topology.run(Config::default())).await.unwrap();
    assert_eq!(bad.take(), [Refused(0), Refused(0), Refused(0)]);
    let topology = topology!(
        asked = source(from_iter(0..3)) >> service(Gone),
        asked >> ignore,
        asked.errors >> fail,
    );
    let error = settled(topology.run(Config::default())).await.unwrap_err();
    assert_eq!((error.node(), error.downcast_ref()), (Some("asked"), Some(&Refused(0))));
}
