//! Stores and timers downstream of each other: what one emits late is late for the next.

use super::case::{Case, Contents, Disorder, Kind, Marks, Reading, Run};
use super::engine::{finish, key_of, micros, stream};
use super::{Verdict, check, same_lists};
use crate::support::sorted;
use millstream::prelude::*;
use proptest::prelude::*;
use std::time::Duration;

/// What is downstream of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Sessions of the results of tumbling windows, both with allowed lateness.
    Windows,
    /// A window of late events.
    OfLate,
    /// A window of counted windows.
    OfCounted,
    /// Two ways to a sliding window, one of them sorted.
    Diamond,
    /// Timers of the results of sliding windows.
    TimersOfWindows,
    /// Timers of sorted events.
    TimersOfSorted,
    /// Windows of what timers emit.
    OfTimers,
    /// A window of the pairs of a join.
    OfJoin,
}

const LINES: [Line; 8] = [
    Line::Windows,
    Line::OfLate,
    Line::OfCounted,
    Line::Diamond,
    Line::TimersOfWindows,
    Line::TimersOfSorted,
    Line::OfTimers,
    Line::OfJoin,
];

/// Ends a visit after 12 µs without an event: the number of its events, and its key.
#[derive(Clone)]
struct Visits;

#[operator]
impl Visits {
    async fn process(&self, key: u8, visit: &mut (u8, u64, i64), ctx: &mut Context) {
        let end = ctx.event_time() + Duration::from_micros(12);
        *visit = (key, visit.1 + 1, end.as_micros());
        ctx.timer_at(end);
    }

    async fn on_timer(
        timer: Timer,
        visit: &mut (u8, u64, i64),
        ctx: &mut Context,
    ) -> Option<(u8, u64)> {
        let (key, events, end) = *visit;
        (timer == Timer::At(EventTime::from_micros(end))).then(|| {
            ctx.forget_key();
            (key, events)
        })
    }
}

/// Writes down what there is, and when.
#[operator]
async fn written<T: std::fmt::Debug + Send + 'static>(event: T, ctx: &mut Context) -> String {
    format!("{} {event:?}", ctx.event_time().as_micros())
}

