//! Joins, against loops over all combinations of events.

use super::case::{Disorder, Kind, Reading};
use super::joined::{Joined, Joins, Keeps, Partners, Row, joined};
use super::oracle::windows;
use super::{Verdict, check, same, same_lists};
use crate::support::sorted;
use proptest::prelude::*;

/// What a join makes of events none of which are late.
fn expected(case: &Joins, taken: &[Reading]) -> Joined {
    let in_windows = |kind| in_windows(case, kind, taken);
    match case.partners {
        Partners::Within { before, after } => within(case, (before, after), taken),
        Partners::Latest { keep } => latest(case, keep, taken),
        Partners::Tumbling { size } => in_windows(Kind::Tumbling { size, offset: 0 }),
        Partners::Sliding { size, slide } => in_windows(Kind::Sliding { size, slide, offset: 0 }),
        Partners::Session { gap } => in_windows(Kind::Session { gap }),
    }
}

impl Keeps {
    /// Whether a row with no event of some sides is given on.
    fn keeps(self, row: &Row) -> bool {
        match self {
            Self::Nothing => row.iter().all(Option::is_some),
            Self::First => row[0].is_some(),
            Self::Second => row[1].is_some(),
            Self::All => true,
        }
    }
}

fn within(case: &Joins, (before, after): (i64, i64), taken: &[Reading]) -> Joined {
    let side = |side| taken.iter().filter(move |reading| case.side_of(reading) == side);
    let is_pair = |one: &Reading, other: &Reading| {
        one.key == other.key && one.time - before <= other.time && other.time <= one.time + after
    };
    let mut joined = Joined::default();
    let mut alone = |time: i64, id: usize, row: Row| {
        if case.keeps.keeps(&row) {
            joined.rows.push((time, row));
        } else {
            joined.unmatched.push((time, id));
        }
    };
    for one in side(0).filter(|one| !side(1).any(|other| is_pair(one, other))) {
        alone(one.time + after, one.id, vec![Some(one.id), None]);
    }
    for other in side(1).filter(|other| !side(0).any(|one| is_pair(one, other))) {
        alone(other.time + before, other.id, vec![None, Some(other.id)]);
    }
    for one in side(0) {
        for other in side(1).filter(|other| is_pair(one, other)) {
            joined.rows.push((one.time.max(other.time), vec![Some(one.id), Some(other.id)]));
        }
    }
    joined
}

fn latest(case: &Joins, keep: i64, taken: &[Reading]) -> Joined {
    let mut joined = Joined::default();
    for one in taken.iter().filter(|one| case.side_of(one) == 0) {
        let is_known = |other: &&Reading| {
            other.key == one.key && one.time - keep < other.time && other.time <= one.time
        };
        let last = |side: i64| {
            let of_side = taken.iter().filter(|other| case.side_of(other) == side);
            let last = of_side.filter(is_known).max_by_key(|other| (other.time, other.id));
            last.map(|other| other.id)
        };
        let row: Row = std::iter::once(Some(one.id)).chain((1..case.sides).map(last)).collect();
        if case.keeps.keeps(&row) {
            joined.rows.push((one.time, row));
        } else {
            joined.unmatched.push((one.time, one.id));
        }
    }
    joined
}

