//! Windows that speak at their end only.

use super::case::{Case, Contents, Disorder, Kind, Reading, Run};
use super::engine::{Shown, found, trailed};
use super::oracle::{knows_order, starts, trails, values, windows};
use super::values::Values;
use super::{Verdict, check, same, same_lists};
use crate::support::sorted;
use millstream::prelude::*;
use millstream::window::LateReason;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The results in order of key and start; those of one window stay as they came, and so do counted
/// windows, whose order is that of arrival.
pub fn ordered(case: &Case, mut shown: Vec<Shown>) -> Vec<Shown> {
    let is_counted = matches!(case.kind, Kind::Counted { .. });
    let bounds = |shown: &Shown| (!is_counted).then_some((shown.start, shown.end));
    shown.sort_by_key(|shown| (shown.key, bounds(shown)));
    if knows_order(case) {
        return shown;
    }
    shown.into_iter().map(|shown| Shown { values: shown.values.without_order(), ..shown }).collect()
}

/// The on-time results of these readings.
fn on_time(case: &Case, readings: &[Reading]) -> Vec<Shown> {
    let result = |window: super::oracle::Members| Shown {
        key: window.key,
        start: window.start,
        end: window.end,
        firing: Firing::OnTime,
        values: values(case, &window.readings),
    };
    windows(case.kind, readings).into_iter().map(result).collect()
}

/// The readings without those that are late.
fn without(readings: &[Reading], late: &[Late<Reading>]) -> Vec<Reading> {
    let late: BTreeSet<usize> = late.iter().map(|late| late.event.id).collect();
    readings.iter().filter(|reading| !late.contains(&reading.id)).copied().collect()
}

/// Nothing is late but what is in no window.
fn results_are_those_of_the_oracle(case: &Case) -> Verdict {
    let found = found(case);
    let expected = on_time(case, &case.readings);
    same_lists("results", &ordered(case, found.shown), &expected)?;
    let is_in_none = |reading: &&Reading| match case.kind {
        Kind::Sliding { size, slide, offset } => {
            starts(reading.time, (size, slide, offset)).is_empty()
        }
        _ => false,
    };
    let in_none = case.readings.iter().filter(is_in_none).copied().collect();
    if let Some(late) = found.late.iter().find(|it| it.reason() != LateReason::BetweenWindows) {
        return Err(format!("nothing is behind the watermark, but {late} ({late:?})"));
    }
    let late = found.late.into_iter().map(|late| late.event).collect();
    same("late events", &sorted::<Reading>(late), &sorted(in_none))
}

fn on_time_cases(
    kind: BoxedStrategy<Kind>,
    sources: std::ops::RangeInclusive<usize>,
) -> BoxedStrategy<Case> {
    Case::with(Disorder::WithinLateness, kind, Contents::any(), Run::any(sources))
}

#[test]
fn tumbling_windows_are_those_of_the_oracle() {
    let cases = on_time_cases(Kind::tumbling(), 1..=2);
    check("results_are_those_of_the_oracle", cases, results_are_those_of_the_oracle);
}

#[test]
fn sliding_windows_are_those_of_the_oracle() {
    let cases = on_time_cases(Kind::sliding(), 1..=2);
    check("results_are_those_of_the_oracle", cases, results_are_those_of_the_oracle);
}

#[test]
fn sessions_are_those_of_the_oracle() {
    let cases = on_time_cases(Kind::session(), 1..=2);
    check("results_are_those_of_the_oracle", cases, results_are_those_of_the_oracle);
}

/// Of two sources nobody knows which events come first.
#[test]
fn counted_windows_are_those_of_the_oracle() {
    let cases = on_time_cases(Kind::counted(), 1..=1);
    check("results_are_those_of_the_oracle", cases, results_are_those_of_the_oracle);
}

#[test]
fn global_windows_are_those_of_the_oracle() {
    let cases = on_time_cases(Just(Kind::Global).boxed(), 1..=2);
    check("results_are_those_of_the_oracle", cases, results_are_those_of_the_oracle);
}

/// The results of trailing windows in order of key; those of a key stay as they came.
fn trails_are_those_of_the_oracle(case: &Case) -> Verdict {
    let found = trailed(case);
    let mut shown = found.shown;
    shown.sort_by_key(|(reading, _)| reading.key);
    let time = |pair: &[(Reading, Vec<Values>)]| {
        pair[0].0.key != pair[1].0.key || pair[0].0.time <= pair[1].0.time
    };
    if !shown.windows(2).all(time) {
        return Err(format!("results of a key are not in order of time: {shown:#?}"));
    }
    if !knows_order(case) {
        let plain = |values: Vec<Values>| values.into_iter().map(Values::without_order).collect();
        shown = shown.into_iter().map(|(reading, values)| (reading, plain(values))).collect();
        shown.sort_by_key(|(reading, _)| (reading.key, reading.time, reading.id));
    }
    // Late events are in no result and count for none.
    let taken = without(&case.readings, &found.late);
    same("events", &(taken.len() + found.late.len()), &case.readings.len())?;
    same_lists("trails", &shown, &trails(case, &taken))
}

