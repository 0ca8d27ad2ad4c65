//! Whatever fails ends the job with an error that says who failed, at what and why; never a job
//! that looks alive for ever.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, settled, sorted};
use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use tokio::sync::mpsc;

/// A small event that can be copied, so that errors can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    id: u64,
    value: i32,
}

fn readings(count: u64) -> impl Iterator<Item = Reading> + Clone + Send {
    (0..count).map(|id| Reading { id, value: -(id as i32) })
}

#[operator]
async fn fragile(reading: Reading) -> Reading {
    assert!(reading.id != 300, "reading 300 is too heavy");
    reading
}

#[operator]
async fn fragile_awaiting(reading: Reading) -> Reading {
    tokio::task::yield_now().await;
    assert!(reading.id != 300, "reading 300 is too heavy");
    reading
}

#[operator]
async fn passed_on(reading: Reading) -> Reading {
    reading
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("reading {0} is too light")]
struct TooLight(u64);

#[operator]
async fn checked(reading: Reading) -> Result<Reading, TooLight> {
    if reading.id % 100 == 99 { Err(TooLight(reading.id)) } else { Ok(reading) }
}

#[operator]
async fn checked_awaiting(reading: Reading, count: &mut u64) -> Result<Reading, TooLight> {
    *count += 1;
    tokio::task::yield_now().await;
    if reading.id % 100 == 99 { Err(TooLight(reading.id)) } else { Ok(reading) }
}

/// The error that a job ends with.
#[track_caller]
fn error_of(seed: u64, topology: Topology, config: Config) -> Error {
    match simulation::run(seed, topology, config) {
        Ok(metrics) => panic!("seed {seed}: the job went well\n{metrics}"),
        Err(error) => error,
    }
}

/// Checks that the error has the operator, one of its instances, and the event.
#[track_caller]
fn assert_names(error: &Error, operator: &str, instances: usize, did: &str, reading: Reading) {
    assert_eq!(error.node(), Some(operator));
    let instance = error.instance().unwrap();
    assert!(instance.index() < instances && instance.count() == instances, "{instance}");
    let message = error.to_string();
    let at = if instances > 1 { format!(" ({instance})") } else { String::new() };
    let begins = format!("operator `{operator}`{at} {did} at its event ");
    assert!(message.starts_with(&begins), "{message}");
    assert!(message.contains(&format!(", {reading:?}: ")), "{message}");
    if instances == 1 {
        assert!(message.contains(&format!("at its event {}, ", reading.id + 1)), "{message}");
    }
}

const HEAVY: Reading = Reading { id: 300, value: -300 };

#[test]
fn a_panic_ends_the_job_and_names_operator_instance_and_event() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let stepping = topology!(
            source(from_iter(readings(100_000)))
                >> by(|reading| reading.id)
                >> fragile * instances
                >> awaited
                >> ignore
        );
        let awaiting = topology!(
            source(from_iter(readings(100_000)))
                >> by(|reading| reading.id)
                >> fragile_awaiting * instances
                >> shuffle
                >> awaited * 3
                >> ignore
        );
        for (name, topology) in [("fragile", stepping), ("fragile_awaiting", awaiting)] {
            let error = error_of(1, topology, Config::default().batch(batch));
            assert_eq!(error.kind(), ErrorKind::Panic);
            assert_names(&error, name, instances, "panicked", HEAVY);
            assert!(error.to_string().ends_with(": reading 300 is too heavy"), "{error}");
        }
    }
}

#[test]
fn a_panic_in_the_middle_of_a_fused_chain_names_the_operator_it_happened_in() {
    let topology = topology!(
        source(from_iter(readings(1_000)))
            >> passed_on
            >> inspect(|reading: &Reading| assert!(reading.id != 300, "too heavy"))
            >> map(|reading| reading)
            >> ignore
    );
    let error = error_of(2, topology, Config::default());
    assert_eq!(error.kind(), ErrorKind::Panic);
    assert_eq!(error.to_string(), "operator `inspect` panicked at its event 301: too heavy");
}

