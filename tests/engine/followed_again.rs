//! Files that are followed, and rotated while nobody reads them.

use crate::support::settled;
use millstream::connector::follow::{FollowReader, Followed};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness};
use millstream::{ErrorKind, Result};
use std::fs::{self, OpenOptions};
use std::future::poll_fn;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::TempDir;

type Opened = FollowReader<String>;

struct Lines(Vec<String>);

impl Intake<String> for Lines {
    fn event(&mut self, line: String) -> Result<()> {
        self.0.push(line);
        Ok(())
    }

    fn malformed(&mut self, record: Malformed) -> Result<()> {
        self.0.push(record.to_string());
        Ok(())
    }
}

/// A directory with a log.
struct Log(TempDir);

impl Log {
    fn with(text: &str) -> Self {
        let log = Self(tempfile::tempdir().unwrap());
        log.add(text);
        log
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn add(&self, text: &str) {
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create(true).open(self.path("a.log")).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Renames the log; it was last written at a second.
    fn rename(&self, to: &str, second: u64) {
        fs::rename(self.path("a.log"), self.path(to)).unwrap();
        self.written_at(to, second);
    }

    fn written_at(&self, name: &str, second: u64) {
        let file = OpenOptions::new().append(true).open(self.path(name)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(second)).unwrap();
    }

    fn source(&self) -> Followed<String> {
        file_lines(self.path("a.log")).follow()
    }

    fn open(&self) -> Opened {
        self.source().open(&Env::system()).unwrap()
    }

    fn open_at(&self, at: &Position) -> Result<Opened> {
        self.source().open_at(&Env::system(), at)
    }

    /// The lines from a position on, or why there are none.
    async fn from(&self, at: &Position) -> std::result::Result<Vec<String>, String> {
        match self.open_at(at) {
            Ok(mut reader) => Ok(read(&mut reader, 100).await),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Source);
                let text = error.to_string();
                let named = format!("cannot continue with `{}", self.0.path().display());
                assert!(text.starts_with(&named), "{text}");
                let help = "; restore the file as it was, or start the job without its checkpoints";
                Err(text.strip_suffix(help).unwrap_or_else(|| panic!("{text}")).to_owned())
            }
        }
    }
}

/// Reads so many lines, or those there are.
async fn read(reader: &mut Opened, most: usize) -> Vec<String> {
    let mut lines = Lines(Vec::new());
    while lines.0.len() < most {
        let ready = poll_fn(|cx| reader.poll_ready(cx));
        match tokio::time::timeout(Duration::from_secs(1), ready).await {
            Err(_) => break,
            Ok(ready) => assert_eq!(ready.unwrap(), Readiness::Events),
        }
        reader.read(most - lines.0.len(), &mut lines).unwrap();
    }
    lines.0
}

fn position(reader: &mut Opened) -> Position {
    reader.position().unwrap().unwrap()
}

