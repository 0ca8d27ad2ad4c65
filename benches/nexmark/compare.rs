//! Queries at one instance beside hand-written loops.

#[cfg(feature = "peers")]
use super::{renoir, timely};
use millstream::prelude::*;
use millstream_benches::measure::{HEAD, Rounds, Row, block_on, cost};
use millstream_benches::nexmark::{by_hand, events, q01, q02, q03, q05, q07, q08, without_texts};
use millstream_benches::stateless::Checksum;
use nexmark::event::Event;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The queries that have a loop, with the most CPU time they should take, as a multiple of the
/// loop's.
const GOALS: [(&str, f64); 6] =
    [("q1", 1.05), ("q2", 1.05), ("q3", 1.3), ("q5", 1.2), ("q7", 1.3), ("q8", 1.3)];

/// A piece of work on the events, with its checksum.
type Work = fn(Vec<Event>) -> Result<u64, millstream::Error>;

/// Measures one query, or all that have a loop, and prints the table.
///
/// # Errors
/// If the query has no loop, a job fails, or job and loop disagree.
pub fn compare(
    query: Option<String>,
    count: usize,
    rounds: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let wanted = |name: &str| query.as_deref().is_none_or(|query| query == name);
    let chosen: Vec<_> = GOALS.into_iter().filter(|(name, _)| wanted(name)).collect();
    if chosen.is_empty() {
        let name = query.unwrap_or_default();
        return Err(
            format!("{name} has no loop to compare with: take q1, q2, q3, q5, q7 or q8").into()
        );
    }
    println!("{HEAD}");
    let events = events(count);
    for (name, _) in &chosen {
        measure(name, name, &events, rounds)?;
    }
    let events = without_texts(events);
    for (name, goal) in &chosen {
        measure(name, &format!("{name} without texts"), &events, rounds)?;
        println!("| {name} without texts | goal | | | {goal:.2} | |");
    }
    Ok(())
}

/// Lets all systems take turns, and prints what they took.
fn measure(
    query: &str,
    work: &str,
    events: &[Event],
    rounds: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let systems = works(query);
    let mut spent: Vec<Rounds> = systems.iter().map(|_| Rounds::default()).collect();
    for _ in 0..rounds {
        let mut expected = None;
        for ((system, run), rounds) in systems.iter().zip(&mut spent) {
            // Clones are made before the clock runs: all take their events by value.
            let copy = events.to_vec();
            let (spent, found) = cost(|| run(copy));
            rounds.add(spent);
            let found = found?;
            if *expected.get_or_insert(found) != found {
                return Err(format!("{work}: {system} and the loop disagree").into());
            }
        }
    }
    let Some(baseline) = spent.first() else { return Ok(()) };
    let events = events.len() as u64;
    for ((system, _), rounds) in systems.iter().zip(&spent) {
        println!("{}", Row { work, system, events, rounds, baseline });
    }
    Ok(())
}

/// What tells a row from others, at little cost.
trait Digest {
    fn digest(&self) -> u64;
}

macro_rules! digests {
    ($($row:ty: |$one:ident| $digest:expr;)+) => {$(
        impl Digest for $row {
            fn digest(&self) -> u64 {
                let $one = self;
                $digest
            }
        }
    )+};
}
digests! {
    q01::Row: |row| row.auction as u64 ^ row.bidder as u64 ^ row.price.to_bits() ^ row.date_time;
    q02::Row: |row| row.auction as u64 ^ row.price as u64;
    q03::Row: |row| row.id as u64 ^ (row.name.len() + row.city.len() + row.state.len()) as u64;
    q05::Row: |row| row.auction as u64 ^ (row.num << 32) ^ row.window_start;
    millstream_benches::nexmark::PlainBid:
        |row| row.auction as u64 ^ row.bidder as u64 ^ row.price as u64 ^ row.date_time;
    q08::Row: |row| row.id as u64 ^ row.name.len() as u64 ^ row.window_start;
}

/// A query in all systems, the loop first.
macro_rules! systems {
    ($module:ident::$query:ident) => {{
        let loop_work: Work = |events| {
            let result = Arc::new(AtomicU64::new(0));
            let mut sum = Checksum::new(&result);
            by_hand::$query(events, |row| sum.add(row.digest()));
            drop(sum);
            Ok(result.load(Ordering::Relaxed))
        };
        let job: Work = |events| {
            let result = Arc::new(AtomicU64::new(0));
            let mut sum = Checksum::new(&result);
            let rows = for_each(move |row| {
                let sum = &mut sum;
                sum.add(Digest::digest(&row));
            });
            let topology = $module::$query(from_iter(events), rows, 1);
            block_on(async move { topology.run(Config::default()).await })?;
            Ok(result.load(Ordering::Relaxed))
        };
        #[cfg(feature = "peers")]
        let in_timely: Work = |events| {
            let result = Arc::new(AtomicU64::new(0));
            let mut sum = Checksum::new(&result);
            timely::run(events, timely::$query, move |row| sum.add(row.digest()));
            Ok(result.load(Ordering::Relaxed))
        };
        #[cfg(feature = "peers")]
        let in_renoir: Work = |events| Ok(renoir::run(events, renoir::$query, Digest::digest));
        vec![
            ("loop", loop_work),
            ("millstream", job),
            #[cfg(feature = "peers")]
            ("timely", in_timely),
            #[cfg(feature = "peers")]
            ("renoir", in_renoir),
        ]
    }};
}

fn works(name: &str) -> Vec<(&'static str, Work)> {
    match name {
        "q1" => systems!(q01::q1),
        "q2" => systems!(q02::q2),
        "q3" => systems!(q03::q3),
        "q5" => systems!(q05::q5),
        "q7" => systems!(q07::q7),
        _ => systems!(q08::q8),
    }
}
