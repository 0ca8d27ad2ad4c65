//! A sink that replaces rows by key, in memory, with faults to plant: one for each law.

use crate::faults_are_noticed;
use millstream::Result;
use millstream::env::Env;
use millstream::sink::{Idempotent, Sink, Writer};
use millstream::testkit::laws::{self, SinkUnderTest};
use std::sync::{Arc, Mutex};

/// What may be wrong with a sink that is declared idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    WritesWhenClosed,
    Appends,
    AppendsAfterRestart,
    EmptiesWhenOpenedAgain,
}

#[derive(Debug, Clone)]
struct Place {
    rows: Arc<Mutex<Vec<u64>>>,
    fault: Option<Fault>,
}

impl Place {
    fn fresh(fault: Option<Fault>) -> Self {
        Self { rows: Arc::default(), fault }
    }
}

impl SinkUnderTest for Place {
    type Event = u64;
    type Sink = Self;

    fn sink(&self) -> Self {
        self.clone()
    }
    fn event(&self, number: u64) -> u64 {
        number
    }
    fn visible(&self) -> Vec<u64> {
        self.rows.lock().unwrap().clone()
    }
}

struct RowWriter {
    place: Place,
    buffer: Vec<u64>,
    /// The rows that this writer knows to be there.
    known: Vec<u64>,
}

impl RowWriter {
    fn pass_on(&mut self) {
        let mut rows = self.place.rows.lock().unwrap();
        for row in self.buffer.drain(..) {
            let is_there = match self.place.fault {
                Some(Fault::Appends) => false,
                Some(Fault::AppendsAfterRestart) => self.known.contains(&row),
                _ => rows.contains(&row),
            };
            if !is_there {
                rows.push(row);
                self.known.push(row);
            }
        }
    }
}

impl Sink<u64> for Place {
    type Writer = RowWriter;
    type Repeat = Idempotent;

    fn open(self, _: &Env) -> Result<RowWriter> {
        Ok(RowWriter { place: self, buffer: Vec::new(), known: Vec::new() })
    }

    fn open_again(self, env: &Env, _: &[u8]) -> Result<RowWriter> {
        if self.fault == Some(Fault::EmptiesWhenOpenedAgain) {
            self.rows.lock().unwrap().clear();
        }
        self.open(env)
    }
}

impl Writer<u64> for RowWriter {
    fn write(&mut self, row: u64) -> Result<()> {
        self.buffer.push(row);
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        if self.place.fault != Some(Fault::WritesWhenClosed) {
            self.pass_on();
        }
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        self.pass_on();
        Ok(())
    }
}

#[test]
fn every_law_of_a_sink_that_replaces_notices_the_fault_planted_for_it() {
    let faults = [
        (Fault::WritesWhenClosed, "what_is_cut_outlives_the_process"),
        (Fault::Appends, "events_written_again_replace_themselves"),
        (Fault::AppendsAfterRestart, "events_written_again_after_a_restart_replace_themselves"),
        (Fault::EmptiesWhenOpenedAgain, "at_least_once_loses_nothing"),
    ];
    faults_are_noticed(&laws::idempotent::all(), Place::fresh, &faults);
}
