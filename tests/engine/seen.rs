//! What is made is seen in time, while a source never runs dry.

use crate::moved::{BOUND, Moved, RARE, STEP, Seen, rare};
use crate::support::awaited;
use futures::stream;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Writer};

fn time_of(time: &u64) -> EventTime {
    EventTime::from_micros(i64::try_from(*time).unwrap())
}

#[operator]
async fn refuse(time: u64) -> std::result::Result<u64, Refused> {
    if rare(&time) { Err(Refused(time)) } else { Ok(time) }
}

#[derive(Debug, thiserror::Error)]
#[error("refused {0}")]
struct Refused(u64);

#[derive(Debug, Outputs)]
enum Sorted {
    Rare(u64),
    Other(u64),
}

/// Runs a topology with a `seen` sink of its own at 1, 2 and 4 instances and several batch sizes.
macro_rules! seen_in_time {
    (
        $what:literal, $hops:literal edges, $per:expr,
        |$clock:ident, $n:ident, $sink:ident| $topology:expr
    ) => {
        for (instances, batch) in [(1, 1_024), (2, 1_024), (4, 64), (2, 1)] {
            let $clock = Moved::default();
            let seen = Seen::by(&$clock);
            let ($n, $sink) = (instances, seen.clone());
            let topology = $topology;
            let config = $clock.config().batch(batch);
            crate::support::run_on_disk(topology, config).await.unwrap();
            let number = ($per)(instances) * RARE;
            seen.all_within(number, $hops * BOUND, &format!("{}, {instances}, {batch}", $what));
        }
    };
}

#[tokio::test]
async fn what_crosses_an_edge_is_seen_in_time_while_the_source_never_runs_dry() {
    let one = |_| 1;
    seen_in_time!("fused", 1 edges, one, |clock, _n, seen| topology!(
        source(from_iter(clock.busy())) >> filter(rare) >> map(|at| at) >> sink(seen.sink()),
    ));
    seen_in_time!("shuffle", 2 edges, one, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        rare >> shuffle >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("by", 2 edges, one, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        rare >> by(|at| *at) >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("to_all", 2 edges, |n: usize| n, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        rare >> to_all >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("downstream of a busy edge", 2 edges, one, |clock, n, seen| topology!(
        all = source(from_iter(clock.busy())) >> by(|at| at % 7) >> map(|at| at) * n,
        all >> filter(rare) >> to_one >> sink(seen.sink()),
    ));
    seen_in_time!("buffer", 2 edges, one, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        rare >> shuffle >> buffer(64) >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("overflow", 2 edges, one, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        kept = rare >> shuffle >> overflow(drop_oldest) >> map(|at| at) * n,
        kept >> sink(seen.sink()),
        kept.overflow >> ignore,
    ));
}

#[tokio::test]
async fn every_output_of_a_node_is_seen_in_time() {
    seen_in_time!("fan-out", 2 edges, |_| 1, |clock, n, seen| topology!(
        all = source(from_iter(clock.busy())) >> map(|at| at),
        all >> shuffle >> map(|at| at) * n >> ignore,
        all >> filter(rare) >> by(|at| *at) >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("errors", 2 edges, |_| 1, |clock, n, seen| topology!(
        good = source(from_iter(clock.busy())) >> shuffle >> refuse * n,
        good >> ignore,
        good.errors >> map(|error: Refused| error.0) >> to_one >> sink(seen.sink()),
    ));
    seen_in_time!("variants", 2 edges, |_| 1, |clock, n, seen| topology!(
        sorted = source(from_iter(clock.busy()))
            >> map(|at| if rare(&at) { Sorted::Rare(at) } else { Sorted::Other(at) }),
        sorted.other >> ignore,
        sorted.rare >> shuffle >> map(|at| at) * n >> sink(seen.sink()),
    ));
    seen_in_time!("awaiting", 3 edges, |_| 1, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare),
        rare >> shuffle >> awaited * n >> sink(seen.sink()),
    ));
    seen_in_time!("awaiting, in the task of the source", 2 edges, |_| 1, |clock, _n, seen| {
        topology!(
            source(from_iter(clock.busy())) >> awaited >> filter(rare) >> sink(seen.sink()),
        )
    });
    seen_in_time!("a loop", 3 edges, |_| 1, |clock, n, seen| topology!(
        rare = source(from_iter(clock.busy())) >> filter(rare) >> map(|at| (at, 0)),
        again = feedback(1_000, drop_oldest),
        all = [rare, again] >> shuffle >> map(|at| at) * n,
        all >> filter(|at: &(u64, u64)| at.1 == 0) >> map(|at| (at.0, 1)) >> feedback(again),
        all >> filter(|at: &(u64, u64)| at.1 == 1) >> map(|at| at.0) >> sink(seen.sink()),
    ));
}

/// Shows what it has written once it is flushed.
#[derive(Clone)]
struct Buffering {
    seen: Seen,
    buffered: Vec<u64>,
}

impl Buffering {
    fn new(seen: Seen) -> Self {
        Self { seen, buffered: Vec::new() }
    }
}

impl Sink<u64> for Buffering {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        Ok(self)
    }
}

impl Writer<u64> for Buffering {
    fn write(&mut self, event: u64) -> millstream::Result<()> {
        self.buffered.push(event);
        Ok(())
    }

    async fn flush(&mut self) -> millstream::Result<()> {
        self.buffered.drain(..).for_each(|made| self.seen.note(made));
        Ok(())
    }
}

#[tokio::test]
async fn a_sink_is_flushed_in_time_while_the_source_never_runs_dry() {
    seen_in_time!("a sink in the task of the source", 1 edges, |_| 1, |clock, _n, seen| topology!(
        source(from_iter(clock.busy())) >> filter(rare) >> sink(Buffering::new(seen)),
    ));
    seen_in_time!("a stream", 1 edges, |_| 1, |clock, _n, seen| topology!(
        source(stream::iter(clock.busy())) >> filter(rare) >> sink(Buffering::new(seen)),
    ));
}

#[tokio::test]
async fn windows_fire_in_time_where_an_instance_gets_few_events_or_none() {
    for instances in [1, 2, 4] {
        let clock = Moved::default();
        let seen = Seen::by(&clock);
        let topology = topology!(
            all = source(from_iter(clock.busy())) >> event_time(time_of, lateness(0.secs())),
            first = all
                >> by(|at| *at == 70 * STEP)
                >> window(tumbling(10.millis()))
                >> aggregate(|at| *at, max()) * instances,
            second = first
                >> filter(|window| !window.key)
                >> by(|_| 0)
                >> window(tumbling(50.millis()))
                >> aggregate(|window| window.end.as_micros(), max()),
            second
                >> map(|window| u64::try_from(window.end.as_micros()).unwrap())
                >> sink(seen.sink()),
            first.late >> ignore,
            second.late >> ignore,
        );
        topology.run(clock.config()).await.unwrap();
        seen.all_within(RARE + 1, 4 * BOUND, &format!("{instances}"));
    }
}
