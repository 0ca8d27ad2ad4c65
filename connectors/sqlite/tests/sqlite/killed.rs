//! Processes that write to one database, killed again and again.

use crate::{Event, TABLE, events_in, written};
use millstream::prelude::*;
use millstream_sqlite::sqlite;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Names the folder, the sink and the number of instances to a process that runs the job.
const FOLDER: &str = "MILLSTREAM_SQLITE_FOLDER";
const NAME: &str = "MILLSTREAM_SQLITE_NAME";
const INSTANCES: &str = "MILLSTREAM_SQLITE_INSTANCES";

const PAYMENTS: u64 = 30_000;
const CARDS: u64 = 100;

#[operator]
async fn total_of_card(payment: u64, cents: &mut u64) -> (u64, u64) {
    *cents += payment % 1_000;
    (payment, *cents)
}

/// Lets a second pass for every ten thousand payments.
#[operator]
async fn paced(payment: u64) -> u64 {
    if payment.is_multiple_of(100) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    payment
}

/// What the process of this name writes of a payment.
fn line(name: &str, (payment, cents): (u64, u64)) -> Event {
    (payment, format!("{name}: {cents}"))
}

/// Not a test: the job of the test below, in the processes that it kills.
#[test]
#[ignore = "run by another test"]
fn the_job_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let name = std::env::var(NAME).unwrap();
    let instances: usize = std::env::var(INSTANCES).unwrap().parse().unwrap();
    let config = Config::default().checkpoints(folder.join(&name));
    let config = config.checkpoint_every(Duration::from_millis(15));
    let rows = events_in(sqlite(folder.join("out.db")).setup(TABLE), &name);
    let topology = topology!(
        job("totals", exactly_once),
        payments = source(from_iter_again(0..PAYMENTS)),
        paced = payments >> paced,
        totals = paced >> by(|payment| payment % CARDS) >> total_of_card * instances,
        lines = totals >> map(move |total| line(&name, total)),
        lines >> sink(rows),
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(topology.run(config)).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "this is the output of a process")]
fn child(folder: &Path, name: &str, instances: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["killed::the_job_that_is_killed", "--exact", "--ignored", "--nocapture"]);
    let output = std::fs::File::create(folder.join(format!("{name}.txt"))).unwrap();
    let errors = output.try_clone().unwrap();
    command.env(FOLDER, folder).env(NAME, name).env(INSTANCES, instances.to_string());
    command.stdout(Stdio::from(output)).stderr(Stdio::from(errors)).spawn().unwrap()
}

/// The same numbers in every run.
fn mixed(seed: u64) -> u64 {
    let bits = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

#[test]
fn two_processes_that_are_killed_write_each_row_of_theirs_once_to_one_database() {
    let wanted = std::env::var("MILLSTREAM_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let folder = tempfile::tempdir().unwrap();
    let (folder, names) = (folder.path(), ["first", "second"]);
    let (mut kills, mut seed) = (0, 7);
    let mut running: Vec<Child> = names.iter().map(|name| child(folder, name, 1)).collect();
    while kills < wanted && running.iter_mut().all(|job| job.try_wait().unwrap().is_none()) {
        seed = mixed(seed + 1);
        std::thread::sleep(Duration::from_millis(50 + seed % 300));
        let at = (seed >> 32) as usize % 2;
        running[at].kill().unwrap();
        running[at].wait().unwrap();
        running[at] = child(folder, names[at], 1 + (seed >> 40) % 3);
        kills += 1;
    }
    for (job, name) in running.iter_mut().zip(names) {
        let ended = job.wait().unwrap();
        let output = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
        assert!(ended.success(), "`{name}` after {kills} kills: {output}");
    }
    let mut sums = vec![0; CARDS as usize];
    let totals = (0..PAYMENTS).map(|payment| {
        let sum: &mut u64 = &mut sums[(payment % CARDS) as usize];
        *sum += payment % 1_000;
        (payment, *sum)
    });
    let totals: Vec<(u64, u64)> = totals.collect();
    let lines = |total: &(u64, u64)| names.map(|name| line(name, *total));
    let mut expected: Vec<Event> = totals.iter().flat_map(lines).collect();
    expected.sort();
    let found = written(&folder.join("out.db"));
    println!("{kills} kills, {} rows", found.len());
    assert!(found == expected, "{} rows, expected {}", found.len(), expected.len());
    assert!(kills >= 2, "{kills} kills");
}
