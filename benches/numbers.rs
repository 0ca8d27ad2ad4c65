//! Larger jobs: millstream compared with hand-written loops, in one run.
//!
//! ```text
//! cargo run --release -p millstream-benches --bin numbers -- [--input FILE --terminals FILE] [--only WORK]
//! ```
//! Loop and job alternate; the table shows medians over the rounds, and the median of the ratios of
//! adjacent rounds. Without `--input` the fraud job runs on generated transactions.
//! `WORK` is `stateless`, `keyed`, `windows`, `fraud`, `features` or `rest`.

use millstream::prelude::DurationExt;
use millstream_benches::fraud::{self, Data};
use millstream_benches::measure::{HEAD, Rounds, Row, block_on, cost};
use millstream_benches::stateless::Input;
use millstream_benches::windows::{self, Dated};
use millstream_benches::{features, keyed, rest, stateless};
use std::path::PathBuf;
use std::time::Duration;

const ROUNDS: usize = 7;

fn main() -> millstream::Result<()> {
    let only = value("--only");
    let wanted = |work: &str| only.as_deref().is_none_or(|only| only == work);
    println!("{HEAD}");
    if wanted("stateless") {
        stateless()?;
    }
    if wanted("keyed") {
        keyed()?;
    }
    if wanted("windows") {
        windows()?;
    }
    if wanted("fraud") {
        fraud()?;
    }
    if wanted("features") {
        features()?;
    }
    if !wanted("rest") {
        return Ok(());
    }
    let idle = block_on(rest::idle(Duration::from_secs(5)))?;
    println!("\nidle for 5 s: {idle:.2} % of a core");
    let (early, late) = block_on(rest::overload(Duration::from_secs(10)))?;
    println!(
        "10 s of a source far faster than its sink: {early} KiB after 1 s, {late} KiB at the end"
    );
    Ok(())
}

fn stateless() -> millstream::Result<()> {
    let input = Input::new(1 << 16, 1 << 16, 256);
    let (mut by_hand, mut ours) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let copy = input.clone();
        let (spent, expected) = cost(|| stateless::by_hand(copy));
        by_hand.add(spent);
        let copy = input.clone();
        let (spent, sum) = cost(|| block_on(stateless::job(copy)));
        ours.add(spent);
        assert_eq!(sum?, expected, "the job and the loop disagree");
    }
    let (work, events) = ("map, filter, map, count", input.total());
    print_pair(work, events, &by_hand, &[("millstream", &ours)]);
    Ok(())
}

fn keyed() -> millstream::Result<()> {
    let input = Input::new(1 << 20, 100_000, 12);
    let mut by_hand = Rounds::default();
    let (mut one, mut two) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let copy = input.clone();
        let (spent, expected) = cost(|| keyed::by_hand(copy));
        by_hand.add(spent);
        for (instances, rounds) in [(1, &mut one), (2, &mut two)] {
            let copy = input.clone();
            let (spent, sum) = cost(|| block_on(keyed::job(copy, instances)));
            rounds.add(spent);
            assert_eq!(sum?, expected, "the job and the loop disagree");
        }
    }
    let (work, events) = ("keyed count, 100,000 keys", input.total());
    print_pair(work, events, &by_hand, &[("millstream", &one), ("millstream ×2", &two)]);
    Ok(())
}

/// Two days of events, with fewer and more per key and minute.
fn windows() -> millstream::Result<()> {
    windows_of("count by the minute, 3.5 a key", &Dated::new(10_000_000, 1_000, 17))?;
    windows_of("count by the minute, 10 a key", &Dated::new(10_000_000, 300, 20))
}

fn windows_of(work: &str, input: &Dated) -> millstream::Result<()> {
    let mut by_hand = Rounds::default();
    let (mut minute, mut day) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let (spent, expected) = cost(|| windows::by_hand(input));
        by_hand.add(spent);
        let copy = input.clone();
        let (spent, sum) = cost(|| block_on(windows::job(copy, 1.mins())));
        minute.add(spent);
        assert_eq!(sum?, expected, "the job and the loop disagree");
        let copy = input.clone();
        let (spent, sum) = cost(|| block_on(windows::job(copy, 1.days())));
        day.add(spent);
        sum?;
    }
    let systems = [("millstream", &minute), ("millstream, the last day", &day)];
    print_pair(work, input.total(), &by_hand, &systems);
    println!("a day sliding by the minute costs {:.2} × a minute", day.cpu_ratio(&minute));
    Ok(())
}

/// The transactions of the files on the command line, or generated ones.
fn transactions() -> millstream::Result<Data> {
    match files() {
        Some((input, terminals)) => block_on(async move { Data::read(&input, &terminals).await }),
        None => Ok(Data::made_up(1_000_000)),
    }
}

fn fraud() -> millstream::Result<()> {
    let data = transactions()?;
    let mut by_hand = Rounds::default();
    let (mut one, mut two) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let (spent, expected) = cost(|| fraud::by_hand(&data));
        by_hand.add(spent);
        for (instances, rounds) in [(1, &mut one), (2, &mut two)] {
            let copy = data.clone();
            let (spent, alerts) = cost(|| block_on(fraud::job(copy, instances)));
            rounds.add(spent);
            assert_eq!(alerts?.len(), expected.len(), "the job and the loop disagree");
        }
    }
    let (work, events) = ("fraud job", data.transactions.len() as u64);
    print_pair(work, events, &by_hand, &[("millstream", &one), ("millstream ×2", &two)]);
    Ok(())
}

fn features() -> millstream::Result<()> {
    let transactions = transactions()?.transactions;
    let mut by_hand = Rounds::default();
    let (mut one, mut two) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let (spent, expected) = cost(|| features::by_hand(&transactions));
        by_hand.add(spent);
        for (instances, rounds) in [(1, &mut one), (2, &mut two)] {
            let copy = transactions.clone();
            let (spent, found) = cost(|| block_on(features::job(copy, instances)));
            rounds.add(spent);
            assert_eq!(found?.len(), expected.len(), "the job and the loop disagree");
        }
    }
    let (work, events) = ("card features", transactions.len() as u64);
    print_pair(work, events, &by_hand, &[("millstream", &one), ("millstream ×2", &two)]);
    Ok(())
}

fn print_pair(work: &str, events: u64, by_hand: &Rounds, systems: &[(&str, &Rounds)]) {
    for (system, rounds) in [("loop", by_hand)].iter().chain(systems) {
        println!("{}", Row { work, system, events, rounds, baseline: by_hand });
    }
}

/// The files named on the command line.
fn files() -> Option<(PathBuf, PathBuf)> {
    Some((value("--input")?.into(), value("--terminals")?.into()))
}

/// The value of an option of the command line.
fn value(option: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != option).nth(1)
}