/// What is in many windows has partners in some, or is unmatched in each of them.
fn in_windows(case: &Joins, kind: Kind, taken: &[Reading]) -> Joined {
    let mut joined = Joined::default();
    for window in windows(kind, taken) {
        let time = window.end - 1;
        let mut rows: Vec<Row> = vec![Vec::new()];
        for side in 0..case.sides {
            let of_side = window.readings.iter().filter(|it| case.side_of(it) == side);
            let ids: Vec<Option<usize>> = of_side.map(|reading| Some(reading.id)).collect();
            let ids = if ids.is_empty() { vec![None] } else { ids };
            let longer = |row: &Row| {
                let with = |id: &Option<usize>| row.iter().chain([id]).copied().collect();
                ids.iter().map(with).collect::<Vec<Row>>()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        if case.keeps.keeps(&rows[0]) {
            joined.rows.extend(rows.into_iter().map(|row| (time, row)));
        } else {
            joined.unmatched.extend(window.readings.iter().map(|reading| (time, reading.id)));
        }
    }
    joined
}

/// Late events are in no result and in no window.
fn a_join_is_that_of_the_oracle(case: &Joins) -> Verdict {
    let found = joined(case);
    let is_taken = |reading: &&Reading| !found.late.contains(&reading.id);
    let taken: Vec<Reading> = case.readings.iter().filter(is_taken).copied().collect();
    same("events", &(taken.len() + found.late.len()), &case.readings.len())?;
    let expected = expected(case, &taken);
    same_lists("rows", &sorted(found.rows), &sorted(expected.rows))?;
    same_lists("unmatched events", &sorted(found.unmatched), &sorted(expected.unmatched))
}

fn nothing_is_late(case: &Joins) -> Verdict {
    let in_no_window = |reading: &&Reading| match case.partners {
        Partners::Sliding { size, slide } => reading.time.rem_euclid(slide) >= size,
        _ => false,
    };
    let outside = case.readings.iter().filter(in_no_window).map(|reading| reading.id);
    same("late events", &sorted(joined(case).late), &outside.collect())?;
    a_join_is_that_of_the_oracle(case)
}

const WORDS: [(i64, Keeps); 4] =
    [(2, Keeps::Nothing), (2, Keeps::First), (2, Keeps::Second), (2, Keeps::All)];

const WORDS_OF_THREE: [(i64, Keeps); 3] = [(3, Keeps::Nothing), (3, Keeps::First), (3, Keeps::All)];

const LOOK_UPS: [(i64, Keeps); 4] =
    [(2, Keeps::Nothing), (2, Keeps::First), (3, Keeps::Nothing), (3, Keeps::First)];

fn near() -> BoxedStrategy<Partners> {
    (0_i64..30, 0_i64..30).prop_map(|(before, after)| Partners::Within { before, after }).boxed()
}

fn last_known() -> BoxedStrategy<Partners> {
    (1_i64..60).prop_map(|keep| Partners::Latest { keep }).boxed()
}

fn same_window() -> BoxedStrategy<Partners> {
    (1_i64..20).prop_map(|size| Partners::Tumbling { size }).boxed()
}

/// Each disorder has its promise.
fn hold(partners: fn() -> BoxedStrategy<Partners>, words: &[(i64, Keeps)]) {
    let within = Joins::with(Disorder::WithinLateness, partners(), words);
    check("nothing_is_late", within, nothing_is_late);
    let any = Joins::with(Disorder::Any, partners(), words);
    check("a_join_is_that_of_the_oracle", any, a_join_is_that_of_the_oracle);
}

#[test]
fn partners_within_a_time_are_those_of_the_oracle() {
    hold(near, &WORDS);
}

#[test]
fn the_latest_known_are_those_of_the_oracle() {
    hold(last_known, &LOOK_UPS);
}

#[test]
fn partners_in_the_same_window_are_those_of_the_oracle() {
    hold(same_window, &WORDS);
}

#[test]
fn three_partners_in_the_same_window_are_those_of_the_oracle() {
    hold(same_window, &WORDS_OF_THREE);
}

#[test]
fn partners_in_windows_that_overlap_are_those_of_the_oracle() {
    let lengths = (1_i64..30, 1_i64..20);
    let partners = lengths.prop_map(|(size, slide)| Partners::Sliding { size, slide }).boxed();
    let words = [(2, Keeps::Nothing), (2, Keeps::All), (3, Keeps::First)];
    let cases = Joins::with(Disorder::WithinLateness, partners, &words);
    check("nothing_is_late", cases, nothing_is_late);
}

#[test]
fn partners_in_the_same_session_are_those_of_the_oracle() {
    let partners = (1_i64..20).prop_map(|gap| Partners::Session { gap }).boxed();
    let words = [(2, Keeps::Nothing), (2, Keeps::All)];
    let cases = Joins::with(Disorder::WithinLateness, partners, &words);
    check("nothing_is_late", cases, nothing_is_late);
}
