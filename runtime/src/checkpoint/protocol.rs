//! When a checkpoint is complete, and what becomes of the parts of one that failed.

use super::part::SavedPart;
use super::report::{Moment, Report, SaverId};
use crate::error::Result;
use crate::event::Epoch;
use crate::mutant::Mutant;
use std::collections::BTreeSet;

/// Decides which parts make a checkpoint: a state machine without a clock and without I/O.
///
/// A checkpoint is complete once each place of the job has reported its part up to the barrier, or
/// its end. At most one is open. Parts stay here until a checkpoint with them is durable: those of
/// a checkpoint whose file cannot be written belong to the next, since a place writes only what has
/// changed since its last part. A part that cannot be made is lost for good, so the job fails.
///
/// # Examples
/// ```
/// use millstream::plumbing::checkpoints::{Moment, Protocol, Report, SaverId};
/// use millstream::plumbing::marks::Epoch;
///
/// # fn main() -> millstream::Result<()> {
/// let mut protocol = Protocol::new(2);
/// let report = |from, moment| Report { from: SaverId(from), moment, part: Ok(None) };
/// assert!(protocol.begin(Epoch(1)));
/// assert_eq!(protocol.receive(report(0, Moment::Barrier(Epoch(1))))?, None);
/// assert_eq!(protocol.receive(report(1, Moment::End))?, Some(Epoch(1)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Protocol {
    /// What each place has last reported.
    places: Vec<PlaceProgress>,
    /// The checkpoint that is open.
    open: Option<OpenCheckpoint>,
    /// Parts that no durable checkpoint contains, in the order in which they were reported: those
    /// of the open checkpoint, or of the next.
    parts: Vec<SavedPart>,
    /// Parts that came after that of the open checkpoint from the same place: for the next.
    later: Vec<SavedPart>,
}

#[derive(Debug)]
struct OpenCheckpoint {
    epoch: Epoch,
    state: OpenState,
    /// The places that have not reported.
    awaited: BTreeSet<SaverId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenState {
    /// Places are still to report.
    Collecting,
    /// All parts are being written to a file.
    Writing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlaceProgress {
    /// It takes part in epochs.
    Live,
    /// It has ended: its last part counts for every later epoch.
    Ended,
}

impl Protocol {
    /// A job with this many places.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self {
            places: vec![PlaceProgress::Live; places],
            open: None,
            parts: Vec::new(),
            later: Vec::new(),
        }
    }

    /// Opens the checkpoint of an epoch; false while another is open.
    #[must_use]
    pub fn begin(&mut self, epoch: Epoch) -> bool {
        if self.open.is_some() {
            return false;
        }
        let live =
            self.places.iter().enumerate().filter(|(_, place)| **place == PlaceProgress::Live);
        let awaited = live.map(|(place, _)| SaverId(place)).collect();
        self.open = Some(OpenCheckpoint { epoch, state: OpenState::Collecting, awaited });
        true
    }

    /// The checkpoint that is open.
    #[must_use]
    pub fn open(&self) -> Option<Epoch> {
        self.open.as_ref().map(|open| open.epoch)
    }

    /// Whether every place has ended: what is left makes the last checkpoint.
    #[must_use]
    pub fn have_all_ended(&self) -> bool {
        self.places.iter().all(|place| *place == PlaceProgress::Ended)
    }

    /// Receives a report; returns the epoch whose checkpoint is complete then, to be written with
    /// what [`take_parts`](Self::take_parts) returns.
    ///
    /// # Errors
    /// That of the report. Its place has lost what it wanted to keep, so no later checkpoint may be
    /// written.
    pub fn receive(&mut self, report: Report) -> Result<Option<Epoch>> {
        let Report { from, moment, part } = report;
        let part = part?;
        if moment == Moment::End
            && let Some(place) = self.places.get_mut(from.0)
        {
            *place = PlaceProgress::Ended;
        }
        let Some(open) = &mut self.open else {
            self.parts.extend(part);
            return Ok(None);
        };
        let is_awaited = match moment {
            Moment::Barrier(epoch) => epoch == open.epoch && open.awaited.remove(&from),
            Moment::End => open.awaited.remove(&from),
        };
        if !is_awaited && Mutant::CompleteByNumber.is_planted() {
            open.awaited.pop_first();
        }
        if is_awaited || Mutant::EndCountsEarly.is_planted() {
            self.parts.extend(part);
        } else {
            self.later.extend(part);
        }
        Ok(self.complete())
    }

