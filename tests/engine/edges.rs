//! Sources and sinks that cannot be opened, read or written.

use crate::simulation;
use crate::support::{INSTANCES, refused};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Writer};
use millstream::source::{Intake, Reader, Readiness, Unreplayable};
use millstream::{Error, ErrorKind, Result};
use std::task::{Context as TaskContext, Poll};
use tokio::sync::mpsc;

/// An event.
#[derive(Debug, Clone, Copy)]
struct Reading {
    id: u64,
}

fn readings(count: u64) -> impl Iterator<Item = Reading> + Clone + Send {
    (0..count).map(|id| Reading { id })
}

#[operator]
async fn passed_on(reading: Reading) -> Reading {
    reading
}

/// The error that a job ends with.
#[track_caller]
fn error_of(topology: Topology, config: Config) -> Error {
    match simulation::run(1, topology, config) {
        Ok(metrics) => panic!("the job went well\n{metrics}"),
        Err(error) => error,
    }
}

/// A sink that fails at one of its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    Write,
    Send,
    Flush,
    Close,
}

impl Broken {
    fn at(self, step: Self) -> Result<()> {
        if self == step { Err(Error::new(ErrorKind::Sink, "the disk is full")) } else { Ok(()) }
    }
}

impl Sink<Reading> for Broken {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl Writer<Reading> for Broken {
    fn write(&mut self, reading: Reading) -> Result<()> {
        if reading.id == 300 { self.at(Self::Write) } else { Ok(()) }
    }

    fn has_backlog(&self) -> bool {
        true
    }

    async fn send(&mut self) -> Result<()> {
        self.at(Self::Send)
    }

    async fn flush(&mut self) -> Result<()> {
        self.at(Self::Flush)
    }

    async fn close(&mut self) -> Result<()> {
        self.at(Self::Close)
    }
}

#[test]
fn a_sink_that_fails_ends_the_job_and_is_named() {
    for instances in INSTANCES {
        for step in [Broken::Write, Broken::Send, Broken::Flush, Broken::Close] {
            let topology = topology!(
                good = source(from_iter(readings(2_000))) >> by(|r| r.id) >> passed_on * instances,
                alerts = good >> sink(step),
            );
            let error = error_of(topology, Config::default());
            assert_eq!(error.kind(), ErrorKind::Sink, "{step:?}: {error}");
            assert_eq!(error.node(), Some("alerts"), "{step:?}");
            assert_eq!(error.to_string(), "sink `alerts`: the disk is full", "{step:?}");
        }
    }
}

#[test]
fn a_channel_whose_receiver_is_gone_ends_the_job() {
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let topology = topology!(source(from_iter(readings(u64::MAX))) >> sink(to_channel(sender)));
    let error = error_of(topology, Config::default());
    assert_eq!(error.kind(), ErrorKind::Sink);
    assert_eq!(error.to_string(), "sink `source_sink`: the receiver of the channel is gone");
}

/// A source that cannot be read to its end, as it finds while it waits or while it reads.
#[derive(Clone, Copy)]
enum Torn {
    Waiting(u64),
    Reading(u64),
}

impl Torn {
    fn error() -> Error {
        Error::new(ErrorKind::Source, "the tape is torn")
    }
}

impl Source<Reading> for Torn {
    type Reader = Self;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl Reader<Reading> for Torn {
    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<Readiness>> {
        let torn = matches!(self, Self::Waiting(0));
        Poll::Ready(if torn { Err(Self::error()) } else { Ok(Readiness::Events) })
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<Reading>) -> Result<()> {
        if let Self::Reading(0) = self {
            return Err(Self::error());
        }
        let (Self::Waiting(left) | Self::Reading(left)) = self;
        for _ in 0..limit.min(*left as usize) {
            *left -= 1;
            into.event(Reading { id: *left })?;
        }
        Ok(())
    }
}

const TORN: [Torn; 2] = [Torn::Waiting(100), Torn::Reading(100)];

#[test]
fn a_source_that_cannot_be_read_on_ends_the_job() {
    for (instances, torn) in INSTANCES.into_iter().flat_map(|n| TORN.map(|torn| (n, torn))) {
        let topology = topology!(
            tape = source(torn),
            tape >> by(|reading| reading.id) >> passed_on * instances >> ignore,
        );
        let error = error_of(topology, Config::default().batch(7));
        assert_eq!((error.kind(), error.node()), (ErrorKind::Source, Some("tape")));
        assert_eq!(error.to_string(), "source `tape`: the tape is torn");
    }
}

#[test]
fn a_source_that_cannot_be_opened_is_refused_with_its_path() {
    let topology = topology!(
        orders = source(csv_file("no/such/orders.csv")),
        orders >> map(|order: (u64, String)| order.0) >> ignore,
    );
    let error = refused(topology);
    assert_eq!(error.kind(), ErrorKind::Source);
    let message = error.to_string();
    assert!(
        message.starts_with("source `orders`: cannot read `no/such/orders.csv`: "),
        "{message}"
    );
}

#[test]
fn a_sink_that_cannot_be_opened_is_refused_with_its_path() {
    let topology = topology!(
        orders = source(from_iter(0..10_u64)),
        kept = orders >> sink(jsonl_file("no/such/kept.jsonl")),
    );
    let error = refused(topology);
    assert_eq!(error.kind(), ErrorKind::Sink);
    let message = error.to_string();
    assert!(message.starts_with("sink `kept`: cannot create `no/such/kept.jsonl`: "), "{message}");
}

#[test]
fn a_job_that_is_refused_leaves_its_output_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.jsonl");
    std::fs::write(&path, "yesterday's results\n").unwrap();
    let error = refused(topology!(
        source(csv_file("no/such/orders.csv"))
            >> map(|order: (u64, u64)| order.0)
            >> sink(jsonl_file(&path))
    ));
    assert_eq!(error.kind(), ErrorKind::Source);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "yesterday's results\n");
}
