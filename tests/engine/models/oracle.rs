//! The windows of events that all lie there, by plain loops.

use super::case::{Case, Contents, Kind, Reading};
use super::values::Values;
use std::collections::BTreeMap;

/// A window and its events, in order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    pub key: u8,
    pub start: i64,
    pub end: i64,
    pub readings: Vec<Reading>,
}

/// The starts of the windows of a size that a time is in, one every slide.
pub fn starts(time: i64, (size, slide, offset): (i64, i64, i64)) -> Vec<i64> {
    let earliest = time - size + 1;
    (earliest..=time).filter(|start| (start - offset).rem_euclid(slide) == 0).collect()
}

/// All windows of a case, in order of key and start.
pub fn windows(kind: Kind, readings: &[Reading]) -> Vec<Members> {
    match kind {
        Kind::Tumbling { size, offset } => aligned((size, size, offset), readings),
        Kind::Sliding { size, slide, offset } => aligned((size, slide, offset), readings),
        Kind::Session { gap } => sessions(gap, readings),
        Kind::Counted { events } => counted(events as usize, readings),
        Kind::Global => by_key(readings)
            .into_iter()
            .map(|(key, readings)| Members { key, start: i64::MIN, end: i64::MAX, readings })
            .collect(),
        Kind::Trailing { .. } | Kind::TrailingMany { .. } => Vec::new(),
    }
}

fn by_key(readings: &[Reading]) -> BTreeMap<u8, Vec<Reading>> {
    let mut keys: BTreeMap<u8, Vec<Reading>> = BTreeMap::new();
    for reading in readings {
        keys.entry(reading.key).or_default().push(*reading);
    }
    keys
}

fn aligned(lengths: (i64, i64, i64), readings: &[Reading]) -> Vec<Members> {
    let mut windows: BTreeMap<(u8, i64), Vec<Reading>> = BTreeMap::new();
    for reading in readings {
        for start in starts(reading.time, lengths) {
            windows.entry((reading.key, start)).or_default().push(*reading);
        }
    }
    let written =
        |((key, start), readings)| Members { key, start, end: start + lengths.0, readings };
    windows.into_iter().map(written).collect()
}

fn sessions(gap: i64, readings: &[Reading]) -> Vec<Members> {
    let mut sessions = Vec::new();
    for (key, mut readings) in by_key(readings) {
        readings.sort_by_key(|reading| reading.time);
        for of_session in readings.chunk_by(|one, next| next.time < one.time + gap) {
            let (start, last) = (of_session[0].time, of_session[of_session.len() - 1].time);
            let mut readings = of_session.to_vec();
            readings.sort_by_key(|reading| reading.id);
            sessions.push(Members { key, start, end: last + gap, readings });
        }
    }
    sessions
}

fn counted(events: usize, readings: &[Reading]) -> Vec<Members> {
    let mut windows = Vec::new();
    for (key, readings) in by_key(readings) {
        for of_window in readings.chunks(events) {
            let times = || of_window.iter().map(|reading| reading.time);
            let (start, end) = (times().min().unwrap(), times().max().unwrap() + 1);
            windows.push(Members { key, start, end, readings: of_window.to_vec() });
        }
    }
    windows
}

/// What a case makes of the events of a window, which are given in order of arrival.
pub fn values(case: &Case, readings: &[Reading]) -> Values {
    let mut readings = readings.to_vec();
    match (case.contents, case.kind) {
        (Contents::Whole, _) => readings.sort_by_key(|reading| reading.time),
        // Events are added in order of arrival within a pane, and panes in order of time.
        (_, Kind::Sliding { size, slide, offset }) => {
            let pane = (1..=size).rfind(|pane| size % pane == 0 && slide % pane == 0).unwrap();
            readings.sort_by_key(|reading| (reading.time - offset).div_euclid(pane));
        }
        _ => {}
    }
    let values: Values = readings.iter().collect();
    let values = if case.contents == Contents::Small { values.small() } else { values };
    if knows_order(case) { values } else { values.without_order() }
}

/// Whether the order in which events are added is known: how sessions are put together is not, nor
/// which of two sources is faster.
pub fn knows_order(case: &Case) -> bool {
    case.run.sources == 1 && !matches!(case.kind, Kind::Session { .. })
}

/// The spans and the delay of trailing windows.
pub fn spans(kind: Kind) -> (Vec<i64>, i64) {
    match kind {
        Kind::Trailing { span, delay } => (vec![span], delay),
        Kind::TrailingMany { spans, delay } => (spans.to_vec(), delay),
        _ => (Vec::new(), 0),
    }
}

/// For each event what comes of the trailing windows; per key in order of time and arrival.
pub fn trails(case: &Case, readings: &[Reading]) -> Vec<(Reading, Vec<Values>)> {
    let (spans, delay) = spans(case.kind);
    let mut ordered = readings.to_vec();
    ordered.sort_by_key(|reading| (reading.key, reading.time, reading.id));
    let before = |reading: &Reading, span: i64| {
        let until = reading.time - delay;
        let is_in = |other: &&Reading| {
            let comes_first = other.time < reading.time || other.id <= reading.id;
            other.key == reading.key
                && until - span < other.time
                && other.time <= until
                && comes_first
        };
        let found: Vec<Reading> = ordered.iter().filter(is_in).copied().collect();
        values(case, &found)
    };
    let of_spans = |reading: &Reading| spans.iter().map(|span| before(reading, *span)).collect();
    ordered.iter().map(|reading| (*reading, of_spans(reading))).collect()
}
