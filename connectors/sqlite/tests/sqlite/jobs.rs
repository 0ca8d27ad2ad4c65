//! The sink in jobs that fail, restart and continue, under each delivery guarantee.

use crate::{Event, KEYED, TABLE, events, events_in, written};
use millstream::prelude::*;
use millstream_sqlite::sqlite;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const END: u64 = 3_000;
const KEYS: u64 = 7;

/// The events at which an operator is still to fail.
type Failures = Arc<Mutex<Vec<u64>>>;

fn at(events: &[u64]) -> Failures {
    Arc::new(Mutex::new(events.to_vec()))
}

/// Counts the events of each key, and fails at some events, once each.
#[derive(Debug, Clone)]
struct Counted {
    failures: Failures,
}

impl Counted {
    fn is_due(&self, number: u64) -> bool {
        let mut failures = self.failures.lock().unwrap();
        let due = failures.iter().position(|at| *at == number);
        due.map(|at| failures.swap_remove(at)).is_some()
    }
}

#[operator]
impl Counted {
    async fn process(&self, number: u64, seen: &mut u64) -> Result<Event, String> {
        *seen += 1;
        if self.is_due(number) {
            return Err("the failure is due".into());
        }
        Ok((number, format!("{seen} of {}", number % KEYS)))
    }
}

/// Lets a millisecond pass for every hundred events.
#[operator]
async fn paced(number: u64) -> u64 {
    if number.is_multiple_of(100) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    number
}

/// What an uninterrupted job writes, in order.
fn expected() -> Vec<Event> {
    (0..END).map(|number| (number, format!("{} of {}", number / KEYS + 1, number % KEYS))).collect()
}

fn config(folder: &Path, batch: usize) -> Config {
    let config = Config::default().batch(batch).checkpoints(folder.join("checkpoints"));
    config.checkpoint_every(Duration::from_millis(3))
}

macro_rules! job {
    ($delivery:ident, $failures:expr, $instances:expr, $sink:expr) => {
        topology!(
            job("counting", $delivery),
            numbers = source(from_iter_again(0..END)),
            paced = numbers >> paced,
            counts =
                paced >> by(|number| number % KEYS) >> Counted { failures: $failures } * $instances,
            counts >> sink($sink),
            counts.errors >> fail,
        )
    };
}

#[tokio::test(start_paused = true)]
async fn each_row_is_written_once_whatever_fails() {
    // A third failure without a checkpoint in between would end the job.
    let cases = [(1, 1_000, [250, 2_999]), (3, 1, [1_250, 1_251]), (3, 64, [700, 2_100])];
    for (instances, batch, failing) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.db");
        let failures = at(&failing);
        let job = job!(exactly_once, failures.clone(), instances, events(&path, TABLE));
        job.run(config(folder.path(), batch)).await.unwrap();
        assert!(failures.lock().unwrap().is_empty(), "each failure has happened");
        assert!(written(&path) == expected(), "{instances} instances, batches of {batch}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_continues_with_other_instances_and_two_sinks_in_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    let (last, job) = {
        let path = path.clone();
        let database = "CREATE TABLE IF NOT EXISTS last (key INTEGER PRIMARY KEY, name TEXT)";
        let last = move || {
            let columns = sqlite(&path).setup(database).table("last").columns(["key", "name"]);
            columns.rows(|it: &Event| [(it.0 % KEYS).into(), (&it.1).into()]).upsert(["key"])
        };
        (last, |instances: usize, path: &Path, last| {
            topology!(
                job("counting", exactly_once),
                numbers = source(from_iter_again(0..END)),
                paced = numbers >> paced,
                counts = paced
                    >> by(|number| number % KEYS)
                    >> Counted { failures: at(&[]) } * instances,
                all = counts >> sink(events(path, TABLE)),
                last = counts >> sink(last),
                counts.errors >> fail,
            )
        })
    };
    for instances in [1, 3, 2, 4] {
        let mut job = job(instances, &path, last()).start(config(folder.path(), 10)).unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
        job.suspend().await.unwrap();
    }
    let suspended = written(&path).len() as u64;
    assert!((1..END).contains(&suspended), "{suspended}");
    job(2, &path, last()).run(config(folder.path(), 10)).await.unwrap();
    assert!(written(&path) == expected());
    let database = Connection::open(&path).unwrap();
    let mut rows = database.prepare("SELECT name FROM last ORDER BY key").unwrap();
    let rows: Vec<String> =
        rows.query_map((), |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut last: Vec<_> = expected().into_iter().skip((END - KEYS) as usize).collect();
    last.sort_by_key(|event| event.0 % KEYS);
    assert_eq!(rows, last.into_iter().map(|event| event.1).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn rows_that_replace_at_once_are_right_in_the_end() {
    for instances in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.db");
        let rows = events(&path, KEYED).upsert(["number"]).at_once();
        let job = job!(exactly_once, at(&[250, 1_700]), instances, rows);
        job.run(config(folder.path(), 64)).await.unwrap();
        assert!(written(&path) == expected());
    }
}

#[tokio::test(start_paused = true)]
async fn no_row_is_missing_under_at_least_once_and_none_is_there_twice_under_at_most_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    let job = job!(at_least_once, at(&[250, 1_700]), 2, events(&path, TABLE));
    job.run(config(folder.path(), 64)).await.unwrap();
    let mut rows = written(&path);
    assert!(rows.len() >= END as usize);
    rows.dedup();
    assert!(rows == expected());

    let path = folder.path().join("other.db");
    let job = job!(at_most_once, at(&[1_700]), 2, events(&path, TABLE));
    let error = job.run(Config::default().batch(64)).await.unwrap_err();
    assert_eq!(error.kind(), millstream::ErrorKind::Operator);
    let rows = written(&path);
    let mut once = rows.clone();
    once.dedup();
    assert_eq!(rows, once);

    let path = folder.path().join("whole.db");
    let job = job!(at_most_once, at(&[]), 2, events(&path, TABLE));
    job.run(Config::default()).await.unwrap();
    assert!(written(&path) == expected());
}

#[tokio::test(start_paused = true)]
async fn a_job_goes_on_while_its_database_is_locked_and_ends_once_all_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    Connection::open(&path).unwrap().execute_batch(TABLE).unwrap();
    let database = || sqlite(&path).busy_timeout(Duration::from_millis(1));
    let job = job!(exactly_once, at(&[]), 2, events_in(database(), "events"));
    let mut job = job.start(config(folder.path(), 64)).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let metrics = job.metrics_reader();
    let unlocking = async {
        while metrics.read().checkpoints().is_none_or(|checkpoints| checkpoints.commits_failed < 3)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(written(&path), []);
        other.execute_batch("ROLLBACK").unwrap();
    };
    let (ended, ()) = tokio::join!(job.wait(), unlocking);
    ended.unwrap();
    assert!(written(&path) == expected());
}

#[tokio::test]
async fn two_sinks_of_one_name_in_a_database_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    let topology = topology!(
        job("twice", exactly_once),
        numbers = source(from_iter_again(0..3_u64)),
        made = numbers >> map(crate::event),
        one = made >> sink(events(&path, TABLE)),
        other = made >> sink(events(&path, TABLE)),
    );
    let error = topology.run(config(folder.path(), 1)).await.unwrap_err().to_string();
    assert!(error.contains("out.db#events"), "{error}");
    assert!(!path.exists());
}
