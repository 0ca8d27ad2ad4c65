//! Event time is a function of the events: what is late, and what every window and join emits,
//! depends on no batch, no number of instances and no interleaving.

use super::case::{Case, Contents, Disorder, Kind, Marks, Reading, Run, Speaking};
use super::engine::{Found, Shown, finish, found, key_of, stream, trailed};
use super::joined::{Joined, Joins, Keeps, Partners, joined};
use super::replay::{Replayed, Watermarks, replay, replay_by_split};
use super::windows::ordered;
use super::{Verdict, check, same, same_lists};
use crate::support::sorted;
use millstream::prelude::*;
use proptest::prelude::*;

/// Any disorder, watermarks and run.
fn any(kind: BoxedStrategy<Kind>, sources: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Case> {
    let cases = Case::with(Disorder::Any, kind, Contents::any(), Run::any(sources));
    let with = |(case, marks): (Case, Marks)| Case { run: Run { marks, ..case.run }, ..case };
    (cases, Marks::any()).prop_map(with).boxed()
}

fn any_kind() -> BoxedStrategy<Kind> {
    let global = Just(Kind::Global);
    prop_oneof![2 => Kind::tumbling(), 4 => Kind::sliding(), 4 => Kind::session(), 1 => global]
        .boxed()
}

/// The results but early ones, which are previews: their contents depend on what has arrived.
fn without_early(case: &Case, shown: Vec<Shown>) -> Vec<Shown> {
    let is_early = |shown: &Shown| matches!(shown.firing, Firing::Early(_));
    ordered(case, shown.into_iter().filter(|shown| !is_early(shown)).collect())
}

fn same_as_replay(case: &Case, Found { shown, late }: Found, expected: Replayed) -> Verdict {
    let (shown, expected_shown) = (without_early(case, shown), without_early(case, expected.shown));
    same_lists("results", &shown, &expected_shown)?;
    let late: Vec<_> = late.iter().map(|late| (late.event, late.watermark.as_micros())).collect();
    let by_id = |mut late: Vec<(Reading, i64)>| {
        late.sort_by_key(|(reading, _)| reading.id);
        late
    };
    same_lists("late events", &by_id(late), &by_id(expected.late))
}

fn windows_are_as_event_by_event(case: &Case) -> Verdict {
    same_as_replay(case, found(case), replay(case, Watermarks::EachEvent))?;
    same_as_replay(case, found(case), replay_by_split(case))
}

fn windows_are_those_of_the_splits(case: &Case) -> Verdict {
    same_as_replay(case, found(case), replay_by_split(case))
}

#[test]
fn with_one_split_windows_are_as_event_by_event() {
    let cases = any(any_kind(), 1..=1);
    check("windows_are_as_event_by_event", cases.clone(), windows_are_as_event_by_event);
    let cases = Case::speaking(cases, Speaking::any());
    check("windows_are_as_event_by_event", cases, windows_are_as_event_by_event);
}

#[test]
fn with_many_splits_windows_depend_on_what_each_split_had_passed() {
    let cases = any(any_kind(), 2..=3);
    check("windows_are_those_of_the_splits", cases.clone(), windows_are_those_of_the_splits);
    let cases = Case::speaking(cases, Speaking::any());
    check("windows_are_those_of_the_splits", cases, windows_are_those_of_the_splits);
}

/// The positions of the events that are behind their split.
fn behind(run: &Run, readings: &[Reading]) -> Vec<usize> {
    let passed = run.passed(readings);
    let behind = readings.iter().zip(passed).filter(|(reading, passed)| reading.time < *passed);
    behind.map(|(reading, _)| reading.id).collect()
}

#[test]
fn what_is_late_for_trailing_windows_is_behind_its_split() {
    fn late_ones_are_behind(case: &Case) -> Verdict {
        let late = trailed(case).late.iter().map(|late| late.event.id).collect();
        same("late events", &sorted(late), &behind(&case.run, &case.readings))
    }
    let cases =
        Case::with(Disorder::Any, Kind::trailing(0..30), Contents::aggregated(), Run::any(1..=3));
    check("late_ones_are_behind", cases, late_ones_are_behind);
}

/// Sorts the events of a case; those of equal time by nothing.
fn in_order(case: &Case) -> (Vec<Reading>, Vec<Reading>) {
    let (seen, late) = (Collected::new(), Collected::new());
    let job = Builder::new("model");
    let stream = stream(&job, &case.run, &case.readings);
    let sorted = stream.in_order(|_| ()).outputs();
    sorted.late.map(|late: Late<Reading>| late.event).sink(late.sink());
    sorted.stream.sink(seen.sink());
    finish(job, &case.run);
    (seen.take(), late.take())
}

#[test]
fn events_in_order_of_time_stay_in_order_of_arrival() {
    fn are_in_order(case: &Case) -> Verdict {
        let (seen, late) = in_order(case);
        let behind = behind(&case.run, &case.readings);
        same("late events", &late.iter().map(|it| it.id).collect(), &behind)?;
        let mut rest = case.readings.clone();
        rest.retain(|reading| !behind.contains(&reading.id));
        rest.sort_by_key(|reading| reading.time);
        same_lists("events", &seen, &rest)
    }
    check("are_in_order", any(Just(Kind::Global).boxed(), 1..=1), are_in_order);
}

fn joins() -> BoxedStrategy<Joins> {
    let within =
        (0_i64..30, 0_i64..30).prop_map(|(before, after)| Partners::Within { before, after });
    let latest = (1_i64..60).prop_map(|keep| Partners::Latest { keep });
    let tumbling = (1_i64..20).prop_map(|size| Partners::Tumbling { size });
    let sliding =
        (1_i64..30, 1_i64..20).prop_map(|(size, slide)| Partners::Sliding { size, slide });
    let session = (1_i64..20).prop_map(|gap| Partners::Session { gap });
    let partners = prop_oneof![within, latest, tumbling, sliding, session].boxed();
    let words = [(2, Keeps::Nothing), (2, Keeps::First)];
    let cases = Joins::with(Disorder::Any, partners, &words);
    let with = |(case, marks): (Joins, Marks)| Joins { run: Run { marks, ..case.run }, ..case };
    (cases, Marks::any()).prop_map(with).boxed()
}

#[test]
fn joins_depend_on_what_each_side_had_passed() {
    fn are_those_of_one_run(case: &Joins) -> Verdict {
        let Run { lateness, marks, .. } = case.run;
        let run = Run { lateness, marks, ..Run::canonical(1) };
        let (found, expected) = (joined(case), joined(&Joins { run, ..case.clone() }));
        let Joined { rows, unmatched, late } = found;
        same_lists("rows", &sorted(rows), &sorted(expected.rows))?;
        same_lists("unmatched events", &sorted(unmatched), &sorted(expected.unmatched))?;
        same_lists("late events", &sorted(late.clone()), &sorted(expected.late))?;
        if !matches!(case.partners, Partners::Within { .. } | Partners::Latest { .. }) {
            return Ok(());
        }
        let side = |side| {
            let is_of = |reading: &&Reading| case.side_of(reading) == side;
            let of_side: Vec<_> = case.readings.iter().filter(is_of).copied().collect();
            behind(&run, &of_side)
        };
        let behind = (0..case.sides).flat_map(side).collect();
        same("late events", &sorted(late), &sorted(behind))
    }
    check("are_those_of_one_run", joins(), are_those_of_one_run);
}

/// Keeps what an instance emits for a key in order.
pub fn by_key<T: Clone>(mut all: Vec<(u8, T)>) -> Vec<(u8, T)> {
    all.sort_by_key(|(key, _)| *key);
    all
}

/// What an operator with timers is called with: an event or a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Event(usize),
    Timer(i64),
}

