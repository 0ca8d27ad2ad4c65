//! What the sink refuses, in words, and that nothing is lost by it.

use crate::{KEYED, TABLE, event, events, events_in, written};
use millstream::env::Env;
use millstream::sink::{Epoch, PreparedEpoch, Sink, Writer};
use millstream::{Error, ErrorKind, Result};
use millstream_sqlite::sqlite;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A sink of an `exactly_once` job that runs by hand.
struct Running<S: Sink<T>, T> {
    writer: S::Writer,
    committer: Box<dyn millstream::sink::Committer>,
    epoch: u64,
    prepared: Vec<PreparedEpoch>,
}

impl<T, S: Sink<T>> Running<S, T> {
    fn start(sink: S, listed: &[PreparedEpoch]) -> Result<Self> {
        let env = Env::system();
        let mut committer = sink.committer(&env)?.unwrap();
        committer.recover(listed)?;
        let last = listed.last().map(|last| &*last.bytes);
        let (writer, epoch) = (sink.open_exactly_once(&env, last)?, listed.len() as u64);
        Ok(Self { writer, committer, epoch, prepared: listed.to_vec() })
    }

    fn prepare(&mut self, event: T) {
        self.writer.write(event).unwrap();
        self.epoch += 1;
        let prepared = self.writer.cut(Epoch(self.epoch)).unwrap();
        let bytes = futures_now(prepared.wait()).unwrap().unwrap();
        self.prepared.push(PreparedEpoch { epoch: Epoch(self.epoch), bytes });
    }

    fn commit(&mut self) -> Result<()> {
        self.committer.commit(&self.prepared)
    }
}

fn futures_now<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    (folder, path)
}

/// The text of an error, with the database by its name only.
fn text(error: &Error, path: &Path) -> String {
    error.to_string().replace(&path.display().to_string(), "out.db")
}

#[test]
fn a_table_that_is_missing_is_named_with_those_that_there_are() {
    let (_folder, path) = folder();
    let refused = |setup: &str| {
        let error = Running::start(events(&path, setup), &[]).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Sink);
        text(&error, &path)
    };
    assert_eq!(
        refused(""),
        "`out.db` has no table `events`: it has none; create it, for example with \
         `.setup(\"CREATE TABLE IF NOT EXISTS …\")`"
    );
    assert_eq!(
        refused("CREATE TABLE IF NOT EXISTS event (a); CREATE TABLE IF NOT EXISTS more (a)"),
        "`out.db` has no table `events`: its tables are `event`, `more`; create it, for example \
         with `.setup(\"CREATE TABLE IF NOT EXISTS …\")`"
    );
}

#[test]
fn a_column_or_a_key_that_the_table_lacks_is_named() {
    let (_folder, path) = folder();
    let error =
        events(&path, "CREATE TABLE IF NOT EXISTS events (Number, nam)").open(&Env::system());
    assert_eq!(
        text(&error.err().unwrap(), &path),
        "table `events` of `out.db` has no column `name`: its columns are `Number`, `nam`; change \
         `.columns(…)`, or the table"
    );
    let (_folder, path) = folder();
    let error = events(&path, TABLE).upsert(["number"]).open(&Env::system()).err().unwrap();
    let said = text(&error, &path);
    assert!(said.starts_with("cannot write to table `events` of `out.db`: "), "{said}");
    assert!(
        said.ends_with("; `.upsert([…])` needs a PRIMARY KEY or a UNIQUE index over these columns")
    );
    assert!(error.downcast_ref::<rusqlite::Error>().is_some());
}

#[test]
fn a_database_in_memory_and_a_file_that_is_none_are_refused() {
    let error = events(Path::new(":memory:"), TABLE).open(&Env::system()).err().unwrap();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Config, "a database in memory ends with the job; give the path of a file")
    );
    let (_folder, path) = folder();
    std::fs::write(&path, "a text of which SQLite has never heard, and long enough".repeat(9))
        .unwrap();
    let error = events(&path, TABLE).open(&Env::system()).err().unwrap();
    assert_eq!(
        text(&error, &path),
        "cannot open `out.db`: file is not a database; restore the database, or give another path"
    );
}

#[test]
fn a_commit_waits_for_a_lock_then_fails_and_succeeds_later() {
    let (_folder, path) = folder();
    let database = sqlite(&path).setup(TABLE).busy_timeout(Duration::from_millis(1));
    let mut job = Running::start(events_in(database, "events"), &[]).unwrap();
    job.prepare(event(7));
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = job.commit().unwrap_err();
    assert_eq!(
        text(&error, &path),
        "cannot write to `out.db`: database is locked; another connection has had it locked for \
         longer than `.busy_timeout(…)`: let its transaction end, or wait longer"
    );
    other.execute_batch("ROLLBACK").unwrap();
    job.commit().unwrap();
    assert_eq!(written(&path), [event(7)]);
}

