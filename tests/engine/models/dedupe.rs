//! Repeated events, against a loop over all events in order of time.

use super::case::{Case, Contents, Disorder, Kind, Marks, Reading, Run};
use super::engine::{finish, key_of, micros, stream};
use super::{Verdict, check, same, same_lists};
use crate::support::sorted;
use millstream::prelude::*;
use proptest::prelude::*;

/// What a job makes of a case: the events that pass, and those that are late.
fn deduped(case: &Case, within: i64) -> (Vec<Reading>, Vec<Reading>) {
    let (passed, late) = (Collected::new(), Collected::new());
    let job = Builder::new("model");
    let readings = stream(&job, &case.run, &case.readings).by(key_of);
    let once = readings.instances(case.run.instances).dedupe(micros(within)).outputs();
    once.late.map(|late: Late<Reading>| late.event).sink(late.sink());
    once.stream.sink(passed.sink());
    finish(job, &case.run);
    (passed.take(), late.take())
}

/// The first events of each key, in order of time; of those at equal times, the one that arrived
/// first.
fn expected(readings: &[Reading], within: i64) -> Vec<Reading> {
    let mut rest = readings.to_vec();
    rest.sort_by_key(|reading| (reading.time, reading.id));
    let mut passed: Vec<Reading> = Vec::new();
    for one in rest {
        let repeats = |first: &Reading| first.key == one.key && one.time - first.time < within;
        if !passed.iter().any(repeats) {
            passed.push(one);
        }
    }
    passed
}

/// The length in which events repeat others is the span of the windows of a case.
fn within_of(case: &Case) -> i64 {
    match case.kind {
        Kind::Trailing { span, .. } => span,
        _ => 1,
    }
}

fn cases(disorder: Disorder, sources: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Case> {
    let kind = (1_i64..60).prop_map(|span| Kind::Trailing { span, delay: 0 }).boxed();
    let cases = Case::with(disorder, kind, Contents::aggregated(), Run::any(sources));
    let with = |(case, marks): (Case, Marks)| Case { run: Run { marks, ..case.run }, ..case };
    (cases, Marks::any()).prop_map(with).boxed()
}

fn in_time(mut readings: Vec<Reading>) -> Vec<Reading> {
    readings.sort_by_key(|reading| (reading.time, reading.id));
    readings
}

/// With one split everything is exact: what passes, what is late, and so what repeats.
fn the_first_of_each_key_passes(case: &Case) -> Verdict {
    let within = within_of(case);
    let (passed, late) = deduped(case, within);
    let behind: Vec<i64> = case.run.passed(&case.readings);
    let split = |on_time: bool| {
        let both = case.readings.iter().zip(&behind);
        let wanted = both.filter(move |(reading, behind)| (reading.time >= **behind) == on_time);
        wanted.map(|(reading, _)| *reading).collect::<Vec<_>>()
    };
    same_lists("late events", &in_time(late), &in_time(split(false)))?;
    let expected = expected(&split(true), within);
    same_lists("events that pass", &in_time(passed), &in_time(expected))
}

/// Over several splits the times at which events pass are fixed, though not which of those at one
/// time does.
fn the_times_at_which_keys_pass_are_fixed(case: &Case) -> Verdict {
    let within = within_of(case);
    let (passed, late) = deduped(case, within);
    let is_late = |reading: &Reading| late.iter().any(|late| late.id == reading.id);
    let on_time: Vec<_> = case.readings.iter().filter(|it| !is_late(it)).copied().collect();
    let times = |readings: Vec<Reading>| {
        sorted(readings.iter().map(|reading| (reading.key, reading.time)).collect::<Vec<_>>())
    };
    let behind = case.run.passed(&case.readings);
    let late_by_split = case.readings.iter().zip(behind).filter(|(it, passed)| it.time < *passed);
    same("late events", &late.len(), &late_by_split.count())?;
    same_lists("times", &times(passed), &times(expected(&on_time, within)))
}

#[test]
fn the_first_event_of_each_key_passes_and_others_are_dropped() {
    for disorder in [Disorder::WithinLateness, Disorder::Any] {
        let cases = cases(disorder, 1..=1);
        check("the_first_of_each_key_passes", cases, the_first_of_each_key_passes);
    }
}

#[test]
fn keys_pass_at_the_same_times_whatever_the_splits_and_batches() {
    for disorder in [Disorder::WithinLateness, Disorder::Any] {
        let cases = cases(disorder, 2..=3);
        check(
            "the_times_at_which_keys_pass_are_fixed",
            cases,
            the_times_at_which_keys_pass_are_fixed,
        );
    }
}
