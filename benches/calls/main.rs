//! Calls in flight: what one costs, and how long an event takes.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin calls -- [--only WORK]
//! ```
//! `WORK` is `ready`, `yielding`, `waiting`, `letters` or `delay`. Jobs and loops by hand alternate, on one
//! thread; the table shows medians over the rounds, of CPU time per event.

mod by_hand;
mod delay;
mod operators;

use delay::Delays;
use millstream::prelude::*;
use millstream_benches::measure::cost;
use operators::{ready, waiting, yielding};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;

/// Keys of the works that have some.
const KEYS: u64 = 100_000;

/// The events of a round.
const EVENTS: u64 = 1_000_000;

/// One way to make the calls: its name, and what makes them for a number of events.
type Arm = (&'static str, Box<dyn Fn(u64) -> u64>);

/// Runs a job of one operator to its end; returns the sum of what the sink received.
macro_rules! job {
    ($name:literal, $operator:ident $(, by $key:expr)? $(; $errors:ident)?) => {{
        let run = |events: u64| {
            let sum = Arc::new(AtomicU64::new(0));
            let summed = Arc::clone(&sum);
            let add = move |event: u64| {
                summed.fetch_add(event, Ordering::Relaxed);
            };
            let topology = topology!(
                called = source(from_iter(0..events)) $(>> by($key))? >> operators::$operator,
                called >> map(|event: u64| event + 1) >> sink(for_each(add)),
                $(called.$errors >> ignore,)?
            );
            if let Err(error) = block_on(topology.run(Config::default())) {
                eprintln!("{}: {error:#}", $name);
            }
            sum.load(Ordering::Relaxed) - events
        };
        let arm: Arm = ($name, Box::new(run));
        arm
    }};
}

fn main() -> millstream::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let only = args.iter().position(|arg| arg == "--only").and_then(|at| args.get(at + 1));
    let wanted = |work: &str| only.is_none_or(|only| only == work);
    println!("| call | made by | CPU ns an event | events/s |\n|---|---|---:|---:|");
    if wanted("ready") {
        compare("returns at once", EVENTS, &ready_arms());
    }
    if wanted("yielding") {
        compare("yields once", EVENTS, &yielding_arms());
    }
    if wanted("waiting") {
        compare("20 ms, 256 at once", 20_000, &waiting_arms());
        compare("20 ms, 4,096 at once", 200_000, &many_waiting_arms());
    }
    if wanted("letters") {
        compare("never awaits", EVENTS, &step_letter_arms());
        compare("returns at once", EVENTS, &ready_letter_arms());
    }
    if wanted("delay") {
        delays()?;
    }
    Ok(())
}

/// Runs a future on one thread.
fn block_on<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => unreachable!("no runtime: {error}"),
    }
}

/// A way to make the calls by hand.
fn hand<F>(name: &'static str, run: impl Fn(u64) -> F + 'static) -> Arm
where
    F: Future<Output = u64>,
{
    (name, Box::new(move |events| block_on(run(events))))
}

fn ready_arms() -> [Arm; 9] {
    [
        job!("job, one at a time", ready_1),
        job!("job, 64 in flight, `none`", ready_64),
        job!("job, 64 in flight, `input`", ready_in_order),
        job!("job, 64 in flight, `timeout`", ready_in_time; errors),
        job!("job, 100,000 keys, one at a time", ready_keyed_1, by | event | event % KEYS),
        job!("job, 100,000 keys, 64 in flight", ready_keyed, by | event | event % KEYS),
        hand("`FuturesUnordered`", |events| by_hand::unordered(0..events, 64, ready)),
        hand("`FuturesUnordered` per key", |events| {
            by_hand::per_key(0..events, 64, |event| event % KEYS, ready)
        }),
        hand("`tokio::spawn`", |events| by_hand::spawned(0..events, 64, ready)),
    ]
}

