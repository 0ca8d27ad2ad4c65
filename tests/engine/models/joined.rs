//! What a join is tried with, and what the engine makes of it.

use super::case::{AsCode, Disorder, Reading, Run};
use super::engine::{finish, key_of, micros, stamped, timed};
use millstream::prelude::*;
use proptest::prelude::*;
use std::fmt;

/// Which events are partners; lengths are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partners {
    Within { before: i64, after: i64 },
    Latest { keep: i64 },
    Tumbling { size: i64 },
    Sliding { size: i64, slide: i64 },
    Session { gap: i64 },
}

/// What becomes of events without a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    Nothing,
    First,
    Second,
    All,
}

/// Events of several sides, partners, and how the job is run. The remainder of an event's amount
/// by the number of sides says of which side it is.
#[derive(Clone)]
pub struct Joins {
    pub readings: Vec<Reading>,
    pub sides: i64,
    pub partners: Partners,
    pub keeps: Keeps,
    pub run: Run,
}

/// The Rust code that makes it.
impl fmt::Debug for Joins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { readings, sides, partners, keeps, run } = self;
        writeln!(f, "Joins {{")?;
        writeln!(f, "    readings: {:?},", AsCode(readings))?;
        writeln!(f, "    sides: {sides},")?;
        writeln!(f, "    partners: Partners::{partners:?},")?;
        writeln!(f, "    keeps: Keeps::{keeps:?},")?;
        writeln!(f, "    run: {run:?},")?;
        f.write_str("}")
    }
}

impl Joins {
    /// Cases of these partners with any of these words.
    pub fn with(
        disorder: Disorder,
        partners: BoxedStrategy<Partners>,
        words: &[(i64, Keeps)],
    ) -> BoxedStrategy<Self> {
        let words = prop::sample::select(words.to_vec());
        (disorder.readings(50), partners, words, Run::any(1..=1))
            .prop_map(|((readings, lateness), partners, (sides, keeps), run)| {
                let run = Run { lateness, ..run };
                Self { readings, sides, partners, keeps, run }
            })
            .boxed()
    }

    pub fn side_of(&self, reading: &Reading) -> i64 {
        reading.amount.rem_euclid(self.sides)
    }

    /// The events of one side.
    fn side(&self, job: &Builder, side: i64) -> TimedStream<Reading> {
        let mine = self.readings.iter().filter(|reading| self.side_of(reading) == side);
        timed(job, &self.run, mine.copied().collect())
    }
}

/// An event of each side, by their positions.
pub type Row = Vec<Option<usize>>;

/// What comes of a join, each with its time.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Joined {
    pub rows: Vec<(i64, Row)>,
    pub unmatched: Vec<(i64, usize)>,
    pub late: Vec<usize>,
}

/// What becomes of a join of two or three sides.
macro_rules! joined {
    ($case:expr, $join:ident, $partners:expr, $($side:literal),+) => {{
        let case: &Joins = $case;
        let (rows, unmatched, late) = (Collected::new(), Collected::new(), Collected::new());
        let job = Builder::new("model");
        let sides = ($(case.side(&job, $side).by(key_of),)+);
        let both = $join(sides, $partners).instances(case.run.instances).stream().outputs();
        both.stream.map(Written::written).then(stamped {}).sink(rows.sink());
        both.unmatched.map(OneOf::id).then(stamped {}).named("lost").sink(unmatched.sink());
        both.late.map(|late: Late<_>| OneOf::id(late.event)).sink(late.sink());
        finish(job, &case.run);
        Joined { rows: rows.take(), unmatched: unmatched.take(), late: late.take() }
    }};
}

/// What becomes of a join by its word.
pub fn joined(case: &Joins) -> Joined {
    match (case.partners, case.keeps) {
        (Partners::Within { before, after }, keeps) => {
            let partners = within(micros(before), micros(after));
            match keeps {
                Keeps::Nothing => joined!(case, join, partners, 0, 1),
                Keeps::First => joined!(case, left_join, partners, 0, 1),
                Keeps::Second => joined!(case, right_join, partners, 0, 1),
                Keeps::All => joined!(case, full_join, partners, 0, 1),
            }
        }
        (Partners::Latest { keep }, keeps) => {
            let partners = latest(micros(keep));
            match (case.sides, keeps) {
                (2, Keeps::Nothing) => joined!(case, join, partners, 0, 1),
                (2, _) => joined!(case, left_join, partners, 0, 1),
                (_, Keeps::Nothing) => joined!(case, join, partners, 0, 1, 2),
                _ => joined!(case, left_join, partners, 0, 1, 2),
            }
        }
        (Partners::Tumbling { size }, _) => joined_in_tumbling(case, size),
        (Partners::Sliding { size, slide }, keeps) => {
            let partners = sliding(micros(size), micros(slide));
            match (case.sides, keeps) {
                (2, Keeps::Nothing) => joined!(case, join, partners, 0, 1),
                (2, _) => joined!(case, full_join, partners, 0, 1),
                _ => joined!(case, left_join, partners, 0, 1, 2),
            }
        }
        (Partners::Session { gap }, keeps) => match keeps {
            Keeps::Nothing => joined!(case, join, session(micros(gap)), 0, 1),
            _ => joined!(case, full_join, session(micros(gap)), 0, 1),
        },
    }
}

fn joined_in_tumbling(case: &Joins, size: i64) -> Joined {
    let partners = tumbling(micros(size));
    match (case.sides, case.keeps) {
        (2, Keeps::Nothing) => joined!(case, join, partners, 0, 1),
        (2, Keeps::First) => joined!(case, left_join, partners, 0, 1),
        (2, Keeps::Second) => joined!(case, right_join, partners, 0, 1),
        (2, Keeps::All) => joined!(case, full_join, partners, 0, 1),
        (_, Keeps::Nothing) => joined!(case, join, partners, 0, 1, 2),
        (_, Keeps::First) => joined!(case, left_join, partners, 0, 1, 2),
        _ => joined!(case, full_join, partners, 0, 1, 2),
    }
}

/// An event of a row, if there is one.
trait Seat {
    fn seat(self) -> Option<usize>;
}

impl Seat for Reading {
    fn seat(self) -> Option<usize> {
        Some(self.id)
    }
}

impl Seat for Option<Reading> {
    fn seat(self) -> Option<usize> {
        self.map(|reading| reading.id)
    }
}

/// A row of any join.
trait Written {
    fn written(self) -> Row;
}

impl<A: Seat, B: Seat> Written for (A, B) {
    fn written(self) -> Row {
        vec![self.0.seat(), self.1.seat()]
    }
}

impl<A: Seat, B: Seat, C: Seat> Written for (A, B, C) {
    fn written(self) -> Row {
        vec![self.0.seat(), self.1.seat(), self.2.seat()]
    }
}

/// An event of any side.
trait OneOf {
    fn id(self) -> usize;
}

impl OneOf for OneOf2<Reading, Reading> {
    fn id(self) -> usize {
        let (Self::First(reading) | Self::Second(reading)) = self;
        reading.id
    }
}

impl OneOf for OneOf3<Reading, Reading, Reading> {
    fn id(self) -> usize {
        let (Self::First(reading) | Self::Second(reading) | Self::Third(reading)) = self;
        reading.id
    }
}
