//! What it costs to watch a job: the keyed count at two instances, with one viewer and without.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin sight
//! ```
//! The two take turns, and the medians of their CPU times are compared. An argument is the number of
//! rounds.

use futures::StreamExt;
use millstream::prelude::*;
use millstream_benches::measure::{Rounds, block_on, cost};
use millstream_benches::stateless::{Event, Input};
use std::sync::Arc;

/// Events in memory, how often they are read, and their keys: a few seconds on two cores.
const INPUT: (u64, u64, u64) = (1_000_000, 60, 100_000);

#[operator]
async fn count(event: Event, seen: &mut u64) -> Option<u64> {
    *seen += 1;
    (*seen ^ event.key).is_multiple_of(65_536).then_some(*seen)
}

/// Runs the job; returns how many seconds a viewer saw.
async fn job(input: Input, viewers: usize) -> millstream::Result<usize> {
    let topology = topology!(
        job("keyed"),
        source(from_iter(input)) >> by(|event| event.key) >> count * 2 >> ignore,
    );
    let mut job = topology.start(Config::default())?;
    let watches: Vec<_> = (0..viewers).map(|_| job.watch()).collect();
    let seen = futures::future::join_all(watches.into_iter().map(|watch| async move {
        watch
            .map(|live| live.to_string().len())
            .filter(|shown| std::future::ready(*shown > 0))
            .count()
            .await
    }));
    let (ended, seen) = tokio::join!(job.wait(), seen);
    ended.map(|()| seen.into_iter().sum())
}

fn main() {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let (events, times, keys) = INPUT;
    let input = Arc::new(Input::new(events, keys, times));
    let (mut plain, mut watched) = (Rounds::default(), Rounds::default());
    for round in 0..rounds {
        for turn in 0..2 {
            let viewers = (round + turn) % 2;
            let input = Input::clone(&input);
            let (cost, seen) = cost(|| block_on(job(input, viewers)));
            let seen = seen.unwrap_or_else(|error| panic!("{error:#}"));
            println!(
                "viewers {viewers}: CPU {:?}, wall {:?}, seconds seen {seen}",
                cost.cpu, cost.wall
            );
            if viewers == 0 { plain.add(cost) } else { watched.add(cost) }
        }
    }
    let (one, none) = (watched.median().cpu, plain.median().cpu);
    println!("medians: {none:?} without, {one:?} with a viewer");
    println!("CPU with a viewer ÷ without: {:.4}", watched.cpu_ratio(&plain));
    println!("throughput with a viewer ÷ without: {:.4}", watched.throughput_ratio(&plain));
}
