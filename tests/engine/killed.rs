//! A durable job in a process of its own, killed again and again, on real files.

use crate::support::mixed;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Names the folder of the job to the process that runs it.
const FOLDER: &str = "MILLSTREAM_KILLED_IN";

/// How many transactions there are.
const TRANSACTIONS: u64 = 150_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transaction {
    id: u64,
    card: u32,
    cents: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Total {
    id: u64,
    card: u32,
    cents: u64,
}

#[operator]
async fn total_of_card(transaction: Transaction, cents: &mut u64) -> Total {
    *cents += transaction.cents;
    Total { id: transaction.id, card: transaction.card, cents: *cents }
}

fn transaction(id: u64) -> Transaction {
    let bits = mixed(id);
    Transaction { id, card: (bits % 1_000) as u32, cents: bits >> 32 & 0xffff }
}

fn job(folder: &Path) -> Topology {
    topology!(
        job("totals", at_least_once),
        transactions = source(csv_file(folder.join("transactions.csv"))),
        totals = transactions >> by(|it: &Transaction| it.card) >> total_of_card * 2,
        totals >> sink(csv_file(folder.join("totals.csv"))),
    )
}

/// Not a test: the job of the test below, in the process that it kills.
#[test]
#[ignore = "run by another test"]
fn the_job_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let config = Config::default().checkpoints(folder.join("checkpoints"));
    let config = config.checkpoint_every(Duration::from_millis(15));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(job(&folder).run(config)).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "this is the output of a process")]
fn child(folder: &Path) -> std::process::Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["killed::the_job_that_is_killed", "--exact", "--ignored", "--nocapture"]);
    let output = std::fs::File::create(folder.join("output.txt")).unwrap();
    let errors = output.try_clone().unwrap();
    command.env(FOLDER, folder).stdout(Stdio::from(output)).stderr(Stdio::from(errors));
    command.spawn().unwrap()
}

#[test]
fn a_process_that_is_killed_loses_nothing_and_counts_nothing_twice() {
    let wanted = std::env::var("MILLSTREAM_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let (mut kills, mut seed) = (0, 7);
    // On a fast machine a job may come to its end before it is killed.
    for _job in 0..10 * wanted {
        if kills < wanted {
            kills += kills_until_it_ends(wanted - kills, &mut seed);
        }
    }
    assert_eq!(kills, wanted);
}

/// Kills a job at most so many times before it ends, and compares what it has written.
fn kills_until_it_ends(wanted: u32, seed: &mut u64) -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut input = String::from("id,card,cents\n");
    for Transaction { id, card, cents } in (0..TRANSACTIONS).map(transaction) {
        input.push_str(&format!("{id},{card},{cents}\n"));
    }
    std::fs::write(folder.join("transactions.csv"), input).unwrap();
    let mut kills = 0;
    while kills < wanted {
        *seed = mixed(*seed);
        let mut job = child(folder);
        std::thread::sleep(Duration::from_millis(30 + *seed % 250));
        if job.try_wait().unwrap().is_some() {
            break;
        }
        job.kill().unwrap();
        job.wait().unwrap();
        kills += 1;
    }
    let ended = child(folder).wait().unwrap();
    let output = std::fs::read_to_string(folder.join("output.txt")).unwrap();
    assert!(ended.success(), "after {kills} kills: {output}");
    let mut sums = BTreeMap::<u32, u64>::new();
    let expected = (0..TRANSACTIONS).map(transaction).map(|Transaction { id, card, cents }| {
        let sum = sums.entry(card).or_default();
        *sum += cents;
        (id, card, *sum)
    });
    let expected: BTreeSet<(u64, u32, u64)> = expected.collect();
    let written = std::fs::read_to_string(folder.join("totals.csv")).unwrap();
    let rows: Vec<_> = written.lines().skip(1).map(row).collect();
    let found: BTreeSet<_> = rows.iter().copied().collect();
    println!("{kills} kills, {} rows, {} of them twice", rows.len(), rows.len() - found.len());
    assert!(found == expected, "{} of {} rows", found.intersection(&expected).count(), found.len());
    kills
}

fn row(line: &str) -> (u64, u32, u64) {
    let mut fields = line.split(',');
    let mut next = || fields.next().unwrap_or_else(|| panic!("{line:?}"));
    let row = (next().parse(), next().parse(), next().parse());
    let (Ok(id), Ok(card), Ok(cents)) = row else { panic!("{line:?}") };
    (id, card, cents)
}
