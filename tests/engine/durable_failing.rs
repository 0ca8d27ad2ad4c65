//! What cannot be kept ends the job, which then continues from its last checkpoint.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Epoch, Prepared, Writer};
use millstream::{Error, ErrorKind};
use serde::{Deserialize, Serialize, Serializer};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

thread_local! {
    static REFUSES: Cell<bool> = const { Cell::new(false) };
}

/// A count that refuses to be written while it is between 40 and 60 for one of the keys.
#[derive(Debug, Default, Deserialize)]
struct Count {
    key: u64,
    events: u64,
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if REFUSES.get() && self.key == 5 && (40..60).contains(&self.events) {
            return Err(serde::ser::Error::custom("this count refuses"));
        }
        (self.key, self.events).serialize(serializer)
    }
}

#[operator]
async fn counted(number: u64, count: &mut Count) -> (u64, u64) {
    *count = Count { key: number % 10, events: count.events + 1 };
    (count.key, count.events)
}

#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_written_ends_the_job_and_nothing_is_lost() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    let job = || {
        topology!(
            job("refusing", at_least_once),
            numbers = source(Upto { end: 3_000, pause: Some(10) }),
            numbers >> by(|number| number % 10) >> counted >> sink(rows.sink()),
        )
    };
    REFUSES.set(true);
    let error = settled(job().run(config(&directory))).await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("the state of `counted`"), "{message}");
    REFUSES.set(false);
    crate::support::run(job(), config(&directory)).await.unwrap();
    let last: BTreeMap<u64, u64> = rows.take().into_iter().collect();
    assert_eq!(last, (0..10).map(|key| (key, 300)).collect());
}

/// When the disk of a sink fails.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fails {
    AtTheFirstBarrier,
    AtTheEnd,
}

struct Failing {
    fails: Fails,
    end: u64,
    written: u64,
}

impl Sink<u64> for Failing {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        Ok(self)
    }
}

impl Writer<u64> for Failing {
    fn write(&mut self, _: u64) -> millstream::Result<()> {
        self.written += 1;
        Ok(())
    }

    fn cut(&mut self, _: Epoch) -> millstream::Result<Prepared> {
        let fails = self.fails == Fails::AtTheFirstBarrier || self.written == self.end;
        // It is the last to report.
        Ok(Prepared::later(Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let error = || Error::new(ErrorKind::Sink, "the disk is gone");
            if fails { Err(error()) } else { Ok(vec![1]) }
        })))
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_whose_disk_fails_ends_the_job() {
    for fails in [Fails::AtTheFirstBarrier, Fails::AtTheEnd] {
        let directory = tempfile::tempdir().unwrap();
        let end = if fails == Fails::AtTheEnd { 500 } else { u64::MAX };
        let topology = topology!(
            job("failing", at_least_once),
            numbers = source(Upto { end, pause: Some(7) }),
            written = numbers >> sink(Failing { fails, end, written: 0 }),
        );
        let error = settled(topology.run(config(&directory))).await.unwrap_err();
        assert_eq!(error.node(), Some("written"), "{fails:?}: {error}");
        assert!(error.to_string().contains("the disk is gone"), "{error}");
    }
}
