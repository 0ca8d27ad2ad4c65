//! Queries at one instance beside hand-written loops.

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

/// Lets loop and job take turns, and prints what they took.
fn measure(
    query: &str,
    work: &str,
    events: &[Event],
    rounds: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let (loop_work, job) = works(query);
    let (mut by_hand, mut ours) = (Rounds::default(), Rounds::default());
    for _ in 0..rounds {
        // Clones are made before the clock runs: both take their events by value.
        let copy = events.to_vec();
        let (spent, expected) = cost(|| loop_work(copy));
        by_hand.add(spent);
        let copy = events.to_vec();
        let (spent, found) = cost(|| job(copy));
        ours.add(spent);
        if expected? != found? {
            return Err(format!("{work}: the job and the loop disagree").into());
        }
    }
    let (events, baseline) = (events.len() as u64, &by_hand);
    for (system, rounds) in [("loop", &by_hand), ("millstream", &ours)] {
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

/// Loop and job of a query.
macro_rules! pair {
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
        (loop_work, job)
    }};
}

fn works(name: &str) -> (Work, Work) {
    match name {
        "q1" => pair!(q01::q1),
        "q2" => pair!(q02::q2),
        "q3" => pair!(q03::q3),
        "q5" => pair!(q05::q5),
        "q7" => pair!(q07::q7),
        _ => pair!(q08::q8),
    }
}
