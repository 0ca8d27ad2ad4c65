//! What a model is tried with: events, windows, and how the job is run.

use proptest::prelude::*;
use std::fmt;

/// An event: its key, its time in microseconds, an amount, and its position in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    pub key: u8,
    pub time: i64,
    pub amount: i64,
    pub id: usize,
}

/// A kind of window; lengths are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Tumbling { size: i64, offset: i64 },
    Sliding { size: i64, slide: i64, offset: i64 },
    Session { gap: i64 },
    Counted { events: u64 },
    Global,
    Trailing { span: i64, delay: i64 },
    TrailingMany { spans: [i64; 3], delay: i64 },
}

/// When windows speak beside their end; lengths are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speaking {
    pub every: Option<u32>,
    pub each: Option<i64>,
    pub allowed: i64,
}

/// What is made of the events of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Aggregates whose state is small.
    Small,
    /// The same, and some whose state grows with the events.
    Growing,
    /// An operator that takes whole windows.
    Whole,
}

/// Events, windows, and how the job is run.
#[derive(Clone)]
pub struct Case {
    pub readings: Vec<Reading>,
    pub kind: Kind,
    pub speaking: Option<Speaking>,
    pub contents: Contents,
    pub run: Run,
}

/// Which watermark an event makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// The lateness of the run before its time.
    Lateness,
    /// Its time and more, if its amount is this.
    Punctuated { amount: i64, ahead: i64 },
}

impl Marks {
    pub fn any() -> BoxedStrategy<Self> {
        let punctuated = (-4_i64..5, -10_i64..30);
        let punctuated = punctuated.prop_map(|(amount, ahead)| Self::Punctuated { amount, ahead });
        prop_oneof![2 => Just(Self::Lateness), 1 => punctuated].boxed()
    }
}

/// How a job is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub lateness: i64,
    pub marks: Marks,
    pub sources: usize,
    pub instances: usize,
    pub batch: usize,
    pub buffer: usize,
    pub seed: u64,
}

/// Readings from key, time and amount; their positions follow.
pub fn readings(readings: &[(u8, i64, i64)]) -> Vec<Reading> {
    let numbered = readings.iter().enumerate();
    numbered.map(|(id, &(key, time, amount))| Reading { key, time, amount, id }).collect()
}

/// Readings as the Rust code that makes them.
pub struct AsCode<'a>(pub &'a [Reading]);

impl fmt::Debug for AsCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("readings(&[")?;
        for (at, Reading { key, time, amount, .. }) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}({key}, {time}, {amount})")?;
        }
        f.write_str("])")
    }
}

/// The Rust code that makes it.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { readings, kind, speaking, contents, run } = self;
        writeln!(f, "Case {{")?;
        writeln!(f, "    readings: {:?},", AsCode(readings))?;
        writeln!(f, "    kind: Kind::{kind:?},")?;
        writeln!(f, "    speaking: {speaking:?},")?;
        writeln!(f, "    contents: Contents::{contents:?},")?;
        writeln!(f, "    run: {run:?},")?;
        f.write_str("}")
    }
}

/// By how much events may come too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disorder {
    /// Never by more than the lateness.
    WithinLateness,
    /// Some by up to four times as much.
    Any,
}

impl Disorder {
    /// Readings of few keys, many at equal times, and the lateness.
    pub fn readings(self, most: usize) -> BoxedStrategy<(Vec<Reading>, i64)> {
        let factor = if self == Self::Any { 4 } else { 1 };
        let step = prop_oneof![4 => Just(0_i64), 6 => 1_i64..6, 1 => 10_i64..60];
        let steps = prop::collection::vec((0_u8..4, step, -4_i64..5, 0_i64..=100), 0..most);
        let shape = (prop_oneof![1 => Just(0), 2 => 0_i64..30], -100_i64..100);
        (steps, shape)
            .prop_map(move |(steps, (lateness, mut now))| {
                let read = |(id, (key, step, amount, behind)): (usize, (u8, i64, i64, i64))| {
                    now += step;
                    let time = now - factor * lateness * behind / 100;
                    Reading { key, time, amount, id }
                };
                (steps.into_iter().enumerate().map(read).collect(), lateness)
            })
            .boxed()
    }
}