fn numbers(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn behind_each_line_the_rest_is_the_rest_also_behind_a_rotation() {
    for lines_read in 0..=7 {
        // What is rotated while it is followed, and what while it is not.
        for (live, down) in [(false, false), (true, false), (false, true), (true, true)] {
            let log = Log::with("\u{feff}0\r\n1\n2\n3");
            let mut reader = log.open();
            let mut seen = read(&mut reader, lines_read.min(3)).await;
            if live {
                log.rename("a.log.1", 1);
            } else {
                log.add("\n");
            }
            log.add("4\n5\n");
            seen.extend(read(&mut reader, lines_read.min(6) - seen.len()).await);
            let at = position(&mut reader);
            drop(reader);
            log.add("6\n");
            if down {
                log.rename("a.log.2", 2);
                log.add("7\n");
            }
            seen.extend(log.from(&at).await.unwrap());
            let all = numbers(if down { 0..8 } else { 0..7 });
            assert_eq!(seen, all, "{lines_read} lines, {live}, {down}");
        }
    }
}

/// A log of which two of four lines were read, and the position there.
async fn half_read() -> (Log, Position) {
    let log = Log::with("0\n1\n2\n3\n");
    let mut reader = log.open();
    assert_eq!(read(&mut reader, 2).await, numbers(0..2));
    let at = position(&mut reader);
    (log, at)
}

#[tokio::test(start_paused = true)]
async fn files_that_were_rotated_meanwhile_are_read_in_the_order_of_their_last_lines() {
    let (log, at) = half_read().await;
    // Older than what was read.
    fs::write(log.path("a.log.9"), "never\n").unwrap();
    log.written_at("a.log.9", 5);
    log.rename("a.log.x", 10);
    log.add("4\n");
    log.rename("a.log-2", 20);
    log.add("5\n");
    log.rename("a.log.1", 30);
    fs::write(log.path("b.log"), "never\n").unwrap();
    // The next one has no name yet.
    assert_eq!(log.from(&at).await.unwrap(), numbers(2..6));
    log.add("6\n");
    let mut reader = log.open_at(&at).unwrap();
    assert_eq!(read(&mut reader, 100).await, numbers(2..7));
    // And on from there, with one rotation more.
    let at = position(&mut reader);
    log.add("7\n");
    log.rename("a.log.0", 40);
    log.add("8\n");
    assert_eq!(log.from(&at).await.unwrap(), numbers(7..9));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_copied_and_truncated_is_read_from_its_copy() {
    for more in ["", "4\n", "a line that is longer than the file was\n"] {
        let (log, at) = half_read().await;
        fs::copy(log.path("a.log"), log.path("a.log.1")).unwrap();
        log.written_at("a.log.1", 10);
        fs::write(log.path("a.log"), more).unwrap();
        let expected = numbers(2..4).into_iter().chain(more.lines().map(str::to_owned));
        assert_eq!(log.from(&at).await.unwrap(), expected.collect::<Vec<_>>());
        // Without the copy nothing is skipped.
        fs::remove_file(log.path("a.log.1")).unwrap();
        let error = log.from(&at).await.unwrap_err();
        let shorter = error.ends_with("it is shorter than what was read of it before");
        assert!(shorter || error.ends_with("or has changed"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_found_again_is_refused_and_not_skipped() {
    let (log, at) = half_read().await;
    log.rename("a.log.1", 10);
    let old = fs::read(log.path("a.log.1")).unwrap();
    let ends = |outcome: std::result::Result<Vec<String>, String>, end: &str| {
        let error = outcome.unwrap_err();
        assert!(error.contains(end), "{error}");
    };
    // The next is compressed, or as old, or has the name of none that was rotated.
    log.add("4\n");
    log.rename("a.log.0.gz", 20);
    log.add("5\n");
    ends(log.from(&at).await, "a.log.0.gz` was rotated later, and is compressed already");
    log.written_at("a.log.0.gz", 10);
    ends(
        log.from(&at).await,
        "were last written at the same time, so that their order is not known",
    );
    fs::remove_file(log.path("a.log.0.gz")).unwrap();
    assert_eq!(log.from(&at).await.unwrap(), numbers([2, 3, 5]));
    fs::rename(log.path("a.log.1"), log.path("old")).unwrap();
    ends(log.from(&at).await, "not to a name that begins with its own");
    // Gone; changed; shorter.
    fs::rename(log.path("old"), log.path("a.log.1")).unwrap();
    fs::write(log.path("a.log.1"), [b"7", &old[1..]].concat()).unwrap();
    ends(log.from(&at).await, "is not in its directory any more");
    fs::write(log.path("a.log.1"), &old[..2]).unwrap();
    ends(log.from(&at).await, "is not in its directory any more");
    fs::remove_file(log.path("a.log.1")).unwrap();
    ends(log.from(&at).await, "what was read of it last was renamed, and is not in its directory");
    assert!(log.path("a.log").exists());
}

#[tokio::test(start_paused = true)]
async fn two_rotations_between_two_looks_lose_nothing() {
    let log = Log::with("0\n");
    let mut reader = log.open();
    assert_eq!(read(&mut reader, 1).await, ["0"]);
    log.add("1\n");
    log.rename("a.log.2", 10);
    log.add("2\n");
    log.rename("a.log.1", 20);
    log.add("3\n");
    assert_eq!(read(&mut reader, 100).await, numbers(1..4));
}

#[operator]
async fn nth(line: String, seen: &mut u64) -> (String, u64) {
    *seen += 1;
    (line, *seen)
}

fn job(path: &Path, rows: &Collected<(String, u64)>) -> Topology {
    topology!(
        job("followed", at_least_once),
        lines = source(file_lines(path).follow()),
        lines >> by(|_| ()) >> nth >> sink(rows.sink()),
    )
}

#[tokio::test(start_paused = true)]
async fn a_job_counts_each_line_once_over_restarts_and_rotations() {
    let (log, rows) = (Log::with(""), Collected::new());
    let checkpoints = tempfile::tempdir().unwrap();
    for start in 0..5 {
        let config = crate::durable::config(&checkpoints);
        let mut job = job(&log.path("a.log"), &rows).start(config).unwrap();
        for line in 0..3 {
            log.add(&format!("{}\n", 6 * start + line));
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        if start % 2 == 0 {
            settled(job.suspend()).await.unwrap();
            crate::support::assert_balanced(&job);
        } else {
            job.abort();
            settled(job.wait()).await.unwrap_err();
        }
        // Nobody reads.
        log.add(&format!("{}\n{}\n", 6 * start + 3, 6 * start + 4));
        log.rename(&format!("a.log.{start}"), 10 + start);
        log.add(&format!("{}\n", 6 * start + 5));
    }
    let mut job =
        job(&log.path("a.log"), &rows).start(crate::durable::config(&checkpoints)).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    settled(job.suspend()).await.unwrap();
    crate::support::assert_balanced(&job);
    let mut seen = rows.take();
    seen.sort_by_key(|row| row.1);
    seen.dedup();
    let expected: Vec<_> = (0..30).map(|n| (n.to_string(), n + 1)).collect();
    assert_eq!(seen, expected);
}