/// What dead letters cost while nothing fails: a step, alone in its loop with a `map`.
fn step_letter_arms() -> [Arm; 5] {
    [
        job!("job", step; errors),
        job!("job, `errors = letters`", step_letters; errors),
        job!("job, `panics = route`", step_routed; errors),
        job!("job, 100,000 keys", step_keyed, by |event| event % KEYS; errors),
        job!(
            "job, 100,000 keys, `panics = route`",
            step_keyed_routed, by |event| event % KEYS; errors
        ),
    ]
}

/// The same of calls.
fn ready_letter_arms() -> [Arm; 5] {
    [
        job!("job, one at a time", ready_1),
        job!("job, one at a time, `errors = letters`", ready_letters; errors),
        job!("job, one at a time, `panics = route`", ready_routed; errors),
        job!("job, 100,000 keys, 64 in flight", ready_keyed, by | event | event % KEYS),
        job!(
            "job, 100,000 keys, 64 in flight, `panics = route`",
            ready_keyed_routed, by |event| event % KEYS; errors
        ),
    ]
}

fn yielding_arms() -> [Arm; 7] {
    [
        job!("job, one at a time", yielding_1),
        job!("job, 64 in flight, `none`", yielding_64),
        job!("job, 64 in flight, `timeout`", yielding_in_time; errors),
        job!("job, 100,000 keys, 64 in flight", yielding_keyed, by | event | event % KEYS),
        hand("`FuturesUnordered`", |events| by_hand::unordered(0..events, 64, yielding)),
        hand("`FuturesUnordered` per key", |events| {
            by_hand::per_key(0..events, 64, |event| event % KEYS, yielding)
        }),
        hand("`tokio::spawn`", |events| by_hand::spawned(0..events, 64, yielding)),
    ]
}

fn waiting_arms() -> [Arm; 3] {
    [
        job!("job", waiting_256),
        hand("`FuturesUnordered`", |events| by_hand::unordered(0..events, 256, waiting)),
        hand("`tokio::spawn`", |events| by_hand::spawned(0..events, 256, waiting)),
    ]
}

fn many_waiting_arms() -> [Arm; 3] {
    [
        job!("job", waiting_4096),
        hand("`FuturesUnordered`", |events| by_hand::unordered(0..events, 4_096, waiting)),
        hand("`tokio::spawn`", |events| by_hand::spawned(0..events, 4_096, waiting)),
    ]
}

/// Runs the arms in turn and prints their medians.
fn compare(call: &str, events: u64, arms: &[Arm]) {
    let mut rounds: Vec<Vec<(Duration, Duration)>> = vec![Vec::new(); arms.len()];
    let count = if events == EVENTS { ROUNDS } else { 3 };
    for _ in 0..count {
        for ((_, run), spent) in arms.iter().zip(&mut rounds) {
            let begun = Instant::now();
            let (cost, sum) = cost(|| run(events));
            assert_eq!(sum, events * (events - 1) / 2, "a call was lost or made twice");
            spent.push((cost.cpu, begun.elapsed()));
        }
    }
    for ((name, _), mut spent) in arms.iter().zip(rounds) {
        spent.sort();
        let cpu = spent[spent.len() / 2].0.as_nanos() as f64 / events as f64;
        spent.sort_by_key(|(_, wall)| *wall);
        let per_second = events as f64 / spent[spent.len() / 2].1.as_secs_f64();
        println!("| {call} | {name} | {cpu:.0} | {per_second:.0} |");
    }
}

/// Delays of 50,000 events of 20,000 keys at 10,000 a second, each with a call of 20 ms.
fn delays() -> millstream::Result<()> {
    println!("\n| delay in ms of a call of 20 ms | half | 99 % | 99.9 % |\n|---|---:|---:|---:|");
    for _ in 0..3 {
        show("`FuturesUnordered` per key", &block_on(delay::by_hand(50_000)));
        show("job", &block_on(delay::of_job(50_000))?);
    }
    Ok(())
}

fn show(name: &str, delays: &Delays) {
    let at = |quantile| delays.value_at_quantile(quantile) as f64 / 1_000.0;
    println!("| {name} | {:.1} | {:.1} | {:.1} |", at(0.5), at(0.99), at(0.999));
}
