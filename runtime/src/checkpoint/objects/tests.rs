//! Checkpoints in an object store in memory.

use super::*;
use crate::checkpoint::CheckpointDirectory;
use crate::checkpoint::manifest::{Manifest, NodeSaved};
use crate::checkpoint::part::{PartContent, PartKind, SavedPart};
use crate::env::Env;
use crate::error::{ErrorKind as JobErrorKind, Result as JobResult};
use object_store::memory::InMemory;

const JOB: &str = "counts";

fn root() -> &'static Path {
    Path::new("jobs/counts")
}

/// The environment of a process, by its number.
fn process(store: &Arc<InMemory>, number: u64) -> Env {
    let store: Arc<dyn ObjectStore> = store.clone();
    let files = ObjectFiles::open(store, root(), number).unwrap();
    Env::system().with_files(files).seeded(number)
}

/// A directory as a process has it, its newest checkpoint looked for.
fn taken(env: &Env) -> (CheckpointDirectory, Option<(u64, Vec<u8>)>) {
    let directory = CheckpointDirectory::open(env, root(), JOB).unwrap();
    let newest = directory.latest().unwrap().map(|found| {
        let wholes = found.whole("lines", PartKind::Source).unwrap();
        (found.epoch(), wholes.into_iter().next().unwrap().1)
    });
    (directory, newest)
}

/// The result of a request of a test.
fn now<R: Send>(work: impl AsyncFnOnce() -> object_store::Result<R> + Send) -> R {
    Blocking::start().unwrap().wait(async || work().await.map_err(failed)).unwrap()
}

/// Puts an object where an entry of the log is.
fn put(store: &InMemory, number: u64, object: Vec<u8>) {
    let at = key(root(), "log").join(format!("{number:020}"));
    now(async || store.put(&at, object.into()).await);
}

fn write(directory: &CheckpointDirectory, epoch: u64) -> JobResult<()> {
    let node = NodeSaved { name: "lines".into(), instances: 1, ..NodeSaved::default() };
    let manifest = Manifest {
        job: JOB.into(),
        epoch,
        key_groups: 8,
        delivery: "at_least_once".into(),
        nodes: vec![node],
        ..Manifest::default()
    };
    let content = PartContent::Whole(bytes(epoch));
    let part = SavedPart { node: "lines".into(), instance: 0, kind: PartKind::Source, content };
    directory.write(&manifest, &[part]).map(drop)
}

/// What a checkpoint contains: more than one request reads.
fn bytes(epoch: u64) -> Vec<u8> {
    (0..epoch * 100_000).map(|at| (at * epoch).to_le_bytes()[0]).collect()
}

#[test]
fn checkpoints_are_written_merged_and_found_by_the_next_process() {
    let store = Arc::new(InMemory::new());
    let first = process(&store, 1);
    let (directory, newest) = taken(&first);
    assert_eq!(newest, None);
    for epoch in 1..=20 {
        write(&directory, epoch).unwrap();
        if epoch % 7 == 0 {
            assert!(directory.compact().unwrap());
        }
    }
    directory.describe(&Manifest { job: JOB.into(), ..Manifest::default() });
    assert_eq!(taken(&process(&store, 2)).1, Some((20, bytes(20))));
    let last = write(&taken(&process(&store, 3)).0, 120);
    last.unwrap();
    assert_eq!(taken(&process(&store, 4)).1, Some((120, bytes(120))));
    let plain = now(async || store.head(&key(root(), "job.txt")).await);
    assert!(plain.size > 0);
}

#[test]
fn a_process_whose_checkpoints_were_taken_over_publishes_nothing_any_more() {
    let store = Arc::new(InMemory::new());
    let (first, _) = taken(&process(&store, 1));
    (1..=2).for_each(|epoch| write(&first, epoch).unwrap());
    let (second, newest) = taken(&process(&store, 2));
    assert_eq!(newest, Some((2, bytes(2))));
    for epoch in 3..=5 {
        let error = write(&first, epoch).unwrap_err();
        assert_eq!(error.kind(), JobErrorKind::TakenOver, "{error}");
    }
    assert_eq!(first.compact().unwrap_err().kind(), JobErrorKind::TakenOver);
    write(&second, 3).unwrap();
    second.compact().unwrap();
    assert_eq!(taken(&process(&store, 3)).1, Some((3, bytes(3))));
}