    /// The epoch whose checkpoint is complete: asked after [`begin`](Self::begin), and after each
    /// report by [`receive`](Self::receive).
    #[must_use]
    pub fn complete(&mut self) -> Option<Epoch> {
        let open = self.open.as_mut()?;
        let may_miss = Mutant::CompleteWithoutOne.is_planted();
        let missing = usize::from(may_miss);
        if open.awaited.len() > missing || open.state == OpenState::Writing {
            return None;
        }
        open.state = OpenState::Writing;
        Some(open.epoch)
    }

    /// The parts of the checkpoint that is complete. Return them by [`failed`](Self::failed) if
    /// they cannot be written.
    #[must_use]
    pub fn take_parts(&mut self) -> Vec<SavedPart> {
        std::mem::take(&mut self.parts)
    }

    /// Closes the open checkpoint, which is durable.
    pub fn durable(&mut self) {
        self.close();
    }

    /// What is left belongs to the next checkpoint.
    fn close(&mut self) {
        self.open = None;
        self.parts.append(&mut self.later);
    }

    /// Closes the open checkpoint, which could not be written: its parts belong to the next.
    pub fn failed(&mut self, mut parts: Vec<SavedPart>) {
        if Mutant::FailedPartsLost.is_planted() {
            parts.clear();
        }
        parts.append(&mut self.parts);
        self.parts = parts;
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{PartContent, PartKind};
    use crate::error::{Error, ErrorKind};

    /// The number of the part that a place reports next: its only content.
    fn part(place: usize, number: u8) -> SavedPart {
        let (node, instance) = ("node".into(), u32::try_from(place).unwrap());
        let content = PartContent::Whole(vec![number]);
        SavedPart { node, instance, kind: PartKind::Rows, content }
    }

    fn numbers(parts: &[SavedPart], place: usize) -> Vec<u8> {
        let of_place = |part: &&SavedPart| part.instance as usize == place;
        let number = |part: &SavedPart| match &part.content {
            PartContent::Whole(bytes) => bytes[0],
            PartContent::Rows(_) => unreachable!("parts are wholes here"),
        };
        parts.iter().filter(of_place).map(number).collect()
    }

    /// What happens to two places, in an order to be tried.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Step {
        Begin,
        /// A place reports the barrier of the open epoch.
        Barrier(usize),
        /// A place reports its end.
        End(usize),
        /// What is being written becomes durable, or not.
        Written(bool),
    }

    /// A job of two places, as seen from outside.
    #[derive(Clone)]
    struct Model {
        steps: Vec<Step>,
        epoch: u64,
        /// How many parts each place has reported, the last epoch it has reported, and its end.
        reported: [(u8, u64, bool); 2],
        /// The parts of each place that the open checkpoint has to have, once it is reported.
        due: [Option<u8>; 2],
        /// The parts of each place in durable checkpoints.
        durable: [u8; 2],
        writing: Option<[u8; 2]>,
    }

    impl Model {
        fn possible(&self) -> Vec<Step> {
            let open = self.due.iter().any(Option::is_some) || self.epoch > 0;
            let mut steps = vec![];
            if self.writing.is_some() {
                steps.extend([Step::Written(true), Step::Written(false)]);
            }
            if !open && self.steps.iter().filter(|step| **step == Step::Begin).count() < 3 {
                steps.push(Step::Begin);
            }
            for (place, (_, last, ended)) in self.reported.iter().enumerate() {
                if !ended {
                    steps.push(Step::End(place));
                }
                if !ended && open && *last < self.begun() {
                    steps.push(Step::Barrier(place));
                }
            }
            steps
        }

        /// Notes what a place reports next, and returns it.
        fn report(&mut self, place: usize, ends: bool) -> Report {
            let number = self.reported[place].0 + 1;
            let moment = if ends { Moment::End } else { Moment::Barrier(Epoch(self.epoch)) };
            self.reported[place] = (number, self.begun(), ends);
            if self.epoch > 0 && self.due[place].is_none() {
                self.due[place] = Some(number);
            }
            Report { from: SaverId(place), moment, part: Ok(Some(part(place, number))) }
        }

