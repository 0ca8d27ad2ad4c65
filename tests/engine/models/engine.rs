//! What the engine makes of a case.

use super::case::{Case, Contents, Kind, Marks, Reading, Run, Speaking};
use super::values::{Values, growing, picked, picked_to_grow, small};
use crate::simulation;
use millstream::prelude::*;
use std::time::Duration;

/// A result of a window; times are in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub key: u8,
    pub start: i64,
    pub end: i64,
    pub firing: Firing,
    pub values: Values,
}

/// What comes of windows.
#[derive(Debug)]
pub struct Found {
    /// The results as they came; each instance's in order.
    pub shown: Vec<Shown>,
    pub late: Vec<Late<Reading>>,
}

/// What comes of trailing windows.
#[derive(Debug)]
pub struct Trailed {
    /// Each event with a result for each span, as they came.
    pub shown: Vec<(Reading, Vec<Values>)>,
    pub late: Vec<Late<Reading>>,
}

pub fn micros(length: i64) -> Duration {
    Duration::from_micros(length as u64)
}

pub fn time_of(reading: &Reading) -> EventTime {
    EventTime::from_micros(reading.time)
}

pub fn key_of(reading: &Reading) -> u8 {
    reading.key
}

/// The events of a case, dealt out to its sources.
pub fn stream(job: &Builder, run: &Run, readings: &[Reading]) -> TimedStream<Reading> {
    let dealt = |source: usize| {
        let mine = move |reading: &&Reading| reading.id % run.sources == source;
        readings.iter().filter(mine).copied().collect::<Vec<_>>()
    };
    let source = |source: usize| timed(job, run, dealt(source));
    merge((0..run.sources).map(source).collect::<Vec<_>>())
}

/// A source with event time, and the watermarks of a run.
pub fn timed(job: &Builder, run: &Run, readings: Vec<Reading>) -> TimedStream<Reading> {
    let source = job.source(from_iter(readings));
    match run.marks {
        Marks::Lateness => merge((source.event_time(time_of, lateness(micros(run.lateness))),)),
        Marks::Punctuated { amount, ahead } => {
            let mark = move |reading: &Reading| {
                (reading.amount == amount).then(|| EventTime::from_micros(reading.time + ahead))
            };
            merge((source.event_time(time_of, punctuated(mark)),))
        }
    }
}

/// Runs a job to its end.
pub fn finish(job: Builder, run: &Run) {
    let config = Config::default().batch(run.batch).buffer(run.buffer);
    simulation::run(run.seed, job.build(), config).unwrap();
}

/// Writes down when something happens.
#[operator]
pub async fn stamped<T: Send + 'static>(event: T, ctx: &mut Context) -> (i64, T) {
    (ctx.event_time().as_micros(), event)
}

/// What becomes of windows of any kind: `behind` says what follows them.
macro_rules! found {
    ($case:expr, $kind:expr, |$windows:ident| $behind:expr) => {{
        let (case, shown, late) = ($case, Collected::new(), Collected::new());
        let job = Builder::new("model");
        let keyed = stream(&job, &case.run, &case.readings).by(key_of);
        let $windows = keyed.instances(case.run.instances).window($kind);
        let behind = $behind.outputs();
        behind.stream.then(stamped {}).sink(shown.sink());
        behind.late.sink(late.sink());
        finish(job, &case.run);
        let shown = shown.take().into_iter().map(|(time, shown)| Shown::at(time, shown));
        Found { shown: shown.collect(), late: late.take() }
    }};
}

/// Windows with that which the case says behind them.
macro_rules! found_behind {
    ($case:expr, $kind:expr) => {
        match $case.contents {
            Contents::Small => {
                found!($case, $kind, |windows| windows.aggregate(picked, small()))
            }
            Contents::Growing => {
                found!($case, $kind, |windows| windows.aggregate(picked_to_grow, growing()))
            }
            Contents::Whole => found!($case, $kind, |windows| windows.then(written {})),
        }
    };
}

/// What becomes of trailing windows.
macro_rules! trailed {
    ($case:expr, $kind:expr, $select:expr, $aggregate:expr) => {{
        let (case, shown, late) = ($case, Collected::new(), Collected::new());
        let job = Builder::new("model");
        let keyed = stream(&job, &case.run, &case.readings).by(key_of);
        let windows = keyed.instances(case.run.instances).window($kind);
        let behind = windows.aggregate($select, $aggregate).outputs();
        behind.stream.then(stamped {}).sink(shown.sink());
        behind.late.sink(late.sink());
        finish(job, &case.run);
        let shown = shown.take().into_iter().map(|(time, result)| {
            let TrailingResult { key, event, value } = result;
            assert_eq!((time, key), (event.time, event.key));
            (event, value.into_iter().map(Values::from).collect())
        });
        Trailed { shown: shown.collect(), late: late.take() }
    }};
}

