//! Windows that speak more than once.

use super::case::{Case, Contents, Disorder, Kind, Reading, Run, Speaking, readings};
use super::engine::{Found, Shown, found};
use super::oracle;
use super::replay::{Watermarks, replay};
use super::windows::{in_the_last_windows_or_late, ordered};
use super::{Verdict, check, same, same_lists};
use millstream::prelude::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn kinds() -> [BoxedStrategy<Kind>; 4] {
    [Kind::tumbling(), Kind::sliding(), Kind::session(), Just(Kind::Global).boxed()]
}

fn any_kind() -> BoxedStrategy<Kind> {
    let [tumbling, sliding, session, global] = kinds();
    prop_oneof![2 => tumbling, 4 => sliding, 4 => session, 1 => global].boxed()
}

/// One by one every result is known, early ones too, if no event is behind.
fn results_are_those_of_the_replay(case: &Case) -> Verdict {
    let found = found(case);
    let expected = replay(case, Watermarks::EachEvent);
    same_lists("results", &ordered(case, found.shown), &ordered(case, expected.shown))?;
    let late = found.late.into_iter().map(|late| (late.event, late.watermark.as_micros()));
    same_lists("late events", &late.collect::<Vec<_>>(), &expected.late)
}

#[test]
fn windows_speak_as_in_the_replay() {
    let disorder = Disorder::WithinLateness;
    let cases = Case::with(disorder, any_kind(), Contents::any(), Run::one_by_one());
    let cases = Case::speaking(cases, Speaking::any());
    check("results_are_those_of_the_replay", cases, results_are_those_of_the_replay);
}

/// The same windows that speak at their end only are other code.
#[test]
fn windows_that_speak_once_do_so_as_in_the_replay() {
    let cases = Case::with(Disorder::Any, any_kind(), Contents::any(), Run::one_by_one());
    check("results_are_those_of_the_replay", cases, results_are_those_of_the_replay);
}

/// Event time has no part in it, so neither have batches and instances.
#[test]
fn early_results_after_so_many_events_are_those_of_the_replay() {
    fn early_results_are_those_of_the_replay(case: &Case) -> Verdict {
        let expected = replay(case, Watermarks::AtEnd);
        let found = found(case);
        same_lists("results", &ordered(case, found.shown), &ordered(case, expected.shown))
    }
    let cases = Case::with(Disorder::WithinLateness, any_kind(), Contents::any(), Run::any(1..=1));
    let cases = Case::speaking(cases, Speaking::early_every());
    let name = "early_results_are_those_of_the_replay";
    check(name, cases, early_results_are_those_of_the_replay);
}

/// The results of each window, as they came.
fn by_window(case: &Case, found: Vec<Shown>) -> Vec<Vec<Shown>> {
    let shown = ordered(case, found);
    let same_window = |one: &Shown, next: &Shown| (one.key, one.start) == (next.key, next.start);
    shown.chunk_by(same_window).map(<[Shown]>::to_vec).collect()
}

/// Early ones, at most one on time, late ones; each kind numbered from 1.
fn firings_are_in_order(of_window: &[Shown]) -> Verdict {
    let firings: Vec<Firing> = of_window.iter().map(|shown| shown.firing).collect();
    let number =
        |is_one: fn(&Firing) -> bool| firings.iter().filter(|it| is_one(it)).count() as u32;
    let early = number(|firing| matches!(firing, Firing::Early(_)));
    let on_time = number(|firing| *firing == Firing::OnTime);
    let late = number(|firing| matches!(firing, Firing::Late(_)));
    let expected: Vec<Firing> = (1..=early)
        .map(Firing::Early)
        .chain((on_time > 0 || early > 0).then_some(Firing::OnTime))
        .chain((1..=late).map(Firing::Late))
        .collect();
    same(&format!("the results of {:?}", of_window.first()), &firings, &expected)
}

/// Whatever the watermarks were: the last result of a window has all of its events but late ones.
fn the_last_result_is_right(case: &Case) -> Verdict {
    let Found { shown, late } = found(case);
    let windows = by_window(case, shown);
    windows.iter().try_for_each(|of_window| firings_are_in_order(of_window))?;
    let last: Vec<Shown> = windows.iter().filter_map(|it| it.last()).cloned().collect();
    if matches!(case.kind, Kind::Sliding { .. }) {
        return in_the_last_windows_or_late(case, &last, &late);
    }
    let is_late: BTreeSet<usize> = late.iter().map(|late| late.event.id).collect();
    let is_taken = |reading: &&Reading| !is_late.contains(&reading.id);
    let taken: Vec<Reading> = case.readings.iter().filter(is_taken).copied().collect();
    let expected = oracle::windows(case.kind, &taken);
    let expected: Vec<_> = expected
        .iter()
        .map(|window| (window.key, window.start, oracle::values(case, &window.readings)))
        .collect();
    let last: Vec<_> = last.into_iter().map(|last| (last.key, last.start, last.values)).collect();
    same_lists("last results", &last, &expected)
}

#[test]
fn the_last_result_has_all_events_that_were_not_too_late() {
    let [tumbling, sliding, _, global] = kinds();
    let kinds = prop_oneof![tumbling, sliding, global].boxed();
    let contents = prop_oneof![Just(Contents::Growing), Just(Contents::Whole)].boxed();
    let cases = Case::with(Disorder::Any, kinds, contents, Run::any(1..=2));
    let cases = Case::speaking(cases, Speaking::any());
    check("the_last_result_is_right", cases, the_last_result_is_right);
}

/// Also that a session of the same bounds is on time once.
fn every_event_is_in_a_session_or_late(case: &Case) -> Verdict {
    let Found { shown, late } = found(case);
    let mut on_time = BTreeSet::new();
    for shown in shown.iter().filter(|shown| shown.firing == Firing::OnTime) {
        if !on_time.insert((shown.key, shown.start, shown.end)) {
            return Err(format!("on time for the second time: {shown:?}"));
        }
    }
    let seen: BTreeSet<usize> = shown.iter().flat_map(|it| it.values.ids()).copied().collect();
    let late: BTreeSet<usize> = late.iter().map(|late| late.event.id).collect();
    let others: BTreeSet<usize> =
        (0..case.readings.len()).filter(|id| !late.contains(id)).collect();
    same("events in sessions", &seen, &others)
}

#[test]
fn every_event_is_in_a_session_that_speaks_or_late() {
    let contents = prop_oneof![Just(Contents::Growing), Just(Contents::Whole)].boxed();
    let cases = Case::with(Disorder::Any, Kind::session(), contents, Run::any(1..=2));
    let cases = Case::speaking(cases, Speaking::any());
    check("every_event_is_in_a_session_or_late", cases, every_event_is_in_a_session_or_late);
}

/// The lateness is no multiple of the slide: the windows kept for it once lacked their first pane.
#[test]
fn a_case_that_failed() {
    let case = Case {
        readings: readings(&[(0, 12, 0), (0, 28, 0), (0, 24, 0)]),
        kind: Kind::Sliding { size: 20, slide: 10, offset: 15 },
        speaking: Some(Speaking { every: None, each: None, allowed: 1 }),
        contents: Contents::Small,
        run: Run { lateness: 3, ..Run::canonical(1) },
    };
    results_are_those_of_the_replay(&case).unwrap();
}
