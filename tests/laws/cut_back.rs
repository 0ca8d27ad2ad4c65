//! A sink that is cut back, in memory, with faults to plant: one for each law.

use crate::faults_are_noticed;
use millstream::Result;
use millstream::env::Env;
use millstream::sink::{Epoch, Prepared, Sink, Truncates, Writer};
use millstream::testkit::laws::{self, SinkUnderTest};
use std::sync::{Arc, Mutex};

/// What may be wrong with a sink that is cut back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    WritesWhenClosed,
    AppendsAfterRestart,
    CutsBackToTheLastCut,
    KeepsEventsBeforeTheFirstCut,
    CutsOffOneMoreEachTime,
    EmptyCutIsZero,
    CutsCountFromTheStart,
    EmptiesWhenOpenedAgain,
}

#[derive(Debug, Clone)]
struct Place {
    /// What is durable, and the length of the last cut.
    lines: Arc<Mutex<(Vec<u64>, usize)>>,
    fault: Option<Fault>,
}

impl Place {
    fn fresh(fault: Option<Fault>) -> Self {
        Self { lines: Arc::default(), fault }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
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
        self.lines.lock().unwrap().0.clone()
    }
}

struct LineWriter {
    place: Place,
    buffer: Vec<u64>,
    /// The length when the sink was opened, and the number of events since the last cut.
    base: usize,
    events: usize,
}

impl Sink<u64> for Place {
    type Writer = LineWriter;
    type Repeat = Truncates;

    fn open(self, _: &Env) -> Result<LineWriter> {
        let base = self.lines.lock().unwrap().0.len();
        Ok(LineWriter { place: self, buffer: Vec::new(), base, events: 0 })
    }

    fn open_again(self, env: &Env, _: &[u8]) -> Result<LineWriter> {
        if self.has(Fault::EmptiesWhenOpenedAgain) {
            self.lines.lock().unwrap().0.clear();
        }
        self.open(env)
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<LineWriter> {
        let Some(last) = last else { return self.open(env) };
        let length = std::str::from_utf8(last).unwrap().parse().unwrap_or(0);
        let mut place = self.lines.lock().unwrap();
        let length = match self.fault {
            Some(Fault::AppendsAfterRestart) if !last.is_empty() => place.0.len(),
            Some(Fault::CutsBackToTheLastCut) if !last.is_empty() => place.1,
            Some(Fault::KeepsEventsBeforeTheFirstCut) if last.is_empty() => place.0.len(),
            Some(Fault::CutsOffOneMoreEachTime) if place.0.len() == length => length - 1,
            _ => length,
        };
        place.0.truncate(length);
        drop(place);
        self.open(env)
    }
}

impl Writer<u64> for LineWriter {
    fn write(&mut self, event: u64) -> Result<()> {
        self.buffer.push(event);
        self.events += 1;
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        if !self.place.has(Fault::WritesWhenClosed) {
            self.place.lines.lock().unwrap().0.append(&mut self.buffer);
        }
        Ok(())
    }

    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        let mut place = self.place.lines.lock().unwrap();
        let mut length = place.0.len();
        if self.place.has(Fault::CutsCountFromTheStart) && self.base > 0 {
            length -= self.base;
        }
        if self.place.has(Fault::EmptyCutIsZero) && self.events == 0 {
            length = 0;
        }
        (self.events, place.1) = (0, length);
        Ok(Prepared::ready(length.to_string().into_bytes()))
    }

    async fn close(&mut self) -> Result<()> {
        self.place.lines.lock().unwrap().0.append(&mut self.buffer);
        Ok(())
    }
}

#[test]
fn every_law_of_a_sink_that_is_cut_back_notices_the_fault_planted_for_it() {
    let faults = [
        (Fault::WritesWhenClosed, "what_is_cut_outlives_the_process"),
        (Fault::AppendsAfterRestart, "events_behind_the_last_cut_are_cut_off"),
        (Fault::CutsBackToTheLastCut, "a_cut_that_is_not_in_a_checkpoint_is_cut_off"),
        (
            Fault::KeepsEventsBeforeTheFirstCut,
            "a_restart_before_the_first_cut_begins_where_the_sink_began",
        ),
        (Fault::CutsOffOneMoreEachTime, "a_restart_that_is_repeated_changes_nothing"),
        (Fault::EmptyCutIsZero, "an_epoch_without_events_cuts_off_nothing"),
        (Fault::CutsCountFromTheStart, "restarts_in_a_row_lose_nothing"),
        (Fault::EmptiesWhenOpenedAgain, "at_least_once_loses_nothing"),
    ];
    faults_are_noticed(&laws::truncating::all(), Place::fresh, &faults);
}