/// Sets timers before, at and after the time of an event, some of them in the past.
const WAITS: [i64; 4] = [-7, 0, 5, 40];

fn forgets(reading: &Reading) -> bool {
    reading.amount == -4
}

fn wait_of(reading: &Reading) -> Option<i64> {
    let is_set = !forgets(reading);
    WAITS.get(reading.amount.rem_euclid(6) as usize).copied().filter(|_| is_set)
}

/// Sets another timer whenever a timer is called at an even time.
const AGAIN: i64 = 9;

#[derive(Clone)]
struct Called;

#[operator]
impl Called {
    async fn process(&self, event: Reading, key: &mut u8, ctx: &mut Context) -> (u8, Call) {
        *key = event.key;
        if let Some(wait) = wait_of(&event) {
            ctx.timer_at(EventTime::from_micros(event.time + wait));
        }
        if forgets(&event) {
            ctx.forget_key();
        }
        (event.key, Call::Event(event.id))
    }

    async fn on_timer(timer: Timer, key: &mut u8, ctx: &mut Context) -> Option<(u8, Call)> {
        let Timer::At(time) = timer else { return None };
        if time.as_micros() % 2 == 0 {
            ctx.timer_at(EventTime::from_micros(time.as_micros() + AGAIN));
        }
        Some((*key, Call::Timer(time.as_micros())))
    }
}

