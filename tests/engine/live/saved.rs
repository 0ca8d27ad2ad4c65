//! What of a node is in the last checkpoint.

use super::node;
use crate::durable::{Upto, config};
use crate::support::{BATCHES, numbered};
use futures::StreamExt;
use millstream::checkpoint::{Inspection, inspect};
use millstream::metrics::LiveMetrics;
use millstream::prelude::*;
use std::sync::Arc;
use std::time::Duration;

fn job(of: Upto, instances: usize) -> Topology {
    topology!(
        job("saved", at_least_once),
        numbers = source(of),
        counted = numbers >> by(|number| number % 50) >> numbered * instances,
        counted >> ignore,
    )
}

/// The bytes of a node in the files that a job continues from, as the files themselves say.
fn in_files(found: &Inspection, name: &str) -> u64 {
    let line = &found.start.as_ref().unwrap().files;
    let files = found.files.iter().filter(|file| line.contains(&file.name));
    let nodes = files.flat_map(|file| &file.nodes).filter(|saved| saved.node == name);
    nodes.map(|saved| saved.bytes).sum()
}

fn sizes(live: &LiveMetrics, name: &str) -> Vec<Option<u64>> {
    node(live, name).instances.iter().map(|one| one.state_bytes).collect()
}

/// Runs a job for some time, and returns what was seen last.
async fn suspended(topology: Topology, config: Config, after: Duration) -> Arc<LiveMetrics> {
    let mut job = topology.start(config).unwrap();
    let mut watch = job.watch();
    assert_eq!(sizes(&watch.latest(), "counted"), vec![None; 3], "there is no checkpoint yet");
    tokio::time::sleep(after).await;
    job.suspend().await.unwrap();
    while watch.next().await.is_some() {}
    watch.latest()
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_node_is_as_large_as_the_files_say() {
    for batch in BATCHES {
        let directory = tempfile::tempdir().unwrap();
        let config = || config(&directory).batch(batch);
        let first = || Upto { end: 100_000, pause: Some(3) };
        // Five checkpoints: too few to be merged.
        let live = suspended(job(first(), 3), config(), Duration::from_millis(45)).await;
        let found = inspect(directory.path()).unwrap();
        let shown = sizes(&live, "counted");
        assert!(shown.iter().all(|bytes| bytes.unwrap() > 0), "{shown:?}");
        assert_eq!(shown.iter().flatten().sum::<u64>(), in_files(&found, "counted"), "{found}");
        assert!(sizes(&live, "numbers")[0].unwrap() > 0, "the position of the source");
        assert_eq!(sizes(&live, "counted_ignored"), [None], "it keeps nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_replaced_is_no_longer_part_of_it_once_files_are_merged() {
    let directory = tempfile::tempdir().unwrap();
    for after in [1_000, 500] {
        let first = Upto { end: 1_000_000, pause: Some(10) };
        let after = Duration::from_millis(after);
        let live = suspended(job(first, 3), config(&directory), after).await;
        let start = inspect(directory.path()).unwrap().start.unwrap();
        let rows = start.nodes.iter().find(|saved| saved.node == "counted").unwrap();
        let shown: u64 = sizes(&live, "counted").iter().flatten().sum();
        // Each of at most 17 files has all rows, which are written with their lengths.
        assert!((rows.bytes..=2 * 17 * rows.bytes).contains(&shown), "{shown} for {rows:?}");
    }
}
