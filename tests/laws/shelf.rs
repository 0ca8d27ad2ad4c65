//! A sink that commits in memory, with faults to plant: one for each law.

use crate::faults_are_noticed;
use millstream::env::Env;
use millstream::sink::{Committer, Epoch, Prepared, PreparedEpoch, Sink, Transactional, Writer};
use millstream::testkit::laws::{self, SinkUnderTest};
use millstream::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// What may be wrong with a sink that commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    ShowsWhenFlushed,
    CommitsTheLastOnly,
    CommitsAllThatIsStaged,
    CommitsWithoutMarker,
    SkipsTheLastOnly,
    SkipsAllOrNothing,
    RecoversNothing,
    RecoversWithoutMarker,
    RecoversWhatIsVisible,
    ShowsWhatIsStagedAtTheStart,
    KeepsWhatWasAbandoned,
    KeepsWhatIsOpen,
    RefusesAnEmptyEpoch,
    CountsFromEachStart,
    UnstagesWhenClosed,
    KeepsTheMarker,
    ForgetsWhenOpenedAgain,
}

/// What outlives the process: run and number of the last visible cut, what is staged, and seen.
#[derive(Debug, Default)]
struct Shelf {
    marker: (u64, u64),
    staged: BTreeMap<u64, Vec<u64>>,
    open: Vec<u64>,
    visible: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Place {
    shelf: Arc<Mutex<Shelf>>,
    fault: Option<Fault>,
}

impl Place {
    fn fresh(fault: Option<Fault>) -> Self {
        Self { shelf: Arc::default(), fault }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
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
        self.shelf().visible.clone()
    }
}

/// Writes through, or stages the events of an epoch.
struct ShelfWriter {
    place: Place,
    /// The run, and the number of the last cut, if the job is exactly once.
    cut: Option<(u64, u64)>,
}

fn encoded((run, number): (u64, u64)) -> Vec<u8> {
    format!("{run} {number}").into_bytes()
}

fn decoded(bytes: &[u8]) -> (u64, u64) {
    let (run, number) = std::str::from_utf8(bytes).unwrap().split_once(' ').unwrap();
    (run.parse().unwrap(), number.parse().unwrap())
}

impl Sink<u64> for Place {
    type Writer = ShelfWriter;
    type Repeat = Transactional;

    fn open(self, _: &Env) -> Result<ShelfWriter> {
        Ok(ShelfWriter { place: self, cut: None })
    }

    fn open_again(self, env: &Env, _: &[u8]) -> Result<ShelfWriter> {
        if self.has(Fault::ForgetsWhenOpenedAgain) {
            self.shelf().visible.clear();
        }
        self.open(env)
    }

    fn open_exactly_once(self, _: &Env, last: Option<&[u8]>) -> Result<ShelfWriter> {
        let mut shelf = self.shelf();
        let mut cut = last.filter(|last| !last.is_empty()).map_or((shelf.marker.0, 0), decoded);
        if !self.has(Fault::KeepsWhatWasAbandoned) {
            shelf.staged.retain(|number, _| *number <= cut.1);
        }
        if !self.has(Fault::KeepsWhatIsOpen) {
            shelf.open.clear();
        }
        if self.has(Fault::CountsFromEachStart) {
            cut.1 = 0;
        }
        drop(shelf);
        Ok(ShelfWriter { place: self, cut: Some(cut) })
    }

    fn committer(&self, _: &Env) -> Result<Option<Box<dyn Committer>>> {
        Ok(Some(Box::new(self.clone())))
    }
}

impl Writer<u64> for ShelfWriter {
    fn write(&mut self, event: u64) -> Result<()> {
        self.place.shelf().open.push(event);
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        if self.cut.is_none() || self.place.has(Fault::ShowsWhenFlushed) {
            let shelf = &mut *self.place.shelf();
            shelf.visible.append(&mut shelf.open);
        }
        Ok(())
    }

    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        let Some(cut) = &mut self.cut else { return Ok(Prepared::nothing()) };
        cut.1 += 1;
        let shelf = &mut *self.place.shelf();
        shelf.staged.entry(cut.1).or_default().append(&mut shelf.open);
        Ok(Prepared::ready(encoded(*cut)))
    }

    async fn close(&mut self) -> Result<()> {
        if self.place.has(Fault::UnstagesWhenClosed) {
            self.place.shelf().staged.clear();
        }
        Ok(())
    }
}

impl Place {
    /// Whether a commit skips an epoch, since it is visible.
    fn skips(&self, shelf: &Shelf, (run, number): (u64, u64), listed: &[PreparedEpoch]) -> bool {
        let (of, last) = shelf.marker;
        match self.fault {
            Some(Fault::CommitsWithoutMarker) => false,
            Some(Fault::SkipsTheLastOnly) => run == of && number == last,
            Some(Fault::SkipsAllOrNothing) => {
                let first = decoded(&listed[0].bytes);
                first.0 == of && first.1 <= last
            }
            Some(Fault::KeepsTheMarker) => number <= last,
            _ => run == of && number <= last,
        }
    }

