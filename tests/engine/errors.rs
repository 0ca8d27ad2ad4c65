//! What an error has to match on, and what it prints: the node, its instance, the position of a
//! record, and every cause once.

use crate::simulation;
use crate::support::{INSTANCES, counted, refused, run, tagged};
use futures::FutureExt;
use millstream::env::{Env, Files};
use millstream::operator::Instance;
use millstream::prelude::*;
use millstream::source::RecordPosition;
use millstream::{Error, ErrorKind};
use std::error::Error as _;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

#[test]
fn a_missing_file_is_reported_once() {
    let error = refused(topology!(
        orders = source(csv_file("no/such/orders.csv")),
        orders >> map(|order: (u64, u64)| order.0) >> ignore,
    ));
    let reason = std::fs::read("no/such/orders.csv").unwrap_err().to_string();
    for printed in [format!("{error}"), format!("{error:#}"), format!("{error:?}")] {
        assert_eq!(printed, format!("source `orders`: cannot read `no/such/orders.csv`: {reason}"));
    }
    assert!(error.source().is_none());
    assert_eq!(error.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::NotFound);
    assert_eq!((error.kind(), error.node()), (ErrorKind::Source, Some("orders")));
    assert_eq!(error.instance(), Some(Instance::ONLY));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at instance {0}")]
struct At(usize);

#[operator]
async fn failing(_number: u64, ctx: &mut Context) -> Result<u64, At> {
    Err(At(ctx.instance().index()))
}

#[test]
fn an_instance_has_the_same_number_in_its_context_and_in_its_error() {
    for instances in INSTANCES {
        let topology = topology!(
            failing = source(from_iter(0..100_u64)) >> by(|n| *n) >> failing * instances,
            failing >> ignore,
            failing.errors >> fail,
        );
        let error = simulation::run(3, topology, Config::default()).unwrap_err();
        let instance = error.instance().unwrap();
        assert_eq!(error.downcast_ref(), Some(&At(instance.index())));
        assert_eq!(instance.count(), instances);
        let shown = format!("(instance {} of {instances})", instance.index());
        assert_eq!(error.to_string().contains(&shown), instances > 1, "{error}");
    }
}

#[test]
fn an_instance_has_the_same_number_in_its_context_and_in_the_metrics() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            tagged = source(from_iter(0..100_u64)) >> by(|n| *n % 7) >> tagged * instances,
            tagged >> map(|(_, instance): (u64, usize)| instance) >> sink(seen.sink()),
        );
        let metrics = simulation::run(6, topology, Config::default()).unwrap();
        let seen = counted(seen.take());
        for (index, of_instance) in metrics.node("tagged").unwrap().instances.iter().enumerate() {
            assert_eq!(of_instance.events_in, seen.get(&index).copied().unwrap_or_default());
        }
    }
}

/// Causes of which one repeats the text of the next, as `#[from]` errors often do.
#[derive(Debug, thiserror::Error)]
enum Lookup {
    #[error("no rate for the day")]
    Rate(#[source] Connection),
    #[error("refused: {0}")]
    Repeating(#[source] At),
}

#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
struct Connection(#[source] io::Error);

#[operator]
async fn priced(number: u64) -> Result<u64, Lookup> {
    match number {
        0 => Err(Lookup::Rate(Connection(io::Error::other("the cable is cut")))),
        _ => Err(Lookup::Repeating(At(7))),
    }
}

fn priced_error(number: u64) -> Error {
    let topology = topology!(
        priced = source(from_iter([number])) >> priced,
        priced >> ignore,
        priced.errors >> fail,
    );
    let mut job = simulation::start(4, topology, Config::default()).unwrap();
    job.work();
    let mut result = || job.job.wait().now_or_never().unwrap();
    let (first, second) = (result().unwrap_err(), result().unwrap_err());
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert!(second.downcast_ref::<Lookup>().is_some(), "the second wait has lost the cause");
    second
}

#[test]
fn every_cause_is_printed_once() {
    let error = priced_error(0);
    let failed = "operator `priced` failed at its event 1, 0: no rate for the day";
    assert_eq!(error.to_string(), failed);
    let causes = ": the connection broke: the cable is cut";
    assert_eq!(format!("{error:#}"), format!("{failed}{causes}"));
    let causes = "\n  caused by: the connection broke\n  caused by: the cable is cut";
    assert_eq!(format!("{error:?}"), format!("{failed}{causes}"));
    assert_eq!(error.source().unwrap().to_string(), "the connection broke");
    assert_eq!(error.downcast_ref::<io::Error>().unwrap().to_string(), "the cable is cut");
}

#[test]
fn a_cause_that_its_own_effect_prints_is_not_printed_again() {
    let error = priced_error(1);
    let message = "operator `priced` failed at its event 1, 1: refused: at instance 7";
    for printed in [format!("{error}"), format!("{error:#}"), format!("{error:?}")] {
        assert_eq!(printed, message);
    }
}

/// Files of two lines, which then break.
#[derive(Debug)]
struct Scratched;

impl Files for Scratched {
    fn open(&self, _: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new("id,amount\n1,2\n").chain(Breaking)))
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(io::sink()))
    }
}

struct Breaking;

impl Read for Breaking {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is scratched"))
    }
}

#[tokio::test]
async fn a_file_that_breaks_while_it_is_read_is_reported_with_the_line() {
    let config = || Config::default().env(Env::system().with_files(Scratched));
    let lines = topology!(orders = source(file_lines("orders.csv")), orders >> ignore);
    let orders = topology!(
        orders = source(csv_file("orders.csv")),
        orders >> map(|order: (u64, u64)| order.0) >> ignore,
    );
    for (what, topology) in [("line", lines), ("record", orders)] {
        let error = run(topology, config()).await.unwrap_err();
        assert_eq!((error.kind(), error.node()), (ErrorKind::Source, Some("orders")));
        assert_eq!(error.position(), Some(&RecordPosition::new("orders.csv", 3)));
        let reason = format!("cannot read the {what}: the disk is scratched");
        assert_eq!(error.to_string(), format!("source `orders`: orders.csv:3: {reason}"));
    }
}

/// An error that an upstream node passes on is not taken for its own.
#[test]
fn an_error_has_the_node_that_failed_not_one_that_passes_it_on() {
    let topology = topology!(
        numbers = source(from_iter(0..100_u64)),
        failing = numbers >> map(|number| number + 1) >> failing,
        failing >> map(|number| number) >> ignore,
        failing.errors >> fail,
    );
    let error = simulation::run(5, topology, Config::default()).unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Operator, Some("failing")));
}