#[derive(Clone)]
struct CalledSlowly;

#[operator]
impl CalledSlowly {
    async fn process(
        &self,
        event: Reading,
        key: &mut u8,
        ctx: &mut Context,
        out: &mut Output<(u8, Call)>,
    ) {
        *key = event.key;
        if let Some(wait) = wait_of(&event) {
            ctx.timer_at(EventTime::from_micros(event.time + wait));
        }
        if forgets(&event) {
            ctx.forget_key();
        }
        out.send((event.key, Call::Event(event.id))).await;
    }

    async fn on_timer(timer: Timer, key: &mut u8, ctx: &mut Context, out: &mut Output<(u8, Call)>) {
        let Timer::At(time) = timer else { return };
        if time.as_micros() % 2 == 0 {
            ctx.timer_at(EventTime::from_micros(time.as_micros() + AGAIN));
        }
        out.send((*key, Call::Timer(time.as_micros()))).await;
    }
}

/// The calls by a person who sees one event after the other, and the watermark after each.
fn calls(case: &Case) -> Vec<(u8, Call)> {
    let mut calls = Vec::new();
    let mut timers: Vec<(u8, i64)> = Vec::new();
    let mut watermark = i64::MIN;
    let call_due = |timers: &mut Vec<(u8, i64)>, watermark: i64, calls: &mut Vec<(u8, Call)>| {
        while let Some(first) =
            timers.iter().map(|(_, time)| *time).min().filter(|it| *it <= watermark)
        {
            let at = timers.iter().position(|(_, time)| *time == first).unwrap();
            let (key, time) = timers.remove(at);
            calls.push((key, Call::Timer(time)));
            // At the end, timers that set timers would go on for ever.
            let again = (key, time + AGAIN);
            if time % 2 == 0 && watermark < i64::MAX && !timers.contains(&again) {
                timers.push(again);
            }
        }
    };
    for reading in &case.readings {
        calls.push((reading.key, Call::Event(reading.id)));
        if forgets(reading) {
            timers.retain(|(key, _)| *key != reading.key);
        }
        let timer = wait_of(reading).map(|wait| (reading.key, reading.time + wait));
        if let Some(timer) = timer.filter(|timer| !timers.contains(timer)) {
            timers.push(timer);
        }
        watermark = watermark.max(case.run.mark_of(reading));
        call_due(&mut timers, watermark, &mut calls);
    }
    call_due(&mut timers, i64::MAX, &mut calls);
    by_key(calls)
}

#[test]
fn timers_are_called_between_the_same_events_as_event_by_event() {
    fn calls_are_as_event_by_event(case: &Case) -> Verdict {
        let (seen, slow) = (Collected::new(), Collected::new());
        let job = Builder::new("model");
        let all = stream(&job, &case.run, &case.readings).fan_out();
        let (first, second) = (all.tap(), all.tap());
        let instances = case.run.instances;
        first.by(key_of).instances(instances).then(Called).sink(seen.sink());
        second.by(key_of).instances(instances).then(CalledSlowly).sink(slow.sink());
        finish(job, &case.run);
        let expected = calls(case);
        same_lists("calls", &by_key(seen.take()), &expected)?;
        same_lists("calls that await", &by_key(slow.take()), &expected)
    }
    let cases = any(Just(Kind::Global).boxed(), 1..=1);
    check("calls_are_as_event_by_event", cases, calls_are_as_event_by_event);
}