/// What becomes of the windows of a case that are not trailing ones.
pub fn found(case: &Case) -> Found {
    match case.speaking {
        Some(speaking) => speaking_found(case, speaking),
        None => at_end_found(case),
    }
}

fn at_end_found(case: &Case) -> Found {
    match case.kind {
        Kind::Tumbling { size, offset } => {
            found_behind!(case, tumbling(micros(size)).offset(micros(offset)))
        }
        Kind::Sliding { size, slide, offset } => {
            found_behind!(case, sliding(micros(size), micros(slide)).offset(micros(offset)))
        }
        Kind::Session { gap } => found_behind!(case, session(micros(gap))),
        Kind::Counted { events } => found_behind!(case, counted(events)),
        Kind::Global => found_behind!(case, global()),
        Kind::Trailing { .. } | Kind::TrailingMany { .. } => unreachable!("see `trailed`"),
    }
}

/// Says when a window speaks beside its end.
macro_rules! speaking {
    ($kind:expr, $speaking:expr) => {{
        let Speaking { every, each, allowed } = $speaking;
        let kind = $kind.allowed_lateness(micros(allowed));
        let kind = every.map_or(kind, |every| kind.early_every(every));
        each.map_or(kind, |each| kind.early_each(micros(each)))
    }};
}

fn speaking_found(case: &Case, speaking: Speaking) -> Found {
    match case.kind {
        Kind::Tumbling { size, offset } => {
            let kind = tumbling(micros(size)).offset(micros(offset));
            found_behind!(case, speaking!(kind, speaking))
        }
        Kind::Sliding { size, slide, offset } => {
            let kind = sliding(micros(size), micros(slide)).offset(micros(offset));
            found_behind!(case, speaking!(kind, speaking))
        }
        Kind::Session { gap } => {
            found_behind!(case, speaking!(session(micros(gap)), speaking))
        }
        Kind::Global => {
            let kind = global().early_every(speaking.every.unwrap_or(u32::MAX));
            let kind = speaking.each.map_or(kind, |each| kind.early_each(micros(each)));
            found_behind!(case, kind)
        }
        Kind::Counted { .. } => unreachable!("windows of a number of events speak once"),
        Kind::Trailing { .. } | Kind::TrailingMany { .. } => unreachable!("see `trailed`"),
    }
}

/// What becomes of the trailing windows of a case.
pub fn trailed(case: &Case) -> Trailed {
    let is_small = case.contents == Contents::Small;
    match case.kind {
        Kind::Trailing { span, delay } => {
            let kind = trailing([micros(span)]).delayed(micros(delay));
            if is_small {
                trailed!(case, kind, picked, small())
            } else {
                trailed!(case, kind, picked_to_grow, growing())
            }
        }
        Kind::TrailingMany { spans, delay } => {
            let kind = trailing(spans.map(micros)).delayed(micros(delay));
            if is_small {
                trailed!(case, kind, picked, small())
            } else {
                trailed!(case, kind, picked_to_grow, growing())
            }
        }
        _ => unreachable!("see `found`"),
    }
}

impl Shown {
    /// A result, which is of the last moment of its window.
    fn at(time: i64, shown: impl Into<Self>) -> Self {
        let shown = shown.into();
        assert_eq!(time, shown.end - 1);
        shown
    }
}

impl<M: Into<Values>> From<WindowResult<u8, M>> for Shown {
    fn from(result: WindowResult<u8, M>) -> Self {
        let WindowResult { key, start, end, firing, value } = result;
        let (start, end) = (start.as_micros(), end.as_micros());
        Self { key, start, end, firing, values: value.into() }
    }
}

/// Writes a window down.
#[operator]
async fn written(window: Window<u8, Reading>) -> Shown {
    assert!(window.times().is_sorted() && window.times().eq(window.events().iter().map(time_of)));
    Shown {
        key: *window.key(),
        start: window.start().as_micros(),
        end: window.end().as_micros(),
        firing: window.firing(),
        values: window.events().iter().collect(),
    }
}