/// Every edge of the pipeline is full, and the sources have no end.
#[test]
fn a_panic_in_the_middle_of_a_full_pipeline_ends_the_job() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..5).map(move |seed| (n, seed))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let topology = topology!(
            one = source(from_iter(readings(u64::MAX))),
            two = source(from_iter(readings(300).cycle())),
            [one, two]
                >> by(|reading| reading.id)
                >> fragile * instances
                >> shuffle
                >> awaited * 2
                >> sink(to_channel(sender)),
        );
        let config = Config::default().batch(8).buffer(16);
        let mut simulated = simulation::start(seed, topology, config).unwrap();
        simulated.work();
        while let Ok(_reading) = receiver.try_recv() {
            simulated.work();
        }
        assert!(simulated.has_ended(), "a task goes on after the panic");
        let error = simulated.result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panic, "seed {seed}: {error}");
        assert!(error.to_string().contains("operator `fragile`"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_on_two_threads_ends_the_job() {
    for instances in INSTANCES {
        let topology = topology!(
            source(from_iter(readings(u64::MAX)))
                >> by(|reading| reading.id)
                >> fragile * instances
                >> shuffle
                >> awaited * 2
                >> ignore
        );
        let mut job = topology.start(Config::default().batch(16)).unwrap();
        let error = settled(job.wait()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panic);
        assert_names(&error, "fragile", instances, "panicked", HEAVY);
    }
}

#[test]
fn an_error_that_is_to_end_the_job_names_the_operator() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let stepping = topology!(
            checked = source(from_iter(readings(100_000))) >> by(|_| ()) >> checked * instances,
            checked >> ignore,
            checked.errors >> fail,
        );
        let awaiting = topology!(
            checked_awaiting =
                source(from_iter(readings(100_000))) >> by(|_| ()) >> checked_awaiting * instances,
            checked_awaiting >> ignore,
            checked_awaiting.errors >> fail,
        );
        for (name, topology) in [("checked", stepping), ("checked_awaiting", awaiting)] {
            let error = error_of(4, topology, Config::default().batch(batch));
            assert_eq!(error.kind(), ErrorKind::Operator);
            assert_names(&error, name, instances, "failed", Reading { id: 99, value: -99 });
            assert!(error.to_string().ends_with(": reading 99 is too light"), "{error}");
            assert_eq!(error.downcast_ref(), Some(&TooLight(99)));
        }
    }
}

#[test]
fn an_error_that_is_routed_lets_the_job_go_on() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            stepping = source(from_iter(readings(1_000))) >> by(|r| r.id) >> checked * instances,
            awaiting =
                source(from_iter(readings(1_000))) >> by(|r| r.id) >> checked_awaiting * instances,
            [stepping, awaiting] >> sink(good.sink()),
            [stepping.errors, awaiting.errors] >> sink(bad.sink()),
        );
        simulation::run(5, topology, Config::default().batch(batch)).unwrap();
        let light =
            (0..1_000).filter(|id| id % 100 == 99).flat_map(|id| [TooLight(id), TooLight(id)]);
        assert_eq!(sorted(bad.take()), light.collect::<Vec<_>>());
        let rest = readings(1_000)
            .filter(|reading| reading.id % 100 != 99)
            .flat_map(|reading| [reading; 2]);
        assert_eq!(sorted(good.take()), rest.collect::<Vec<_>>());
    }
}

/// Tasks that lose a neighbour end too: none of them may be taken for the one that failed.
#[test]
fn of_all_tasks_that_end_the_one_that_failed_is_named() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..30).map(move |seed| (n, seed)))
    {
        let topology = topology!(
            numbers = source(from_iter(readings(u64::MAX))),
            one = numbers >> by(|reading| reading.id) >> checked * instances,
            two = numbers >> shuffle >> awaited * 2,
            [one, two] >> shuffle >> map(|reading| reading) * 3 >> ignore,
            one.errors >> fail,
        );
        let error = error_of(seed, topology, Config::default().batch(4).buffer(8));
        assert_eq!(error.kind(), ErrorKind::Operator, "seed {seed}: {error}");
    }
}
