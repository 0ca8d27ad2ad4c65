//! Jobs whose checkpoints are in an object store: in memory, and in synced local files.

use millstream::ErrorKind;
use millstream::checkpoint::inspect_store;
use millstream::connector::csv::csv_parts;
use millstream::prelude::*;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const END: u64 = 40_000;
const KEYS: u64 = 7;

/// How many numbers of its key there were, up to and with this one.
#[operator]
async fn counted(number: u64, seen: &mut u64) -> (u64, u64) {
    *seen += 1;
    (number, *seen)
}

/// Lets a millisecond pass for every hundred numbers.
#[operator]
async fn paced(number: u64) -> u64 {
    if number.is_multiple_of(100) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    number
}

/// What an uninterrupted job writes, in order.
fn expected() -> Vec<(u64, u64)> {
    (0..END).map(|number| (number, number / KEYS + 1)).collect()
}

fn config(store: &Arc<dyn ObjectStore>) -> Config {
    let config = Config::default().checkpoint_store(Arc::clone(store), "jobs/counting");
    config.checkpoint_every(Duration::from_millis(3))
}

fn writing(output: &Path, instances: usize) -> Topology {
    topology!(
        job("counting", exactly_once),
        numbers = source(from_iter_again(0..END)),
        paced = numbers >> paced,
        counts = paced >> by(|number| number % KEYS) >> counted * instances,
        counts >> sink(csv_parts(output).headerless()),
    )
}

/// The rows that are visible, in order.
fn written(output: &Path) -> Vec<(u64, u64)> {
    let files = std::fs::read_dir(output).unwrap().map(|file| file.unwrap().path());
    let visible = files.filter(|path| path.extension().is_some_and(|end| end == "csv"));
    let text: String = visible.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let row = |line: &str| {
        let (number, seen) = line.split_once(',').unwrap();
        (number.parse().unwrap(), seen.parse().unwrap())
    };
    let mut rows: Vec<_> = text.lines().map(row).collect();
    rows.sort_unstable();
    rows
}

async fn continues_with_other_instances(store: Arc<dyn ObjectStore>) {
    let output = tempfile::tempdir().unwrap();
    let topology = |instances| writing(output.path(), instances);
    assert!(topology(1).state_plan(&config(&store)).unwrap().is_none());
    for instances in [1, 3, 2] {
        let mut job = topology(instances).start(config(&store)).unwrap();
        tokio::time::sleep(Duration::from_millis(8)).await;
        job.suspend().await.unwrap();
    }
    let suspended = written(output.path()).len();
    assert!((1..expected().len()).contains(&suspended), "{suspended} rows");
    let found = inspect_store(Arc::clone(&store), "jobs/counting").unwrap();
    let start = found.start.unwrap();
    assert!(start.nodes.iter().any(|state| (&*state.node, state.rows) == ("counts", KEYS)));
    let plan = topology(4).state_plan(&config(&store)).unwrap().unwrap();
    assert!(plan.nodes.iter().any(|state| state.node == "counts"));
    topology(4).run(config(&store)).await.unwrap();
    assert!(written(output.path()) == expected());
}

#[tokio::test(start_paused = true)]
async fn a_job_continues_from_a_store_in_memory_with_other_instances() {
    continues_with_other_instances(Arc::new(InMemory::new())).await;
}

#[tokio::test(start_paused = true)]
async fn a_job_continues_from_synced_local_files_with_other_instances() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalFileSystem::new_with_prefix(folder.path()).unwrap().with_fsync(true);
    continues_with_other_instances(Arc::new(store)).await;
}

#[tokio::test(start_paused = true)]
async fn a_second_process_takes_over_and_the_first_ends_at_its_next_checkpoint() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let rows = Collected::new();
    let topology = || {
        topology!(
            job("counting", at_least_once),
            numbers = source(from_iter_again(0..END)),
            paced = numbers >> paced,
            counts = paced >> by(|number| number % KEYS) >> counted * 2,
            counts >> sink(rows.sink()),
        )
    };
    let mut first = topology().start(config(&store)).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut second = topology().start(config(&store)).unwrap();
    let (first, second) = tokio::join!(first.wait(), second.wait());
    assert_eq!(first.unwrap_err().kind(), ErrorKind::TakenOver);
    second.unwrap();
    let rows: BTreeSet<(u64, u64)> = rows.take().into_iter().collect();
    assert!(rows.into_iter().eq(expected()), "state counts each number once, in both");
}
