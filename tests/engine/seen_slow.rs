//! What is made is seen in time, however slow the operators and however many events are at hand.

use crate::moved::{BOUND, Moved, STEP, Seen};
use crate::support::awaited;
use futures::stream;
use millstream::prelude::*;

#[derive(Debug, thiserror::Error)]
#[error("refused {0}")]
struct Refused(u64);

/// The time that a slow operator takes for each event, in microseconds.
const SLOW: u64 = 10_000;

/// Takes a while for each event, without awaiting.
fn slow(clock: &Moved) -> impl Fn(u64) -> u64 + Clone + Send + Sync + 'static + use<> {
    let clock = clock.clone();
    move |_| clock.forward(SLOW)
}

/// When an event is received.
fn now(clock: &Moved) -> impl Fn(u64) -> u64 + Clone + Send + Sync + 'static + use<> {
    let clock = clock.clone();
    move |_| clock.now()
}

#[tokio::test]
async fn what_a_slow_operator_emits_is_seen_in_time_however_many_events_are_at_hand() {
    // One event may be three in the chain of the slow operator.
    let bound = 3 * (BOUND + SLOW);
    for (n, batch) in [(1, 1_024), (2, 1_024), (4, 64)] {
        let clock = Moved::default();
        let seen = [(); 6].map(|()| Seen::by(&clock));
        let topology = topology!(
            at_once = source(from_iter(0..400_u64)) >> map(slow(&clock)) >> map(|at| at),
            at_once >> shuffle >> map(|at| at) * n >> sink(seen[0].sink()),
        );
        topology.run(clock.config().batch(batch)).await.unwrap();
        seen[0].all_within(400, bound, "at the source");

        let topology = topology!(
            received = source(from_iter(0..400_u64))
                >> to_one
                >> map(|at| at)
                >> awaited
                >> map(slow(&clock)),
            received >> by(|at| *at) >> map(|at| at) * n >> sink(seen[1].sink()),
        );
        topology.run(clock.config().batch(batch)).await.unwrap();
        seen[1].all_within(400, bound, "downstream of a channel");

        let topology = topology!(
            fans = source(stream::iter(0..400_u64)) >> map(|at| at),
            slow = fans >> map(slow(&clock)),
            slow >> sink(seen[2].sink()),
            fans >> map(now(&clock)) >> shuffle >> map(|at| at) * n >> sink(seen[3].sink()),
        );
        topology.run(clock.config().batch(batch)).await.unwrap();
        seen[2].all_within(400, bound, "one of two consumers");
        seen[3].all_within(400, bound, "beside a slow consumer");

        let topology = topology!(
            fans = source(from_iter(0..400_u64)) >> map(|at| at),
            fans >> map(now(&clock)) >> shuffle >> map(|at| at) * n >> sink(seen[4].sink()),
            fans >> flat_map(|at| [at; 3]) >> map(slow(&clock)) >> sink(seen[5].sink()),
        );
        topology.run(clock.config().batch(batch)).await.unwrap();
        seen[4].all_within(400, bound, "before a slow consumer");
        seen[5].all_within(1_200, bound, "the second of two consumers");
    }
}

/// Sets a timer with its first event, and is slow with all.
#[derive(Clone)]
struct Timing {
    clock: Moved,
}

#[operator]
impl Timing {
    async fn process(&self, event: u64, ctx: &mut Context) -> Option<u64> {
        if event == 0 {
            ctx.timer_after(100.millis());
        }
        self.clock.forward(SLOW);
        None
    }

    async fn on_timer(&self, _timer: Timer) -> Option<u64> {
        Some(self.clock.now())
    }
}

#[tokio::test]
async fn a_timer_is_called_in_time_while_many_slow_events_are_at_hand() {
    let clock = Moved::default();
    let called = Collected::new();
    let topology = topology!(
        source(from_iter(0..400_u64))
            >> by(|_| 0)
            >> Timing { clock: clock.clone() }
            >> sink(called.sink()),
    );
    topology.run(clock.config()).await.unwrap();
    let [at] = called.take()[..] else { panic!("one timer") };
    assert!((100_000..=100_000 + BOUND + 2 * SLOW).contains(&at), "{at}");
}

#[tokio::test]
async fn a_timer_is_called_in_time_where_no_event_comes_while_others_keep_their_task_busy() {
    let clock = Moved::default();
    let called = Collected::new();
    let topology = topology!(
        all = source(from_iter(clock.busy())) >> refuse_first,
        all >> ignore,
        all.errors
            >> map(|error: Refused| error.0 - STEP)
            >> per_instance
            >> Timing { clock: clock.clone() }
            >> sink(called.sink()),
    );
    topology.run(clock.config()).await.unwrap();
    let [at] = called.take()[..] else { panic!("one timer") };
    assert!((100_000..=100_000 + BOUND + 2 * SLOW).contains(&at), "{at}");
}

#[operator]
async fn refuse_first(time: u64) -> std::result::Result<u64, Refused> {
    if time == STEP { Err(Refused(time)) } else { Ok(time) }
}

#[tokio::test]
async fn an_abort_takes_effect_in_time_while_many_slow_events_are_at_hand() {
    for n in [1, 2] {
        let clock = Moved::default();
        let topology = topology!(
            slow = source(from_iter(0_u64..)) >> shuffle >> map(slow(&clock)) * n,
            slow >> ignore,
        );
        let mut job = topology.start(clock.config()).unwrap();
        while clock.now() < 1_000_000 {
            tokio::task::yield_now().await;
        }
        job.abort();
        let before = clock.now();
        job.wait().await.unwrap_err();
        let took = clock.now() - before;
        assert!(took <= BOUND + 2 * SLOW, "{n}: {took} µs");
    }
}

#[tokio::test]
async fn what_is_emitted_is_seen_in_time_beside_a_consumer_that_stands_still() {
    for n in [1, 2, 4] {
        let clock = Moved::default();
        let (sender, _held) = tokio::sync::mpsc::channel(1);
        let seen = Collected::new();
        let topology = topology!(
            all = source(from_iter(0..10_000_u64)) >> map(|at| at),
            all >> shuffle >> map(|at| at) * 2 >> sink(to_channel(sender)),
            all >> filter(|at| at % 7 == 0)
                >> by(|at| *at)
                >> map(|at| at) * n
                >> sink(seen.sink()),
        );
        let job = topology.start(Config::default().buffer(512)).unwrap();
        let mut all = 0;
        while all < 100 {
            tokio::time::sleep(1.millis()).await;
            all += seen.take().len();
        }
        job.abort();
        drop(clock);
    }
}
