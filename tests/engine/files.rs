//! Files: none is used twice or destroyed; parts, and files that grow and rotate.

use crate::support::{INSTANCES, run, sorted};
use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub fn folder() -> (TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name))
}

pub async fn all<T: Send + 'static, S: Source<T>>(source: S) -> (Vec<T>, Vec<Malformed>) {
    let (events, bad) = (Collected::new(), Collected::new());
    let topology = topology!(
        text = source(source),
        text >> sink(events.sink()),
        text.errors >> sink(bad.sink()),
    );
    run(topology, Config::default()).await.unwrap();
    (events.take(), bad.take())
}

pub async fn write<T: Send + 'static>(
    events: Vec<T>,
    sink: impl Sink<T>,
) -> millstream::Result<()> {
    run(topology!(source(from_iter(events)) >> sink(sink)), Config::default()).await.map(drop)
}

fn copy(from: &Path, to: &Path, instances: usize) -> Topology {
    topology!(
        orders = source(csv_file::<(u64, String)>(from)),
        copies = orders
            >> by(|(id, _): &(u64, String)| *id)
            >> map(|order| order) * instances
            >> sink(csv_file(to).replace()),
    )
}

async fn refused_untouched(topology: Topology, kept: &Path) -> Error {
    let before = fs::read(kept).unwrap();
    let error = run(topology, Config::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Topology, "{error}");
    assert!(error.to_string().contains("[M0421]"), "{error}");
    assert_eq!(fs::read(kept).unwrap(), before);
    error
}

