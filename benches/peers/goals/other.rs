//! Goals that are not a multiple of the loop's CPU time.

use super::reached;
use crate::delay::Share;
use crate::figures::{Figures, Runs, Short, Spread};
use crate::systems::System;
use crate::work::Work;
use std::fmt;

/// What delays should be at most, in microseconds.
const DELAYS: [(Share, f64); 3] =
    [(|all| all.p50, 5.0), (|all| all.p99, 30.0), (|all| all.p999, 300.0)];

/// A goal.
pub enum Other {
    /// Throughput as a multiple of a loop's, at two instances.
    Throughput(Work, System, f64),
    /// The delays at a rate.
    Delay(u32, System),
    /// CPU time per unit in microseconds, at most, if that has a goal.
    Each(Work, Option<f64>),
}

impl Other {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let (one, two) = (System::MILLSTREAM, System::MILLSTREAM.two());
        let delays = [100_000, 500_000].map(|rate| [one, two].map(|of| Self::Delay(rate, of)));
        let mut all = vec![
            Self::Throughput(Work::Keyed, System::LOOP, 1.1),
            Self::Throughput(Work::Fraud, System::LOOP_TABLES, 1.3),
        ];
        all.extend(delays.into_iter().flatten());
        all.extend([Self::Each(Work::Idle, Some(170.0)), Self::Each(Work::Start, None)]);
        all
    }

    /// The row of the table.
    pub fn row(&self, f: &mut fmt::Formatter<'_>, runs: &Runs) -> fmt::Result {
        match self {
            Self::Throughput(work, base, least) => throughput(f, runs, *work, *base, *least),
            Self::Delay(rate, system) => delay(f, runs, *rate, *system),
            Self::Each(work, most) => each(f, runs, *work, *most),
        }
    }
}

fn throughput(
    f: &mut fmt::Formatter<'_>,
    runs: &Runs,
    work: Work,
    base: System,
    least: f64,
) -> fmt::Result {
    let of = |system: System| text(runs.rate_ratio(work, system.two(), base), " ×");
    let (ours, tokio) = (of(System::MILLSTREAM), of(System::TOKIO));
    let median = |run: &Figures| {
        let ours = run.of(work, System::MILLSTREAM.two())?;
        Some(Spread::of(ours.rate_ratios(run.of(work, base)?))?.median)
    };
    // A larger multiple is better.
    let upside = runs.medians(|run| Some(1.0 / median(run)?));
    let (least, reached) = (Short(least), reached(upside, 1.0 / least));
    writeln!(
        f,
        "| throughput of {work}@2 ÷ {} | {ours} | {tokio} | ≥ {least} × | {reached} |",
        base.label()
    )
}

fn delay(f: &mut fmt::Formatter<'_>, runs: &Runs, rate: u32, system: System) -> fmt::Result {
    let work = Work::Latency(rate);
    let tokio = if system.instances() == 1 { System::TOKIO } else { System::TOKIO.two() };
    let of = |system| {
        let all = DELAYS.map(|(share, _)| {
            runs.delay(work, system, share).map(|all| all.to_string()).unwrap_or_default()
        });
        format!("{} µs", all.join(", "))
    };
    let verdicts = DELAYS.map(|(share, most)| {
        let median = |run: &Figures| Some(Spread::of(run.of(work, system)?.delays(share))?.median);
        reached(runs.medians(median), most)
    });
    let verdict = match verdicts {
        [one, two, three] if one == two && two == three => one.to_owned(),
        all => all.join(", "),
    };
    let [half, most, nearly] = DELAYS.map(|(_, most)| most);
    let rate = Short(f64::from(rate));
    let (ours, theirs) = (of(system), of(tokio));
    writeln!(
        f,
        "| delay at {rate} events/s, {system}: 50 %, 99 %, 99.9 % | {ours} | {theirs} \
         | ≤ {half}, {most}, {nearly} µs | {verdict} |"
    )
}

fn each(f: &mut fmt::Formatter<'_>, runs: &Runs, work: Work, most: Option<f64>) -> fmt::Result {
    let of = |system| text(runs.all(work, system, |one| work.in_unit(one.cpu())), " µs");
    let (ours, tokio) = (of(System::MILLSTREAM), of(System::TOKIO));
    let median = |run: &Figures| {
        let cpu = run.of(work, System::MILLSTREAM)?.cpu();
        Some(Spread::of(work.in_unit(cpu))?.median)
    };
    let (goal, verdict) = match most {
        Some(most) => (format!("≤ {} µs", Short(most)), reached(runs.medians(median), most)),
        None => (String::new(), ""),
    };
    let what = if work == Work::Idle { "an idle second" } else { "a start" };
    writeln!(f, "| CPU time of {what} | {ours} | {tokio} | {goal} | {verdict} |")
}

fn text(spread: Option<Spread>, unit: &str) -> String {
    spread.map(|spread| spread.cell(unit)).unwrap_or_default()
}