impl Run {
    /// Any number of instances, any batches.
    pub fn any(sources: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Self> {
        let instances = prop::sample::select(vec![1_usize, 2, 4]);
        let batch = prop_oneof![1 => Just(1), 2 => 1_usize..20];
        (sources, instances, batch, 1_usize..40, any::<u64>())
            .prop_map(|(sources, instances, batch, buffer, seed)| Self {
                lateness: 0,
                marks: Marks::Lateness,
                sources,
                instances,
                batch,
                buffer,
                seed,
            })
            .boxed()
    }

    /// One by one and in one task, so that a watermark follows each event at once.
    pub fn one_by_one() -> BoxedStrategy<Self> {
        Just(Self::canonical(1)).boxed()
    }

    /// The run that others are held against: event by event, at one instance.
    pub fn canonical(sources: usize) -> Self {
        let (lateness, marks) = (0, Marks::Lateness);
        Self { lateness, marks, sources, instances: 1, batch: 1, buffer: 1, seed: 0 }
    }

    /// The watermark that an event makes; none is lower than the last of its split.
    pub fn mark_of(&self, reading: &Reading) -> i64 {
        match self.marks {
            Marks::Lateness => reading.time - self.lateness,
            Marks::Punctuated { amount, ahead } if reading.amount == amount => reading.time + ahead,
            Marks::Punctuated { .. } => i64::MIN,
        }
    }

    /// For each event, what its split had passed before it.
    pub fn passed(&self, readings: &[Reading]) -> Vec<i64> {
        let mut splits = vec![i64::MIN; self.sources];
        let mut pass = |reading: &Reading| {
            let split = &mut splits[reading.id % self.sources];
            let passed = *split;
            *split = passed.max(self.mark_of(reading));
            passed
        };
        readings.iter().map(&mut pass).collect()
    }
}

impl Kind {
    pub fn tumbling() -> BoxedStrategy<Self> {
        (1_i64..40, 0_i64..50).prop_map(|(size, offset)| Self::Tumbling { size, offset }).boxed()
    }

    /// Also with slides that are no part of the size, or longer.
    pub fn sliding() -> BoxedStrategy<Self> {
        let apart = |(size, slide, offset)| Self::Sliding { size, slide, offset };
        let parts = move |(parts, slide, offset)| apart((parts * slide, slide, offset));
        prop_oneof![
            (1_i64..40, 1_i64..50, 0_i64..50).prop_map(apart),
            (1_i64..6, 1_i64..12, 0_i64..20).prop_map(parts),
        ]
        .boxed()
    }

    pub fn session() -> BoxedStrategy<Self> {
        (1_i64..20).prop_map(|gap| Self::Session { gap }).boxed()
    }

    pub fn counted() -> BoxedStrategy<Self> {
        (1_u64..12).prop_map(|events| Self::Counted { events }).boxed()
    }

    pub fn trailing(delays: std::ops::Range<i64>) -> BoxedStrategy<Self> {
        let span = || 1_i64..60;
        let one = (span(), delays.clone()).prop_map(|(span, delay)| Self::Trailing { span, delay });
        let many = ([span(), span(), span()], delays)
            .prop_map(|(spans, delay)| Self::TrailingMany { spans, delay });
        prop_oneof![one, many].boxed()
    }
}

impl Speaking {
    /// Nothing, or any of the ways to speak more often.
    pub fn any() -> BoxedStrategy<Self> {
        let every = prop::option::of(1_u32..6);
        let each = prop::option::of(1_i64..30);
        let allowed = prop_oneof![Just(0_i64), 1_i64..60];
        (every, each, allowed)
            .prop_map(|(every, each, allowed)| Self { every, each, allowed })
            .boxed()
    }

    /// Early, after so many events.
    pub fn early_every() -> BoxedStrategy<Self> {
        (1_u32..6).prop_map(|every| Self { every: Some(every), each: None, allowed: 0 }).boxed()
    }
}

impl Contents {
    pub fn any() -> BoxedStrategy<Self> {
        prop_oneof![Just(Self::Small), Just(Self::Growing), Just(Self::Whole)].boxed()
    }

    pub fn aggregated() -> BoxedStrategy<Self> {
        prop_oneof![Just(Self::Small), Just(Self::Growing)].boxed()
    }
}

impl Case {
    /// Cases of these kinds of windows.
    pub fn with(
        disorder: Disorder,
        kind: BoxedStrategy<Kind>,
        contents: BoxedStrategy<Contents>,
        run: BoxedStrategy<Run>,
    ) -> BoxedStrategy<Self> {
        (disorder.readings(90), kind, contents, run)
            .prop_map(|((readings, lateness), kind, contents, run)| {
                let run = Run { lateness, ..run };
                Self { readings, kind, speaking: None, contents, run }
            })
            .boxed()
    }

    /// The same cases with windows that speak more often.
    pub fn speaking(
        cases: BoxedStrategy<Self>,
        speaking: BoxedStrategy<Speaking>,
    ) -> BoxedStrategy<Self> {
        let speaks = |(case, speaking)| Self { speaking: Some(speaking), ..case };
        (cases, speaking).prop_map(speaks).boxed()
    }
}