#[tokio::test]
async fn a_job_that_would_write_its_input_is_refused_by_any_spelling() {
    let (_folder, path) = folder();
    let input = path("in.csv");
    fs::write(&input, "id,name\n1,a\n2,b\n").unwrap();
    fs::create_dir(path("sub")).unwrap();
    fs::hard_link(&input, path("hard.csv")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&input, path("soft.csv")).unwrap();
    for instances in INSTANCES {
        for spelling in ["in.csv", "./in.csv", "sub/../in.csv", "hard.csv", "soft.csv"] {
            let topology = copy(&input, &path(spelling), instances);
            let error = refused_untouched(topology, &input).await;
            let message = error.to_string();
            assert!(message.contains("`copies` writes the file that `orders` reads"), "{message}");
        }
        run(copy(&input, &path("out.csv"), instances), Config::default()).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_that_does_not_exist_yet_has_one_writer() {
    let (_folder, path) = folder();
    fs::write(path("there"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(path("out.jsonl"), path("link.jsonl")).unwrap();
    for other in ["out.jsonl", "./out.jsonl", "link.jsonl"] {
        let topology = topology!(
            numbers = source(from_iter(0..10_u64)),
            one = numbers >> sink(jsonl_file(path("out.jsonl"))),
            two = numbers >> sink(idempotent(jsonl_file(path(other)))),
        );
        let error = refused_untouched(topology, &path("there")).await;
        assert!(error.to_string().contains("`one` and `two` both write"), "{error}");
        assert!(!path("out.jsonl").exists());
    }
}

#[tokio::test]
async fn standard_streams_are_used_once() {
    let (_folder, path) = folder();
    fs::write(path("there"), "").unwrap();
    let topology = topology!(
        one = source(stdin_lines()),
        two = source(file_lines("-")),
        [one, two] >> ignore,
    );
    let error = refused_untouched(topology, &path("there")).await;
    assert!(error.to_string().contains("`one` and `two` both read `/dev/stdin`"), "{error}");
    let topology = topology!(
        numbers = source(from_iter(0..10_u64)),
        one = numbers >> sink(jsonl_stdout()),
        two = numbers >> sink(csv_file("-")),
    );
    refused_untouched(topology, &path("there")).await;
}

#[tokio::test]
async fn a_sink_keeps_a_file_that_exists_unless_it_is_to_append_or_replace() {
    let (_folder, path) = folder();
    for (name, instances) in [("a.jsonl", 1), ("b.csv", 4)] {
        let path = path(name);
        fs::write(&path, "column_1\n1\n").unwrap();
        let numbers = || source_of(instances);
        let kept = match name {
            "a.jsonl" => numbers().sink_to(jsonl_file(&path)).await,
            _ => numbers().sink_to(csv_file(&path)).await,
        };
        let error = kept.unwrap_err();
        assert_eq!((error.kind(), error.node()), (ErrorKind::Sink, Some("map_sink")));
        let message = error.to_string();
        assert!(message.contains("exists"), "{message}");
        assert!(message.contains("`.append()` or `.replace()`"), "{message}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "column_1\n1\n");
    }
    let csv = path("b.csv");
    write(vec![2, 3], csv_file(&csv).append()).await.unwrap();
    assert_eq!(fs::read_to_string(&csv).unwrap(), "column_1\n1\n2\n3\n");
    write(vec![4], csv_file(&csv).replace()).await.unwrap();
    assert_eq!(fs::read_to_string(&csv).unwrap(), "column_1\n4\n");
    // A line that was cut off does not run into the next.
    fs::write(&csv, "column_1\n4").unwrap();
    write(vec![5], csv_file(&csv).append()).await.unwrap();
    assert_eq!(fs::read_to_string(&csv).unwrap(), "column_1\n4\n5\n");
    let error = write(vec![(1, 2)], csv_file(&csv).append()).await.unwrap_err();
    assert!(error.to_string().contains("column_1, column_2"), "{error}");
    assert_eq!(fs::read_to_string(&csv).unwrap(), "column_1\n4\n5\n");
}

struct Numbers(usize);

fn source_of(instances: usize) -> Numbers {
    Numbers(instances)
}

impl Numbers {
    async fn sink_to(self, sink: impl Sink<u64>) -> millstream::Result<()> {
        let topology =
            topology!(source(from_iter(0..3_u64)) >> shuffle >> map(|n| n) * self.0 >> sink(sink));
        run(topology, Config::default()).await.map(drop)
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_grows_and_rotates_is_followed() {
    let (_folder, path) = folder();
    let log = path("a.log");
    let add = |text: &str| {
        let mut file =
            fs::OpenOptions::new().append(true).create(true).open(path("a.log")).unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    };
    add("1\n2");
    let (sender, mut seen) = tokio::sync::mpsc::channel(64);
    let topology = topology!(source(file_lines(&log).follow()) >> sink(to_channel(sender)));
    let mut job = topology.start(Config::default()).unwrap();
    let mut expect = async |line: &str| {
        assert_eq!(crate::support::settled(seen.recv()).await.as_deref(), Some(line));
    };
    expect("1").await;
    // A line is emitted once it is complete.
    add(" and a half\n");
    expect("2 and a half").await;
    // Renamed: the rest of the old file comes first.
    add("3\n4");
    fs::rename(&log, path("a.log.1")).unwrap();
    add("5\n");
    for line in ["3", "4", "5"] {
        expect(line).await;
    }
    // Copied and truncated.
    fs::copy(&log, path("a.log.2")).unwrap();
    fs::write(&log, "").unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    add("6\n");
    expect("6").await;
    // Gone for a while.
    fs::rename(&log, path("a.log.3")).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(9)).await;
    add("7\n");
    expect("7").await;
    job.drain().await.unwrap();
    crate::support::assert_balanced(&job);
}

#[tokio::test(start_paused = true)]
async fn parts_are_visible_once_they_are_whole_and_are_never_overwritten() {
    let (_folder, path) = folder();
    let parts = path("parts");
    let names = || {
        let names = fs::read_dir(path("parts")).unwrap().map(|name| name.unwrap().file_name());
        sorted(names.map(|name| name.into_string().unwrap()).collect())
    };
    let write_some = || {
        let parts = csv_parts::<u64>(&parts).named("n").roll_at(15);
        write((1..=5).collect(), parts)
    };
    write_some().await.unwrap();
    assert_eq!(names(), ["n-0-0.csv", "n-0-1.csv"]);
    assert_eq!(fs::read_to_string(parts.join("n-0-0.csv")).unwrap(), "column_1\n1\n2\n3\n");
    write_some().await.unwrap();
    assert_eq!(names(), ["n-0-0.csv", "n-0-1.csv", "n-0-2.csv", "n-0-3.csv"]);
    assert_eq!(fs::read_to_string(parts.join("n-0-3.csv")).unwrap(), "column_1\n4\n5\n");

    let (sender, events) = tokio::sync::mpsc::channel(8);
    let sink = jsonl_parts(&parts).named("t").roll_after(10.secs());
    let topology = topology!(source(from_channel(events)) >> sink(sink));
    let mut job = topology.start(Config::default()).unwrap();
    for event in 0..6_u64 {
        sender.send(event).await.unwrap();
        tokio::time::sleep(4.secs()).await;
    }
    let visible: Vec<_> = names().into_iter().filter(|name| name.contains("t-")).collect();
    assert_eq!(visible, [".t-0-1.jsonl.tmp", "t-0-0.jsonl"]);
    drop(sender);
    job.wait().await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(fs::read_to_string(parts.join("t-0-0.jsonl")).unwrap(), "0\n1\n2\n");
    assert_eq!(fs::read_to_string(parts.join("t-0-1.jsonl")).unwrap(), "3\n4\n5\n");
    let topology = topology!(
        numbers = source(from_iter(0..3_u64)),
        numbers >> sink(csv_parts(&parts)),
        numbers >> sink(csv_parts(path("parts/../parts"))),
    );
    assert_eq!(run(topology, Config::default()).await.unwrap_err().kind(), ErrorKind::Topology);
}

/// The sinks are opened one after the other: the last one may fail.
#[tokio::test]
async fn a_job_that_does_not_start_replaces_no_file() {
    let (_folder, path) = folder();
    let names = ["a.jsonl", "a.csv", "a.jsonl.gz", "a.csv.gz"];
    for name in names {
        fs::write(path(name), "kept").unwrap();
    }
    for first in [true, false] {
        let missing = |is: bool| path(if is { "missing/b.jsonl" } else { "c.jsonl" });
        let topology = topology!(
            numbers = source(from_iter(0_u64..10)),
            first = numbers >> sink(jsonl_file(missing(first)).replace()),
            one = numbers >> sink(jsonl_file(path("a.jsonl")).replace()),
            two = numbers >> sink(csv_file(path("a.csv")).replace()),
            three = numbers >> sink(jsonl_file(path("a.jsonl.gz")).replace()),
            four = numbers >> sink(csv_file(path("a.csv.gz")).replace()),
            end = numbers >> sink(jsonl_file(missing(!first)).replace()),
        );
        let error = run(topology, Config::default()).await.unwrap_err();
        let node = if first { "first" } else { "end" };
        assert_eq!((error.kind(), error.node()), (ErrorKind::Sink, Some(node)));
    }
    for name in names {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), "kept", "{name}");
    }
}

#[tokio::test]
async fn a_job_that_writes_nothing_replaces_its_file_by_nothing() {
    let (_folder, path) = folder();
    fs::write(path("a.jsonl"), "kept").unwrap();
    let none: Vec<u64> = Vec::new();
    write(none, jsonl_file(path("a.jsonl")).replace()).await.unwrap();
    assert_eq!(fs::read_to_string(path("a.jsonl")).unwrap(), "");
}