        fn begun(&self) -> u64 {
            self.steps.iter().filter(|step| **step == Step::Begin).count() as u64
        }
    }

    /// Rebuilds a protocol from its steps, checks it, and tries all that can follow.
    fn explore(steps: &mut Vec<Step>, depth: usize, seen: &mut usize) {
        *seen += 1;
        let possible = check(steps);
        if depth == 0 {
            return;
        }
        for step in possible {
            steps.push(step);
            explore(steps, depth - 1, seen);
            steps.pop();
        }
    }

    /// Runs the steps; returns what may follow.
    fn check(steps: &[Step]) -> Vec<Step> {
        let mut protocol = Protocol::new(2);
        let mut model = Model {
            steps: Vec::new(),
            epoch: 0,
            reported: [(0, 0, false); 2],
            due: [None; 2],
            durable: [0; 2],
            writing: None,
        };
        let mut parts = Vec::new();
        for step in steps {
            let mut action = None;
            model.steps.push(*step);
            match *step {
                Step::Begin => {
                    model.epoch = model.begun();
                    assert!(protocol.begin(Epoch(model.epoch)));
                    action = protocol.complete();
                    for place in 0..2 {
                        let (reported, _, ended) = model.reported[place];
                        model.due[place] = ended.then_some(reported);
                    }
                }
                Step::Barrier(place) | Step::End(place) => {
                    let report = model.report(place, matches!(step, Step::End(_)));
                    action = protocol.receive(report).unwrap();
                }
                Step::Written(durable) => {
                    let written = model.writing.take().unwrap();
                    model.epoch = 0;
                    model.due = [None; 2];
                    if durable {
                        model.durable = written;
                        protocol.durable();
                    } else {
                        protocol.failed(std::mem::take(&mut parts));
                    }
                }
            }
            let complete = model.epoch > 0 && model.writing.is_none();
            let due = model.due.map(|due| due.filter(|_| complete));
            let [Some(one), Some(other)] = due else {
                assert!(action.is_none(), "{steps:?}: {action:?}");
                continue;
            };
            assert!(action.is_some(), "{steps:?}");
            parts = protocol.take_parts();
            for (place, last) in [one, other].into_iter().enumerate() {
                // All that no durable checkpoint has, up to the barrier, once and in order.
                let expected: Vec<u8> = (model.durable[place] + 1..=last).collect();
                assert_eq!(numbers(&parts, place), expected, "{steps:?} of {place}");
            }
            model.writing = Some([one, other]);
        }
        model.possible()
    }

    #[test]
    fn every_checkpoint_has_each_part_up_to_its_barrier_whatever_comes_first() {
        let mut seen = 0;
        explore(&mut Vec::new(), 9, &mut seen);
        assert!(seen > 1_000, "{seen}");
    }

    #[test]
    fn every_fault_of_the_protocol_is_noticed() {
        for mutant in [
            Mutant::CompleteWithoutOne,
            Mutant::CompleteByNumber,
            Mutant::EndCountsEarly,
            Mutant::FailedPartsLost,
        ] {
            Mutant::plant(Some(mutant));
            let explored = std::panic::catch_unwind(|| explore(&mut Vec::new(), 6, &mut 0));
            Mutant::plant(None);
            assert!(explored.is_err(), "{mutant:?}");
        }
    }

    #[test]
    fn a_part_that_cannot_be_made_is_an_error_whether_a_checkpoint_is_open_or_not() {
        let failing = |moment| {
            let part = Err(Error::new(ErrorKind::Checkpoint, "a state refuses"));
            Report { from: SaverId(0), moment, part }
        };
        for moment in [Moment::Barrier(Epoch(1)), Moment::End] {
            let mut protocol = Protocol::new(1);
            assert!(protocol.begin(Epoch(1)) && !protocol.begin(Epoch(2)));
            let error = protocol.receive(failing(moment)).unwrap_err();
            assert_eq!(error.to_string(), "a state refuses");
            assert!(!protocol.have_all_ended());
        }
        assert!(Protocol::new(1).receive(failing(Moment::End)).is_err());
    }
}
