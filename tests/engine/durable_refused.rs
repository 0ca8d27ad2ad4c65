//! What a job with checkpoints cannot keep is refused when it starts.

use millstream::plumbing::marks::{Meta, WithKey};
use millstream::prelude::*;
use millstream::window::{AggregateWindows, KeptStore, Results, Store, StoreFactory, Windows};
use std::convert::Infallible;
use std::fmt;

/// Windows of one event, whose store keeps nothing.
#[derive(Debug, Clone, Copy)]
struct Singles;

impl fmt::Display for Singles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("single")
    }
}

impl Windows for Singles {}

impl<K: Key, T: Send + 'static, V, F, A> AggregateWindows<K, T, V, F, A> for Singles {
    type Out = K;
    type Factory = Self;

    fn aggregated(self, _: F, _: A) -> Self {
        self
    }
}

impl<K: Key, T: Send + 'static> StoreFactory<K, T> for Singles {
    type Store = Self;

    fn store(&self) -> Self {
        *self
    }
}

impl<K: Key, T: Send + 'static> Store<K, T> for Singles {
    type Out = K;
    type Unmatched = Infallible;

    fn insert<R: Results<K, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> millstream::Result<Option<T>> {
        results.result(event.key, meta)?;
        Ok(None)
    }

    fn advance<R: Results<K, Infallible>>(
        &mut self,
        _: EventTime,
        _: &mut R,
    ) -> millstream::Result<()> {
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        EventTime::MIN
    }
}

impl<K: Key, T: Send + 'static, D> KeptStore<K, T, D> for Singles {}

fn seconds() -> impl Iterator<Item = i64> + Clone + Send + 'static {
    0..10
}

/// A job with windows of [`Singles`].
fn windowed(delivery: Delivery) -> millstream::Result<()> {
    let job = Builder::new("windowed").delivery(delivery);
    let results = job
        .source(from_iter(seconds()))
        .named("seconds")
        .event_time(|second| EventTime::from_secs(*second), lateness(0.secs()))
        .named("timed")
        .by(|second| *second)
        .window(Singles)
        .aggregate(|second| *second, count())
        .named("results");
    let results = results.outputs();
    results.late.ignore();
    results.stream.ignore();
    job.build().check()
}

#[test]
fn windows_that_keep_nothing_in_checkpoints_are_refused() {
    windowed(Delivery::AtMostOnce).unwrap();
    let refused = windowed(Delivery::AtLeastOnce).unwrap_err().to_string();
    let sentence = "`at_least_once` cannot keep the contents of single windows [M0418]";
    assert!(refused.contains(sentence), "{refused}");
}

#[tokio::test]
async fn a_refused_start_does_not_take_the_file_of_another_for_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let (path, missing) = (directory.path().join("rows.jsonl"), directory.path().join("missing"));
    std::fs::write(&path, "\"of another\"\n").unwrap();
    let start = |input: &std::path::Path| {
        let job = Builder::new("rows").delivery(Delivery::AtLeastOnce);
        let rows = job.source(file_lines(input)).named("rows");
        rows.sink_named(jsonl_file(&path), "written");
        job.build().start(Config::default().checkpoints(directory.path().join("checkpoints")))
    };
    std::fs::write(directory.path().join("input"), "one\n").unwrap();
    for input in [missing.clone(), directory.path().join("input"), missing] {
        for _ in 0..2 {
            let refused = start(&input).map(drop).unwrap_err().to_string();
            let sentence = if input.exists() { "rows.jsonl` exists" } else { "cannot read" };
            assert!(refused.contains(sentence), "{refused}");
        }
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "\"of another\"\n");
}

#[tokio::test]
async fn a_directory_for_checkpoints_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("checkpoints");
    std::fs::write(&path, "").unwrap();
    let job = Builder::new("rows").delivery(Delivery::AtLeastOnce);
    job.source(file_lines(&path)).named("lines").ignore();
    let refused = job.build().start(Config::default().checkpoints(&path));
    let refused = refused.map(drop).unwrap_err().to_string();
    assert!(refused.contains("cannot create the directory"), "{refused}");
    assert!(refused.contains("checkpoints"), "{refused}");
}

#[tokio::test]
async fn a_sink_that_was_added_does_not_replace_the_file_of_another() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    std::fs::write(at("input"), "one\ntwo\n").unwrap();
    let run = async |report: Option<&str>| {
        let job = Builder::new("rows").delivery(Delivery::AtLeastOnce);
        let rows = job.source(file_lines(at("input"))).named("rows").fan_out();
        rows.tap().sink_named(jsonl_file(at("rows.jsonl")), "written");
        if let Some(report) = report {
            rows.tap().sink_named(jsonl_file(at(report)), "report");
        }
        job.build().run(Config::default().checkpoints(at("checkpoints"))).await
    };
    run(None).await.unwrap();
    std::fs::write(at("report.jsonl"), "\"of another\"\n").unwrap();
    for _ in 0..2 {
        let refused = run(Some("report.jsonl")).await.unwrap_err().to_string();
        assert!(refused.contains("report.jsonl` exists"), "{refused}");
    }
    assert_eq!(std::fs::read_to_string(at("report.jsonl")).unwrap(), "\"of another\"\n");
    // Under another name it is a sink like any other, in this start and the next.
    run(Some("added.jsonl")).await.unwrap();
    run(Some("added.jsonl")).await.unwrap();
    assert_eq!(std::fs::read_to_string(at("rows.jsonl")).unwrap(), "\"one\"\n\"two\"\n");
}
