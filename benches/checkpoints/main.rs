//! Checkpoints: what they cost a running job, and how long a job takes to continue.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin checkpoints -- \
//!     [--only WORK] [--keys N] [--rounds N] [--seconds N] [--directory DIR]
//! ```
//! `WORK` is `throughput`, `pause`, `delay`, `recovery` or `restart`. The job has a state for each of
//! 1,000,000 keys, of which a tenth changes between two checkpoints. Jobs with and without
//! checkpoints alternate; the table shows the medians of the ratios of adjacent rounds. The
//! directory, the one for temporary files by default, must be on the disk to be measured.

mod floor;
mod jobs;
mod log;
mod runs;
mod source;

use jobs::State;
use runs::{Result, Setting, Speed};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The goals: at most this much.
const LOST_PERCENT: f64 = 3.0;
const PAUSE: Duration = Duration::from_millis(20);
const OVER_FLOOR: Duration = Duration::from_millis(5);
const RECOVERY: Duration = Duration::from_secs(2);
/// Besides loading.
const RESTART: Duration = Duration::from_millis(50);

/// The keys of a job that loads next to nothing.
const FEW: u64 = 1_000;

/// How many keys change for a checkpoint of a little less than 1 MiB.
const CHANGED: u64 = 120_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("checkpoints: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let only = value("--only");
    let wanted = |work: &str| only.as_deref().is_none_or(|only| only == work);
    let rounds = usize::try_from(number("--rounds", 20)?)?;
    let parent = value("--directory").map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = parent.join(format!("millstream-checkpoints-{}", std::process::id()));
    let time = Duration::from_secs(number("--seconds", 2)?);
    let setting = Setting { directory, keys: number("--keys", 1_000_000)?, time };
    std::fs::create_dir_all(&setting.directory)?;
    log::keep();
    println!("| work | state | instances | measured | goal | reached |\n|---|---|---|---|---|---|");
    let measured = (|| {
        if wanted("throughput") {
            throughput(&setting, rounds)?;
        }
        if wanted("pause") {
            pause(&setting, rounds)?;
        }
        if wanted("delay") {
            delay(&setting, rounds)?;
        }
        if wanted("recovery") {
            recovery(&setting, rounds)?;
        }
        if wanted("restart") {
            restart(&setting, rounds)?;
        }
        Ok(())
    })();
    std::fs::remove_dir_all(&setting.directory)?;
    measured
}

fn throughput(setting: &Setting, rounds: usize) -> Result<()> {
    let jobs = [(State::Number, 1), (State::Small, 1), (State::Number, 2), (State::Profile, 1)];
    for (state, instances) in jobs {
        let speeds = runs::speeds(setting, state, instances, rounds)?;
        let percent = |of: fn(&Speed, &Speed) -> f64| {
            let each = speeds.iter().map(|[without, with]| of(without, with));
            let mut each: Vec<f64> = each.map(|ratio| (ratio - 1.0) * 100.0).collect();
            each.sort_by(f64::total_cmp);
            (each[each.len() / 2], each[each.len() / 4], each[each.len() * 3 / 4])
        };
        let (slower, low, high) = percent(|without, with| with.events / without.events);
        let (cpu, ..) = percent(|without, with| with.cpu / without.cpu);
        let speed = |of: usize| middle(speeds.iter().map(|both| both[of].events)) / 1e6;
        // What else runs on the machine only ever makes a round slower.
        let fastest = |of: usize| speeds.iter().map(|both| both[of].events).fold(0.0, f64::max);
        let best = (fastest(1) / fastest(0) - 1.0) * 100.0;
        let (count, bytes) = speeds.iter().fold((0, 0), |(count, bytes), [_, with]| {
            (count + with.checkpoints.0, bytes + with.checkpoints.1)
        });
        let each = bytes as f64 / count.max(1) as f64 / 1e6;
        row(
            ("throughput, a checkpoint a second", state, instances),
            &format!(
                "{slower:+.1} % (half of the rounds {low:+.1} to {high:+.1}), CPU per event \
                 {cpu:+.1} %, fastest rounds {best:+.1} %; {:.1} M events/s without, {:.1} with; \
                 {count} checkpoints of {each:.1} MB",
                speed(0),
                speed(1),
            ),
            &format!("at most {LOST_PERCENT} % lost"),
            -slower <= LOST_PERCENT,
        );
    }
    Ok(())
}