#[test]
fn a_process_that_has_checked_its_fence_and_waits_is_shut_out_too() {
    let store = Arc::new(InMemory::new());
    let slow = process(&store, 1);
    let (first, _) = taken(&slow);
    write(&first, 1).unwrap();
    // All that precedes the last step: the file is whole, and nobody has taken over.
    let unfinished = root().join("00000000000000000002.1.tmp");
    slow.files().create(&unfinished).unwrap().write_all(b"a checkpoint").unwrap();
    first.check_owner().unwrap();
    let (second, newest) = taken(&process(&store, 2));
    assert_eq!(newest, Some((1, bytes(1))));
    for epoch in [2, 3, 7] {
        let name = root().join(format!("{epoch:020}.delta"));
        let error = slow.files().rename(&unfinished, &name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    }
    write(&second, 2).unwrap();
    assert_eq!(taken(&process(&store, 3)).1, Some((2, bytes(2))));
    // Also once everything that the second has written is merged and deleted.
    assert!(slow.files().rename(&unfinished, &root().join("00000000000000000009.delta")).is_err());
}

#[test]
fn an_attempt_that_took_effect_and_seemed_to_fail_is_no_takeover() {
    let store = Arc::new(InMemory::new());
    let env = process(&store, 1);
    let (directory, _) = taken(&env);
    write(&directory, 1).unwrap();
    // The same process, before it learns that its request was accepted.
    let files = ObjectFiles::open(store.clone(), root(), 1).unwrap();
    let at = 1 + files.with_log(async |log| log.names().await).unwrap().len() as u64;
    let mut object = b"MLLSLOG1".to_vec();
    object.extend(1_u64.to_le_bytes());
    object.resize(log::HEAD, 0);
    put(&store, at, object);
    write(&directory, 2).unwrap();
    assert_eq!(taken(&process(&store, 2)).1, Some((2, bytes(2))));
}

#[test]
fn a_damaged_checkpoint_is_skipped_and_abandoned_for_good() {
    let store = Arc::new(InMemory::new());
    let (directory, _) = taken(&process(&store, 1));
    (1..=2).for_each(|epoch| write(&directory, epoch).unwrap());
    // The first entry has the generation, the next two the checkpoints.
    let at = key(root(), "log").join(format!("{:020}", 3));
    let mut damaged = now(async || store.get(&at).await?.bytes().await).to_vec();
    damaged[1_000] ^= 1;
    put(&store, 3, damaged);
    let (directory, newest) = taken(&process(&store, 2));
    assert_eq!(newest, Some((1, bytes(1))));
    write(&directory, 3).unwrap();
    let (directory, newest) = taken(&process(&store, 3));
    assert_eq!(newest, Some((3, bytes(3))));
    let names = directory.folder.names().unwrap();
    assert!(names.contains(&format!("{:020}.delta.abandoned", 2)), "{names:?}");
    assert!(!names.contains(&format!("{:020}.delta", 2)), "{names:?}");
}

#[test]
fn a_directory_of_another_job_is_refused_and_a_damaged_object_is_named() {
    let store = Arc::new(InMemory::new());
    write(&taken(&process(&store, 1)).0, 1).unwrap();
    let env = process(&store, 2);
    let error = CheckpointDirectory::open(&env, root(), "sums").unwrap_err().to_string();
    assert!(error.contains("are of the job \"counts\", not of \"sums\""), "{error}");
    put(&store, 9, vec![7; 500]);
    let error = CheckpointDirectory::open(&process(&store, 3), root(), JOB).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("`jobs/counts/log/00000000000000000009` is not an object of checkpoints"),
        "{error}"
    );
}