/// Everything that comes of a line, sorted.
fn outcome(line: Line, case: &Case) -> Vec<String> {
    let Case { run, readings, .. } = case;
    let n = run.instances;
    let (seen, late) = (Collected::new(), Collected::new());
    let job = Builder::new("model");
    let events = stream(&job, run, readings);
    /// Ends a window: its results and its late events are written down.
    macro_rules! ends {
        ($windows:expr) => {{
            let windows = $windows.outputs();
            windows.stream.then(written {}).named("results").sink(seen.sink());
            windows.late.then(written {}).named("lost").sink(late.sink());
        }};
    }
    match line {
        Line::Windows => {
            let first = tumbling(micros(7)).allowed_lateness(micros(9));
            let first = events.by(key_of).instances(n).window(first);
            let first = first.aggregate(|reading: &Reading| reading.amount, sum()).outputs();
            first.late.ignore();
            let again = session(micros(8)).allowed_lateness(micros(11));
            let keyed = first.stream.by(|sum| sum.key % 2).instances(n);
            ends!(keyed.window(again).aggregate(|sum| sum.value, sum()));
        }
        Line::OfLate => {
            let first = events.by(key_of).instances(n).window(sliding(micros(6), micros(4)));
            let first = first.aggregate(|_| (), count()).outputs();
            first.stream.ignore();
            let again = sliding(micros(10), micros(5)).allowed_lateness(micros(9));
            let keyed = first.late.by(|late| late.event.key % 2).instances(n);
            ends!(keyed.window(again).aggregate(|late| late.event.amount, sum()));
        }
        Line::OfCounted => {
            let first = events.by(key_of).instances(n).window(counted(3));
            let first = first.aggregate(|reading: &Reading| reading.amount, sum()).outputs();
            first.late.ignore();
            let keyed = first.stream.by(|sum| sum.key).instances(n);
            ends!(keyed.window(tumbling(micros(9))).aggregate(|sum| sum.value, sum()));
        }
        Line::Diamond => {
            let all = events.fan_out();
            let (one, other) = (all.tap(), all.tap());
            let sorted = other.in_order(|_| ()).outputs();
            sorted.late.map(|late| late.event).then(written {}).sink(late.sink());
            let both = merge((one.map(|reading| reading), sorted.stream));
            let windows = sliding(micros(9), micros(4)).allowed_lateness(micros(7));
            let keyed = both.by(key_of).instances(n);
            ends!(keyed.window(windows).aggregate(|reading| reading.amount, sum()));
        }
        Line::TimersOfWindows => {
            let first = events.by(key_of).instances(n).window(sliding(micros(8), micros(4)));
            let first = first.aggregate(|_| (), count()).outputs();
            first.late.ignore();
            let keys = first.stream.map(|count| count.key).by(|key| *key).instances(n);
            keys.then(Visits).then(written {}).sink(seen.sink());
        }
        Line::TimersOfSorted => {
            let sorted = events.in_order(|_| ()).outputs();
            sorted.late.ignore();
            let keys = sorted.stream.map(|reading| reading.key).by(|key| *key).instances(n);
            keys.then(Visits).then(written {}).sink(seen.sink());
        }
        Line::OfTimers => {
            let keys = events.map(|reading| reading.key).by(|key| *key).instances(n);
            let visits = keys.then(Visits).by(|visit| visit.0 % 2).instances(n);
            let windows = tumbling(micros(10)).allowed_lateness(micros(6));
            ends!(visits.window(windows).aggregate(|visit| visit.1, sum()));
        }
        Line::OfJoin => {
            let all = events.fan_out();
            let (one, other) = (all.tap(), all.tap());
            let sides = (one.by(key_of), other.by(|reading| reading.key));
            let pairs = join(sides, within(micros(3), micros(2))).instances(n).stream().outputs();
            pairs.late.ignore();
            pairs.unmatched.ignore();
            let keyed = pairs.stream.by(|pair| pair.0.key).instances(n);
            ends!(keyed.window(session(micros(6))).aggregate(|pair| pair.1.amount, sum()));
        }
    }
    finish(job, run);
    let late = late.take().into_iter().map(|late: String| format!("late {late}"));
    sorted(seen.take().into_iter().chain(late).collect())
}

/// The same events at another number of instances, with other batches.
fn line_is_that_of_one_run(case: &(Line, Case)) -> Verdict {
    let (line, case) = case;
    let Run { lateness, marks, sources, .. } = case.run;
    let run = Run { lateness, marks, ..Run::canonical(sources) };
    let expected = outcome(*line, &Case { run, ..case.clone() });
    same_lists("results", &outcome(*line, case), &expected)
}

fn cases(
    lines: &'static [Line],
    sources: std::ops::RangeInclusive<usize>,
) -> BoxedStrategy<(Line, Case)> {
    let kind = Just(Kind::Global).boxed();
    let cases = Case::with(Disorder::Any, kind, Contents::any(), Run::any(sources));
    let with = |(line, case, marks): (Line, Case, Marks)| {
        (line, Case { run: Run { marks, ..case.run }, ..case })
    };
    (prop::sample::select(lines), cases, Marks::any()).prop_map(with).boxed()
}

#[test]
fn with_one_split_a_line_of_stores_and_timers_depends_on_the_events_alone() {
    check("line_is_that_of_one_run", cases(&LINES, 1..=1), line_is_that_of_one_run);
}

/// Counted windows and timers of keys that come from many splits depend on which is faster.
#[test]
fn with_many_splits_a_line_of_windows_depends_on_the_events_alone() {
    const OF_TIME: [Line; 4] = [Line::Windows, Line::OfLate, Line::Diamond, Line::OfJoin];
    check("line_is_that_of_one_run", cases(&OF_TIME, 2..=3), line_is_that_of_one_run);
}