fn pause(setting: &Setting, rounds: usize) -> Result<()> {
    for state in State::ALL {
        let (mut barriers, mut quiet) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let pauses = runs::pauses(setting, state)?;
            barriers.extend(pauses.barriers);
            quiet.extend(pauses.quiet);
        }
        let worst = percentile(&barriers, 99.0);
        let measured = format!(
            "50 %: {:.1} ms, 99 %: {:.1} ms, longest {:.1} ms of {}; between barriers 99 %: \
             {:.1} ms",
            ms(percentile(&barriers, 50.0)),
            ms(worst),
            ms(percentile(&barriers, 100.0)),
            barriers.len(),
            ms(percentile(&quiet, 99.0)),
        );
        let goal = format!("99 % at most {} ms", ms(PAUSE));
        row(("pause at a barrier", state, 1), &measured, &goal, worst <= PAUSE);
    }
    Ok(())
}

fn delay(setting: &Setting, rounds: usize) -> Result<()> {
    let changed = CHANGED.min(setting.keys);
    for keys in [setting.keys, changed] {
        let delays = runs::delays(&Setting { keys, ..setting.clone() }, changed, 5 * rounds)?;
        let each = |of: fn(&runs::Delay) -> Duration| {
            let all: Vec<_> = delays.iter().map(of).collect();
            percentile(&all, 50.0)
        };
        let over = each(|delay| delay.durable.saturating_sub(delay.floor.synced));
        let measured = format!(
            "{:.1} ms, {:.1} of them for the file of {:.0} KiB; write and fsync {:.1} ms, with \
             rename and fsync of the directory {:.1} ms; {:.1} ms over write and fsync",
            ms(each(|delay| delay.durable)),
            ms(each(|delay| delay.written)),
            middle(delays.iter().map(|delay| delay.bytes as f64)) / 1024.0,
            ms(each(|delay| delay.floor.synced)),
            ms(each(|delay| delay.floor.named)),
            ms(over),
        );
        let work = format!("{changed} of {keys} keys durable");
        let goal = format!("at most {} ms over", ms(OVER_FLOOR));
        row((&work, State::Number, 1), &measured, &goal, over <= OVER_FLOOR);
    }
    Ok(())
}

fn recovery(setting: &Setting, rounds: usize) -> Result<()> {
    for (state, instances) in [(State::Number, 1), (State::Number, 2), (State::Profile, 1)] {
        let recovery = runs::recovery(setting, state, instances, rounds)?;
        let time = percentile(&recovery.times, 50.0);
        let mb = recovery.bytes as f64 / 1e6;
        let measured = format!("{:.0} ms, directory of {mb:.1} MB", ms(time));
        let goal = format!("at most {} ms", ms(RECOVERY));
        row(("recovery", state, instances), &measured, &goal, time <= RECOVERY);
    }
    Ok(())
}

fn restart(setting: &Setting, rounds: usize) -> Result<()> {
    // Panics are wanted here, and their print is not.
    log::expect_restarts();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for keys in [FEW.min(setting.keys), setting.keys] {
        let setting = Setting { keys, ..setting.clone() };
        let times = runs::restarts(&setting, rounds)?;
        let loads = runs::recovery(&setting, State::Number, 1, rounds)?.times;
        let [half, load] = [&times, &loads].map(|times| percentile(times, 50.0));
        let over = half.saturating_sub(load);
        let measured = format!(
            "50 %: {:.1} ms, 99 %: {:.1} ms; a start takes {:.1} ms, {:.1} ms over that",
            ms(half),
            ms(percentile(&times, 99.0)),
            ms(load),
            ms(over),
        );
        let work = format!("panic to next batch, {keys} keys");
        let goal = format!("at most {} ms over a start", ms(RESTART));
        row((&work, State::Number, 1), &measured, &goal, over <= RESTART);
    }
    std::panic::set_hook(hook);
    Ok(())
}

fn row((work, state, instances): (&str, State, usize), measured: &str, goal: &str, reached: bool) {
    let reached = if reached { "yes" } else { "no" };
    println!("| {work} | {state} | {instances} | {measured} | {goal} | {reached} |");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn middle(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The least time that a share of the times, in per cent, does not exceed.
fn percentile(times: &[Duration], percent: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    let at = (times.len() as f64 * percent / 100.0).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

fn value(option: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == option)?;
    arguments.next()
}

fn number(option: &str, default: u64) -> std::result::Result<u64, String> {
    let Some(value) = value(option) else { return Ok(default) };
    match value.replace('_', "").parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{option} is `{value}`, expected a positive integer")),
    }
}