#[test]
fn a_commit_that_finds_the_disk_full_writes_nothing_and_succeeds_later() {
    let (_folder, path) = folder();
    // As many pages as it has now, so that the next one fails like a full disk.
    let bound = "PRAGMA max_page_count = 5";
    let mut job = Running::start(events(&path, TABLE), &[]).unwrap();
    (0..3).for_each(|number| job.prepare(event(number)));
    job.prepare((3, "long ".repeat(20_000)));
    let prepared = job.prepared.clone();
    drop(job);
    let error = Running::start(events(&path, &format!("{TABLE}; {bound}")), &prepared);
    assert_eq!(
        text(&error.err().unwrap(), &path),
        "cannot write to table `events` of `out.db`: database or disk is full; make \
         room on its disk"
    );
    assert_eq!(written(&path), []);
    Running::start(events(&path, TABLE), &prepared).unwrap();
    assert_eq!(written(&path).len(), 4);
}

#[test]
fn a_row_that_breaks_a_constraint_names_its_table_and_nothing_of_its_commit_is_written() {
    let (_folder, path) = folder();
    let mut job = Running::start(events(&path, KEYED), &[]).unwrap();
    job.prepare(event(1));
    job.prepare(event(1));
    assert_eq!(
        text(&job.commit().unwrap_err(), &path),
        "cannot write to table `events` of `out.db`: UNIQUE constraint failed: events.number; \
         change the events or the constraint; `.upsert([…])` replaces rows by key"
    );
    assert_eq!(written(&path), []);
}

#[test]
fn a_database_that_is_older_or_newer_than_the_checkpoint_or_another_one_is_refused() {
    let (folder, path) = folder();
    let mut job = Running::start(events(&path, TABLE), &[]).unwrap();
    job.prepare(event(0));
    job.commit().unwrap();
    let backup = folder.path().join("backup.db");
    std::fs::copy(&path, &backup).unwrap();
    job.prepare(event(1));
    job.prepare(event(2));
    job.commit().unwrap();
    let all = job.prepared.clone();
    drop(job);
    let refused = |path: &Path, listed: &[PreparedEpoch]| {
        text(&Running::start(events(path, TABLE), listed).err().unwrap(), path)
    };
    let help = "restore the database as it was, or start the job without its checkpoints";
    assert_eq!(
        refused(&backup, &all[2..]),
        format!(
            "`out.db` is older than the checkpoint: its last epoch of `events` is 1, and the \
             checkpoint continues with 3; {help}"
        )
    );
    assert_eq!(
        refused(&path, &all[..1]),
        format!(
            "`out.db` is newer than the checkpoint: its last epoch of `events` is 3, and that of \
             the checkpoint is 1; {help}"
        )
    );
    assert_eq!(
        refused(&folder.path().join("new.db"), &all),
        format!("`out.db` is not the one of the checkpoint: it has no epoch of `events`; {help}")
    );
    Running::start(events(&path, TABLE), &all).unwrap();
    assert_eq!(written(&path), [event(0), event(1), event(2)]);
}

#[test]
fn a_second_job_under_the_same_name_is_noticed_by_the_first() {
    let (_folder, path) = folder();
    let mut first = Running::start(events(&path, TABLE), &[]).unwrap();
    first.prepare(event(0));
    first.commit().unwrap();
    let mut second = Running::start(events(&path, TABLE), &[]).unwrap();
    first.prepare(event(1));
    let said = "another job writes to `out.db` as `events` by now; name one of the two sinks with \
                `.named(…)`, and start it anew";
    assert_eq!(text(&first.commit().unwrap_err(), &path), said);
    second.prepare(event(2));
    second.commit().unwrap();
    assert_eq!(
        text(&Running::start(events(&path, TABLE), &first.prepared).err().unwrap(), &path),
        said
    );
    assert_eq!(written(&path), [event(0), event(2)]);
}

#[test]
fn a_value_that_sqlite_lacks_ends_the_write_and_leaves_no_half_row() {
    let (_folder, path) = folder();
    let table =
        sqlite(&path).setup("CREATE TABLE IF NOT EXISTS readings (id, celsius)").table("readings");
    let sink = table.columns(["id", "celsius"]);
    let sink = sink.rows(|it: &(u64, f64)| [it.0.into(), it.1.into()]);
    let mut job = Running::start(sink, &[]).unwrap();
    let error = job.writer.write((1, f64::NAN)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column `celsius` got NaN, which SQLite cannot store; write `None`, or a text"
    );
    job.prepare((2, 20.5));
    job.commit().unwrap();
    let database = Connection::open(&path).unwrap();
    let rows = "SELECT count(*), max(id), max(celsius) FROM readings";
    let found: (i64, i64, f64) =
        database.query_row(rows, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(found, (1, 2, 20.5));
}
