//! Files to which the sink of a durable job adds, when the job dies before its first checkpoint.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::prelude::*;
use millstream::{ErrorKind, Result};
use std::fs;
use std::path::Path;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Row {
    number: u64,
    text: String,
}

fn row(number: &u64) -> Row {
    // With what would end a record, were it not within quotes.
    Row { number: *number, text: format!("\"{number}\"\n,") }
}

fn job(path: &Path, end: u64, pause: Option<u64>) -> Topology {
    let numbers = Upto { end, pause };
    if path.extension().is_some_and(|ending| ending == "csv") {
        return topology!(
            job("appended", at_least_once),
            numbers = source(numbers),
            rows = numbers >> map(|number| row(&number)) >> sink(csv_file(path).append()),
        );
    }
    topology!(
        job("appended", at_least_once),
        numbers = source(numbers),
        rows = numbers >> map(|number| row(&number)) >> sink(jsonl_file(path).append()),
    )
}

/// The rows in a file.
async fn rows(path: &Path) -> Vec<Row> {
    let rows = Collected::new();
    let topology = if path.extension().is_some_and(|ending| ending == "csv") {
        topology!(source(csv_file(path)) >> sink(rows.sink()))
    } else {
        topology!(source(jsonl_file(path)) >> sink(rows.sink()))
    };
    // Files are read by a thread, for which a paused clock does not wait.
    crate::support::run_on_disk(topology, Config::default()).await.unwrap();
    rows.take()
}

/// Starts a job that is killed before it takes a checkpoint, and after it has written.
async fn killed(path: &Path, checkpoints: &tempfile::TempDir) {
    let config = config(checkpoints).checkpoint_every(Duration::from_secs(3_600));
    let mut job = job(path, u64::MAX, Some(3)).start(config).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    job.abort();
    assert_eq!(settled(job.wait()).await.unwrap_err().kind(), ErrorKind::Aborted);
}

fn start_again(path: &Path, checkpoints: &tempfile::TempDir) -> Result<Job> {
    job(path, 100, None).start(config(checkpoints))
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_not_written_to_its_end_is_removed() {
    let before = "{\"number\":7,\"text\":\"seven\"}\n";
    for (name, before) in [
        ("a.jsonl", None),
        ("a.jsonl", Some("")),
        ("a.jsonl", Some(before)),
        ("a.jsonl", Some(before.trim_end())),
        ("a.csv", None),
        ("a.csv", Some("")),
        ("a.csv", Some("number,text\n")),
        ("a.csv", Some("number,text\n7,seven\n")),
        ("a.csv", Some("number,text\n7,seven")),
    ] {
        let (folder, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = folder.path().join(name);
        before.iter().for_each(|text| fs::write(&path, text).unwrap());
        killed(&path, &whole).await;
        let bytes = fs::read(&path).unwrap();
        let length = before.map_or(0, str::len);
        assert!(bytes.len() > length + 200, "{} bytes", bytes.len());
        let seven = before.is_some_and(|text| text.contains("seven"));
        // As a process leaves it that is killed while it writes.
        for left in (length..length + 60).step_by(7).chain([bytes.len() - 2, bytes.len()]) {
            let checkpoints = tempfile::tempdir().unwrap();
            for file in fs::read_dir(whole.path()).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), checkpoints.path().join(file.file_name())).unwrap();
            }
            fs::write(&path, &bytes[..left]).unwrap();
            settled(start_again(&path, &checkpoints).unwrap().wait()).await.unwrap();
            let mut found = rows(&path).await;
            if seven {
                assert_eq!(found.remove(0), Row { number: 7, text: "seven".into() });
            }
            let again = found.split_off(found.len() - 100);
            assert_eq!(again, (0..100).map(|n| row(&n)).collect::<Vec<_>>(), "{name}, {left}");
            let kept: Vec<_> = (0..found.len() as u64).map(|n| row(&n)).collect();
            assert_eq!(found, kept, "{name}, {left}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_changed_before_what_the_job_has_added_is_refused() {
    let (folder, checkpoints) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("a.jsonl");
    fs::write(&path, "{\"number\":7,\"text\":\"seven\"}\n").unwrap();
    killed(&path, &checkpoints).await;
    let bytes = fs::read(&path).unwrap();
    for change in 0..3 {
        let mut changed = bytes.clone();
        match change {
            0 => changed[10] ^= 1,
            1 => changed.truncate(20),
            _ => changed = b"something else that is quite long, and of somebody else\n".to_vec(),
        }
        fs::write(&path, &changed).unwrap();
        let error = start_again(&path, &checkpoints).unwrap_err();
        assert_eq!((error.kind(), error.node()), (ErrorKind::Sink, Some("rows")));
        let text = error.to_string();
        assert!(
            text.contains(&format!("cannot continue with `{}`: it ", path.display())),
            "{text}"
        );
        assert!(text.ends_with("or start the job without its checkpoints"), "{text}");
        assert_eq!(fs::read(&path).unwrap(), changed, "it stays as it is");
    }
    fs::write(&path, &bytes).unwrap();
    settled(start_again(&path, &checkpoints).unwrap().wait()).await.unwrap();
}