fn trailing_cases(
    disorder: Disorder,
    delays: std::ops::Range<i64>,
    sources: std::ops::RangeInclusive<usize>,
) -> BoxedStrategy<Case> {
    Case::with(disorder, Kind::trailing(delays), Contents::aggregated(), Run::any(sources))
}

#[test]
fn trailing_windows_are_those_of_the_oracle() {
    fn nothing_late(case: &Case) -> Verdict {
        trails_are_those_of_the_oracle(case)?;
        same("late events", &trailed(case).late.len(), &0)
    }
    check("nothing_late", trailing_cases(Disorder::WithinLateness, 0..30, 1..=1), nothing_late);
}

#[test]
fn trailing_windows_without_the_late_events_are_those_of_the_oracle() {
    let cases = trailing_cases(Disorder::Any, 0..30, 1..=1);
    check("trails_are_those_of_the_oracle", cases, trails_are_those_of_the_oracle);
}

/// With a delay all events of the same time count, whichever comes first.
#[test]
fn trailing_windows_of_two_sources_are_those_of_the_oracle() {
    let cases = trailing_cases(Disorder::Any, 1..30, 2..=2);
    check("trails_are_those_of_the_oracle", cases, trails_are_those_of_the_oracle);
}

fn late_cases(kind: BoxedStrategy<Kind>) -> BoxedStrategy<Case> {
    Case::with(Disorder::Any, kind, Contents::any(), Run::any(1..=2))
}

/// A window has all of its events that are not late.
#[test]
fn every_event_is_in_its_tumbling_window_or_late() {
    fn in_its_window_or_late(case: &Case) -> Verdict {
        let found = found(case);
        let expected = on_time(case, &without(&case.readings, &found.late));
        same_lists("results", &ordered(case, found.shown), &expected)
    }
    check("in_its_window_or_late", late_cases(Kind::tumbling()), in_its_window_or_late);
}

/// A window that is over does not take it any more; those that end later do.
pub fn in_the_last_windows_or_late(
    case: &Case,
    results: &[Shown],
    late: &[Late<Reading>],
) -> Verdict {
    let Kind::Sliding { size, slide, offset } = case.kind else { return Ok(()) };
    let late: BTreeSet<usize> = late.iter().map(|late| late.event.id).collect();
    for reading in &case.readings {
        let is_in = |shown: &&Shown| shown.values.ids().contains(&reading.id);
        let found: Vec<i64> = results.iter().filter(is_in).map(|shown| shown.start).collect();
        let all = starts(reading.time, (size, slide, offset));
        let last = all[all.len().saturating_sub(found.len())..].to_vec();
        same(&format!("the windows of {reading:?}"), &sorted(found.clone()), &last)?;
        same(&format!("{reading:?} is late"), &late.contains(&reading.id), &found.is_empty())?;
    }
    Ok(())
}

#[test]
fn every_event_is_in_its_last_sliding_windows_or_late() {
    fn in_windows_or_late(case: &Case) -> Verdict {
        let found = found(case);
        let mut names = BTreeSet::new();
        if !found.shown.iter().all(|shown| names.insert((shown.key, shown.start))) {
            return Err(format!("a window was given on twice: {:#?}", found.shown));
        }
        in_the_last_windows_or_late(case, &found.shown, &found.late)
    }
    let contents = prop_oneof![Just(Contents::Growing), Just(Contents::Whole)].boxed();
    let cases = Case::with(Disorder::Any, Kind::sliding(), contents, Run::any(1..=2));
    check("in_windows_or_late", cases, in_windows_or_late);
}

/// Also that no session has an event with nothing of its own gap around it.
#[test]
fn every_event_is_in_one_session_or_late() {
    fn in_one_session_or_late(case: &Case) -> Verdict {
        let Kind::Session { gap } = case.kind else { return Ok(()) };
        let found = found(case);
        let mut ids: Vec<usize> = found.late.iter().map(|late| late.event.id).collect();
        for shown in &found.shown {
            let of_session = shown.values.ids();
            let members: Vec<Reading> = case
                .readings
                .iter()
                .filter(|reading| of_session.contains(&reading.id))
                .copied()
                .collect();
            let whole = windows(case.kind, &members);
            let bounds: Vec<_> = whole.iter().map(|it| (it.key, it.start, it.end)).collect();
            same("a session", &vec![(shown.key, shown.start, shown.end)], &bounds)?;
            ids.extend(of_session);
        }
        let all: Vec<usize> = (0..case.readings.len()).collect();
        same(&format!("events with gap {gap}"), &sorted(ids), &all)
    }
    let contents = prop_oneof![Just(Contents::Growing), Just(Contents::Whole)].boxed();
    let cases = Case::with(Disorder::Any, Kind::session(), contents, Run::any(1..=2));
    check("in_one_session_or_late", cases, in_one_session_or_late);
}
