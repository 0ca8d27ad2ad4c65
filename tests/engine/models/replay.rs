//! Windows that speak more than once, by a person who sees one event after the other.

use super::case::{Case, Kind, Reading, Speaking};
use super::engine::Shown;
use super::oracle::{starts, values};
use millstream::prelude::*;

/// What becomes of a case whose events come one by one.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The results as they come.
    pub shown: Vec<Shown>,
    /// The late events, each with the watermark that it is behind, or its time if it is in no window.
    pub late: Vec<(Reading, i64)>,
}

/// Whether event time goes on while events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watermarks {
    /// After each event.
    EachEvent,
    /// Only at the end of the stream.
    AtEnd,
}

/// A window with events.
#[derive(Debug, Clone)]
struct Open {
    key: u8,
    start: i64,
    end: i64,
    readings: Vec<Reading>,
    /// How many of the events no result has shown yet.
    unseen: u32,
    early: u32,
    late: u32,
    was_on_time: bool,
}

struct Replay<'a> {
    case: &'a Case,
    speaking: Speaking,
    windows: Vec<Open>,
    watermark: i64,
    replayed: Replayed,
}

/// Sees the events of a case one after the other.
pub fn replay(case: &Case, watermarks: Watermarks) -> Replayed {
    let speaking = case.speaking.unwrap_or_default();
    let (windows, watermark, replayed) = (Vec::new(), i64::MIN, Replayed::default());
    let mut replay = Replay { case, speaking, windows, watermark, replayed };
    for reading in &case.readings {
        replay.see(*reading);
        if watermarks == Watermarks::EachEvent {
            replay.go_on(case.run.mark_of(reading));
        }
    }
    replay.go_on(i64::MAX);
    replay.replayed
}

/// Sees the events that are not behind their split, and then the others, each when event time is
/// exactly what its split had passed before it. Of two splits the first comes first.
pub fn replay_by_split(case: &Case) -> Replayed {
    let speaking = case.speaking.unwrap_or_default();
    let (windows, watermark, replayed) = (Vec::new(), i64::MIN, Replayed::default());
    let mut replay = Replay { case, speaking, windows, watermark, replayed };
    let passed = case.run.passed(&case.readings);
    let (mut behind, in_time): (Vec<_>, Vec<_>) =
        case.readings.iter().zip(passed).partition(|(reading, passed)| reading.time < *passed);
    in_time.into_iter().for_each(|(reading, _)| replay.see(*reading));
    behind.sort_by_key(|(reading, passed)| (*passed, reading.id % case.run.sources, reading.id));
    for (reading, passed) in behind {
        replay.go_on(passed);
        replay.see(*reading);
    }
    replay.go_on(i64::MAX);
    replay.replayed
}

impl Replay<'_> {
    fn is_over(&self, end: i64) -> bool {
        end.saturating_add(self.speaking.allowed) <= self.watermark
    }

    fn see(&mut self, reading: Reading) {
        let windows = match self.case.kind {
            Kind::Tumbling { size, offset } => self.aligned(reading, (size, size, offset)),
            Kind::Sliding { size, slide, offset } => self.aligned(reading, (size, slide, offset)),
            Kind::Session { gap } => self.session(reading, gap),
            _ => vec![self.window(reading.key, (i64::MIN, i64::MAX))],
        };
        if windows.is_empty() {
            self.replayed.late.push((reading, self.watermark.max(reading.time)));
        }
        for at in windows {
            self.put(at, reading);
        }
    }

    /// The windows of a time that are not over.
    fn aligned(&mut self, reading: Reading, lengths: (i64, i64, i64)) -> Vec<usize> {
        let bounds =
            starts(reading.time, lengths).into_iter().map(|start| (start, start + lengths.0));
        let open: Vec<_> = bounds.filter(|(_, end)| !self.is_over(*end)).collect();
        open.into_iter().map(|bounds| self.window(reading.key, bounds)).collect()
    }

    fn window(&mut self, key: u8, (start, end): (i64, i64)) -> usize {
        let is_it = |open: &Open| (open.key, open.start, open.end) == (key, start, end);
        self.windows.iter().position(is_it).unwrap_or_else(|| {
            let (unseen, early, late, readings) = (0, 0, 0, Vec::new());
            let was_on_time = false;
            self.windows.push(Open { key, start, end, readings, unseen, early, late, was_on_time });
            self.windows.len() - 1
        })
    }

    /// The session of a time, to which those belong that it comes close to.
    fn session(&mut self, Reading { key, time, .. }: Reading, gap: i64) -> Vec<usize> {
        let is_close = |open: &Open| open.key == key && time < open.end && open.start < time + gap;
        let (mut close, others): (Vec<Open>, Vec<Open>) =
            self.windows.drain(..).partition(is_close);
        self.windows = others;
        close.sort_by_key(|open| open.start);
        if close.is_empty() && self.is_over(time + gap) {
            return Vec::new();
        }
        let mut close = close.into_iter();
        let Some(mut session) = close.next() else {
            return vec![self.window(key, (time, time + gap))];
        };
        let before = (session.start, session.end);
        for other in close {
            session.end = other.end;
            session.readings.extend(other.readings);
            session.unseen += other.unseen;
        }
        (session.start, session.end) = (session.start.min(time), session.end.max(time + gap));
        // With other bounds it is another window, which is on time once more.
        session.was_on_time &= before == (session.start, session.end);
        self.windows.push(session);
        vec![self.windows.len() - 1]
    }

    fn put(&mut self, at: usize, reading: Reading) {
        let open = &mut self.windows[at];
        open.readings.push(reading);
        if open.end <= self.watermark {
            open.late += 1;
            open.was_on_time = true;
            return self.show(at, Firing::Late(self.windows[at].late));
        }
        open.unseen += 1;
        if self.speaking.every.is_some_and(|every| open.unseen >= every) {
            self.show_early(at);
        }
    }

    fn show_early(&mut self, at: usize) {
        let open = &mut self.windows[at];
        (open.unseen, open.early) = (0, open.early + 1);
        self.show(at, Firing::Early(self.windows[at].early));
    }

    fn show(&mut self, at: usize, firing: Firing) {
        let Open { key, start, end, ref readings, .. } = self.windows[at];
        let mut readings = readings.clone();
        readings.sort_by_key(|reading| reading.id);
        let values = values(self.case, &readings);
        self.replayed.shown.push(Shown { key, start, end, firing, values });
    }

    fn go_on(&mut self, watermark: i64) {
        let before = self.watermark;
        if watermark <= before {
            return;
        }
        self.watermark = watermark;
        for at in 0..self.windows.len() {
            if self.windows[at].end <= watermark && !self.windows[at].was_on_time {
                self.windows[at].was_on_time = true;
                self.show(at, Firing::OnTime);
            }
        }
        let over: Vec<bool> = self.windows.iter().map(|open| self.is_over(open.end)).collect();
        let mut over = over.into_iter();
        self.windows.retain(|_| over.next() == Some(false));
        let turns =
            self.speaking.each.map(|each| (before.div_euclid(each), watermark.div_euclid(each)));
        // Before the first watermark no time has gone on.
        if before > i64::MIN && turns.is_some_and(|(before, now)| before != now) {
            let news = (0..self.windows.len()).filter(|at| {
                let open = &self.windows[*at];
                open.end > watermark && open.unseen > 0
            });
            for at in news.collect::<Vec<_>>() {
                self.show_early(at);
            }
        }
    }
}