    fn show(&self, epochs: &[PreparedEpoch], marks: bool) -> Result<()> {
        let shelf = &mut *self.shelf();
        let only_last = self.has(Fault::CommitsTheLastOnly);
        let epochs = if only_last { &epochs[epochs.len() - 1..] } else { epochs };
        for one in epochs {
            let cut = decoded(&one.bytes);
            if marks && self.skips(shelf, cut, epochs) {
                continue;
            }
            let events = shelf.staged.get(&cut.1).cloned().unwrap_or_default();
            if events.is_empty() && self.has(Fault::RefusesAnEmptyEpoch) {
                return Err(Error::new(ErrorKind::Sink, "the epoch has no file"));
            }
            shelf.visible.extend(events);
            if marks {
                shelf.marker = cut;
            }
        }
        if self.has(Fault::CommitsAllThatIsStaged) {
            let last = shelf.marker.1;
            let later = shelf.staged.range(last + 1..).flat_map(|(_, events)| events.clone());
            shelf.visible.extend(later.collect::<Vec<_>>());
            shelf.staged.retain(|number, _| *number <= last);
        }
        Ok(())
    }
}

impl Committer for Place {
    fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        if epochs.is_empty() { Ok(()) } else { self.show(epochs, true) }
    }

    fn recover(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        if epochs.is_empty() {
            let shelf = &mut *self.shelf();
            if !self.has(Fault::KeepsTheMarker) {
                shelf.marker = (shelf.marker.0 + 1, 0);
            }
            let staged = std::mem::take(&mut shelf.staged);
            if self.has(Fault::ShowsWhatIsStagedAtTheStart) {
                shelf.visible.extend(staged.into_values().flatten());
            }
            return Ok(());
        }
        match self.fault {
            Some(Fault::RecoversNothing) => Ok(()),
            // It shows what is not visible yet, and does not note that it is now.
            Some(Fault::RecoversWithoutMarker) => {
                let last = self.shelf().marker.1;
                let later = |one: &&PreparedEpoch| decoded(&one.bytes).1 > last;
                self.show(&epochs.iter().filter(later).cloned().collect::<Vec<_>>(), false)
            }
            Some(Fault::RecoversWhatIsVisible) => {
                self.shelf().marker.1 = 0;
                self.show(epochs, true)
            }
            _ => self.commit(epochs),
        }
    }
}

/// Each fault, and the law it is planted for.
const FAULTS: &[(Fault, &str)] = &[
    (Fault::ShowsWhenFlushed, "nothing_is_visible_before_its_commit"),
    (Fault::CommitsTheLastOnly, "a_commit_shows_all_epochs_that_it_lists"),
    (Fault::CommitsAllThatIsStaged, "a_commit_shows_nothing_of_later_epochs"),
    (Fault::CommitsWithoutMarker, "a_commit_of_the_same_epoch_changes_nothing"),
    (Fault::SkipsTheLastOnly, "a_commit_of_the_past_changes_nothing"),
    (Fault::SkipsAllOrNothing, "a_commit_that_took_effect_is_repeated_with_later_epochs"),
    (Fault::RecoversNothing, "a_recovery_shows_what_was_prepared"),
    (Fault::RecoversWithoutMarker, "a_recovery_that_is_repeated_changes_nothing"),
    (Fault::RecoversWhatIsVisible, "a_recovery_of_what_is_visible_changes_nothing"),
    (Fault::ShowsWhatIsStagedAtTheStart, "a_recovery_without_epochs_shows_nothing"),
    (Fault::KeepsWhatWasAbandoned, "an_abandoned_epoch_never_becomes_visible"),
    (Fault::KeepsWhatIsOpen, "events_behind_the_last_cut_never_become_visible"),
    (Fault::RefusesAnEmptyEpoch, "an_epoch_without_events_is_committed_too"),
    (Fault::CountsFromEachStart, "restarts_in_a_row_lose_nothing"),
    (Fault::UnstagesWhenClosed, "what_is_prepared_outlives_its_writer"),
    (Fault::KeepsTheMarker, "a_job_that_begins_anew_is_visible_too"),
    (Fault::ForgetsWhenOpenedAgain, "at_least_once_loses_nothing"),
];

#[test]
fn every_law_of_a_sink_that_commits_notices_the_fault_planted_for_it() {
    faults_are_noticed(&laws::transactional::all(), Place::fresh, FAULTS);
}

#[test]
fn a_broken_law_names_what_was_done_and_the_events_that_differ() {
    let law = |fault| {
        let (_, name) = FAULTS.iter().find(|(planted, _)| *planted == fault).unwrap();
        let all = laws::transactional::all();
        let law = all.iter().find(|law| law.name() == *name).unwrap();
        format!("{:?}", law.check(Place::fresh(Some(fault))).unwrap_err())
    };
    assert_eq!(
        law(Fault::CommitsWithoutMarker),
        "after the same epoch was committed twice: expected the visible events [0, 1, 2], found \
         [0, 1, 2] there twice"
    );
    assert_eq!(
        law(Fault::CommitsTheLastOnly),
        "after a commit of three epochs: expected the visible events [0, 1, 2, 3, 4, 5, 6, 7, 8], \
         found [0, 1, 2, 3, 4] missing"
    );
    assert_eq!(
        law(Fault::RefusesAnEmptyEpoch),
        "`commit` failed, which must succeed: the epoch has no file"
    );
}
