//! Windows as a person would write them down who has all events before him.

use crate::support::mixed;
use millstream::prelude::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// An event: its key, when it happened in milliseconds, and its position in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    pub key: u8,
    pub time: i64,
    pub id: usize,
}

/// A window that was given on: its events, and which of them were fresh, by their positions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Firing {
    pub key: u8,
    pub start: EventTime,
    pub end: EventTime,
    pub ids: Vec<usize>,
    pub fresh: Vec<usize>,
}

/// Writes a window down.
#[operator]
pub async fn firing(window: Window<u8, Dated>) -> Firing {
    let ids = |event: &Dated| event.id;
    Firing {
        key: *window.key(),
        start: window.start(),
        end: window.end(),
        ids: window.events().iter().map(ids).collect(),
        fresh: window.fresh().map(|(_, event)| event.id).collect(),
    }
}

/// Events, windows, and how the job is run.
#[derive(Debug, Clone)]
pub struct Case {
    pub events: Vec<Dated>,
    pub size: i64,
    pub slide: i64,
    pub lateness: i64,
    pub instances: usize,
    pub batch: usize,
    pub buffer: usize,
    pub seed: u64,
}

impl Case {
    /// No event comes later than the lateness.
    pub fn within_lateness() -> impl Strategy<Value = Self> {
        Self::with_disorder(1)
    }

    /// Some events come up to four times as late.
    pub fn any_disorder() -> impl Strategy<Value = Self> {
        Self::with_disorder(4)
    }

    fn with_disorder(factor: i64) -> impl Strategy<Value = Self> {
        let events = prop::collection::vec((0_u8..5, 0_i64..8, any::<u64>()), 0..120);
        let lengths = (1_i64..40, 1_i64..60, 0_i64..30, -200_i64..200);
        let run =
            (prop::sample::select(vec![1_usize, 2, 4]), 1_usize..20, 1_usize..40, any::<u64>());
        (events, lengths, run).prop_map(
            move |(steps, lengths, (instances, batch, buffer, seed))| {
                let (size, slide, lateness, begin) = lengths;
                let mut now = begin;
                let dated = |(id, (key, step, jitter)): (usize, (u8, i64, u64))| {
                    now += step;
                    let late = (mixed(jitter) % (factor * lateness + 1) as u64) as i64;
                    Dated { key, time: now - late, id }
                };
                let events = steps.into_iter().enumerate().map(dated).collect();
                Self { events, size, slide, lateness, instances, batch, buffer, seed }
            },
        )
    }
}

/// What comes of a case.
pub struct Fired {
    /// The windows, in order of key and time.
    pub fired: Vec<Firing>,
    /// The events that are in none, in order of arrival.
    pub left_out: Vec<Dated>,
}

/// Puts every event into all windows that contain it and that are `open` when it arrives, given their
/// end and the watermark, which follows after each event.
pub fn windows_of(case: &Case, open: impl Fn(i64, i64) -> bool) -> Fired {
    let mut windows: BTreeMap<(u8, i64), Vec<Dated>> = BTreeMap::new();
    let mut first_shown: BTreeMap<usize, i64> = BTreeMap::new();
    let mut left_out = Vec::new();
    let mut watermark = i64::MIN;
    for event in &case.events {
        let nearest = event.time.div_euclid(case.slide);
        let reach = case.size / case.slide + 2;
        let starts = (nearest - reach..=nearest + 1).map(|number| number * case.slide);
        let contains = |start: &i64| *start <= event.time && event.time < start + case.size;
        for start in starts.filter(contains).filter(|start| open(start + case.size, watermark)) {
            windows.entry((event.key, start)).or_default().push(*event);
            first_shown.entry(event.id).or_insert(start);
        }
        if !first_shown.contains_key(&event.id) {
            left_out.push(*event);
        }
        watermark = watermark.max(event.time - case.lateness);
    }
    let written = |((key, start), mut events): ((u8, i64), Vec<Dated>)| {
        // Stable: those of equal time stay in order of arrival.
        events.sort_by_key(|event| event.time);
        let is_fresh = |event: &&Dated| first_shown[&event.id] == start;
        Firing {
            key,
            start: EventTime::from_millis(start),
            end: EventTime::from_millis(start + case.size),
            ids: events.iter().map(|event| event.id).collect(),
            fresh: events.iter().filter(is_fresh).map(|event| event.id).collect(),
        }
    };
    Fired { fired: windows.into_iter().map(written).collect(), left_out }
}
