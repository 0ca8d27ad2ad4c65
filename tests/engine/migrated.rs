//! State whose type has changed since the checkpoint: read by names, or refused in words.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::job::StateFate;
use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many numbers the source of a whole job has.
const NUMBERS: u64 = 3_000;

/// The key of a number: those in the middle have few keys, so that a checkpoint there has few rows.
fn key(number: &u64) -> u64 {
    if (1_000..2_000).contains(number) { number % 3 } else { number % 100 }
}

/// The key, how many numbers it has, and their sum.
type Row = (u64, u64, u64);

/// A job with a node `counted` that keeps a state of its own type.
macro_rules! counting {
    ($name:ident of $State:ty) => {
        counting!($name of $State, key);
    };
    ($name:ident of $State:ty, $key:expr) => {
        mod $name {
            use super::*;

            #[operator]
            async fn counted(number: u64, seen: &mut $State) -> Row {
                let (count, sum) = seen.add(number);
                (key(&number), count, sum)
            }

            pub fn job(rows: &Collected<Row>, of: Upto, instances: usize) -> Topology {
                topology!(
                    job("migrated", at_least_once),
                    numbers = source(of),
                    numbers >> by($key) >> counted * instances >> sink(rows.sink()),
                )
            }
        }
    };
}

#[derive(Default, Serialize, Deserialize)]
struct Tally {
    n: u32,
    sum: u64,
}

impl Tally {
    fn add(&mut self, number: u64) -> (u64, u64) {
        (self.n, self.sum) = (self.n + 1, self.sum + number);
        (self.n.into(), self.sum)
    }
}

/// Other types of the same name: new fields, another order, a wider number.
mod wider {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    pub enum Kind {
        #[default]
        Plain,
        Last(u64),
    }

    #[derive(Default, Serialize, Deserialize)]
    pub struct Tally {
        #[serde(default)]
        kind: Kind,
        sum: u64,
        last: Option<u64>,
        n: u64,
    }

    impl Tally {
        pub fn add(&mut self, number: u64) -> (u64, u64) {
            (self.n, self.sum) = (self.n + 1, self.sum + number);
            (self.kind, self.last) = (Kind::Last(number), Some(number));
            (self.n, self.sum)
        }
    }
}

/// A field less, and a variant more.
mod fewer {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    pub enum Kind {
        Other,
        #[default]
        Unknown,
        #[serde(alias = "Last")]
        Latest(u64),
        Plain,
    }

    #[derive(Default, Serialize, Deserialize)]
    pub struct Tally {
        n: u64,
        sum: u64,
        #[serde(default)]
        kind: Kind,
    }

    impl Tally {
        pub fn add(&mut self, number: u64) -> (u64, u64) {
            (self.n, self.sum) = (self.n + 1, self.sum + number);
            self.kind = Kind::Latest(number);
            (self.n, self.sum)
        }
    }
}

/// Types that cannot read it.
mod others {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    pub struct Text {
        n: u32,
        sum: String,
    }

    #[derive(Default, Serialize, Deserialize)]
    pub struct Required {
        n: u32,
        sum: u64,
        limit: u32,
    }

    #[derive(Default, Serialize, Deserialize)]
    pub struct Narrow {
        n: u8,
        sum: u64,
    }

    impl Text {
        pub fn add(&mut self, number: u64) -> (u64, u64) {
            (self.n, self.sum) = (self.n + 1, format!("{number}"));
            (self.n.into(), 0)
        }
    }

    impl Required {
        pub fn add(&mut self, number: u64) -> (u64, u64) {
            (self.n, self.sum, self.limit) = (self.n + 1, self.sum + number, 7);
            (self.n.into(), self.sum)
        }
    }

    impl Narrow {
        pub fn add(&mut self, number: u64) -> (u64, u64) {
            (self.n, self.sum) = (self.n.wrapping_add(1), self.sum + number);
            (self.n.into(), self.sum)
        }
    }
}

/// The same contents by another name.
#[derive(Default, Serialize, Deserialize)]
struct Renamed {
    n: u32,
    sum: u64,
}

impl Renamed {
    fn add(&mut self, number: u64) -> (u64, u64) {
        (self.n, self.sum) = (self.n + 1, self.sum + number);
        (self.n.into(), self.sum)
    }
}

/// A key by another name is the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Key, Serialize, Deserialize)]
struct Card(u64);

counting!(first of Tally);
counting!(second of wider::Tally);
counting!(third of fewer::Tally);
counting!(renamed of Renamed);
counting!(of_text of others::Text);
counting!(required of others::Required);
counting!(narrow of others::Narrow);
counting!(by_card of Tally, |number| Card(key(number)));
counting!(by_text of Tally, |number| key(number).to_string());

type Job = fn(&Collected<Row>, Upto, usize) -> Topology;

/// Runs a job while its source has the numbers below `end`, and stops it while it waits for more.
async fn run_until(directory: &tempfile::TempDir, job: Job, (end, instances): (u64, usize)) {
    let of = Upto { end, pause: None };
    crate::support::run(job(&Collected::new(), of, instances), config(directory)).await.unwrap();
}

/// The count and the sum of each key in the end.
fn last(rows: Vec<Row>) -> BTreeMap<u64, (u64, u64)> {
    rows.into_iter().map(|(key, count, sum)| (key, (count, sum))).collect()
}

fn expected() -> BTreeMap<u64, (u64, u64)> {
    let mut expected = BTreeMap::<u64, (u64, u64)>::new();
    for number in 0..NUMBERS {
        let (count, sum) = expected.entry(key(&number)).or_default();
        (*count, *sum) = (*count + 1, *sum + number);
    }
    expected
}

/// Runs jobs one after the other on one directory; the last reads all numbers to their end, and has
/// the counts of a job that nothing interrupts.
async fn migrates(jobs: &[(Job, u64)]) {
    for instances in [[1, 1, 1, 1], [3, 3, 3, 3], [1, 4, 2, 3]] {
        let directory = tempfile::tempdir().unwrap();
        for ((job, end), instances) in jobs.iter().zip(instances) {
            run_until(&directory, *job, (*end, instances)).await;
        }
        let (Some((job, _)), rows) = (jobs.last(), Collected::new()) else { return };
        let of = Upto { end: NUMBERS, pause: None };
        crate::support::run(job(&rows, of, 2), config(&directory)).await.unwrap();
        assert_eq!(last(rows.take()), expected(), "{instances:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn fields_that_are_new_wider_or_elsewhere_are_read_by_their_names() {
    migrates(&[(first::job, 700), (second::job, 800)]).await;
}

#[tokio::test(start_paused = true)]
async fn rows_that_do_not_change_after_a_migration_are_written_too() {
    // What was migrated is in the first checkpoint only; those that follow have three rows each.
    migrates(&[(first::job, 900), (second::job, 1_100), (second::job, 1_200)]).await;
}

#[tokio::test(start_paused = true)]
async fn state_is_migrated_twice() {
    migrates(&[(first::job, 900), (second::job, 1_300), (third::job, 1_500)]).await;
    migrates(&[(first::job, 900), (second::job, 900), (third::job, 900), (third::job, 1_200)])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_type_with_another_name_is_the_same_type() {
    migrates(&[(first::job, 900), (renamed::job, 1_100), (first::job, 1_200)]).await;
    migrates(&[(first::job, 900), (by_card::job, 1_100), (first::job, 1_200)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_killed_after_a_migration_continues_from_either_side_of_it() {
    for checkpoints in [0, 1, 3] {
        let directory = tempfile::tempdir().unwrap();
        run_until(&directory, first::job, (900, 2)).await;
        let slow = Upto { end: NUMBERS, pause: Some(2) };
        let mut job = second::job(&Collected::new(), slow, 3).start(config(&directory)).unwrap();
        let begun = job.metrics().checkpoints().map_or(0, |taken| taken.durable);
        while job.metrics().checkpoints().map_or(0, |taken| taken.durable) < begun + checkpoints {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        job.abort();
        settled(job.wait()).await.unwrap_err();
        let (of, rows) = (Upto { end: NUMBERS, pause: None }, Collected::new());
        crate::support::run(second::job(&rows, of, 1), config(&directory)).await.unwrap();
        assert_eq!(last(rows.take()), expected(), "{checkpoints}");
    }
}

/// What becomes of the node `counted`, and the error of a start.
async fn refused(job: Job) -> (Vec<String>, Error) {
    let directory = tempfile::tempdir().unwrap();
    run_until(&directory, first::job, (900, 2)).await;
    let topology = || job(&Collected::new(), Upto { end: 1_000, pause: None }, 2);
    let plan = topology().state_plan(&config(&directory)).unwrap().unwrap();
    let state = plan.nodes.iter().find(|state| state.node == "counted").unwrap();
    assert_eq!(state.fate, StateFate::Unreadable);
    let error = topology().start(config(&directory)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    // Nothing was lost: the job of before continues.
    run_until(&directory, first::job, (1_000, 2)).await;
    // Or the state is given up, once.
    let forgetting = || config(&directory).forget("counted");
    let plan = topology().state_plan(&forgetting()).unwrap().unwrap();
    let fate = plan.nodes.iter().find(|state| state.node == "counted").unwrap().fate;
    assert_eq!(fate, StateFate::Forgotten);
    for end in [1_100, 1_200] {
        let rows = Collected::new();
        let of = Upto { end, pause: None };
        crate::support::run(job(&rows, of, 1), forgetting()).await.unwrap();
        let counts = last(rows.take());
        let counted: u64 = counts.values().map(|(count, _)| count).sum();
        assert_eq!(counted, end - 1_000);
    }
    (state.changes.clone(), error)
}

#[tokio::test(start_paused = true)]
async fn a_field_of_another_meaning_is_refused() {
    let (changes, error) = refused(of_text::job).await;
    assert_eq!(
        changes,
        [
            "state changed: `Tally` is called `Text` now",
            "state changed: `sum` was `u64` and is `String`",
        ]
    );
    assert_eq!(
        error.to_string(),
        "the checkpoint has state of `counted` that its types cannot read: state changed: `Tally` \
         is called `Text` now; state changed: `sum` was `u64` and is `String`; restore the type, \
         give new fields a `#[serde(default)]`, upgrade it by `#[derive(State)]`, or give up the \
         state by `Config::forget`",
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_field_without_a_default_is_refused() {
    let (changes, _) = refused(required::job).await;
    assert_eq!(changes[1], "state changed: field `limit: u32` is new");
    assert_eq!(changes[2], "state: its field `limit` is new and has no default");
}

#[tokio::test(start_paused = true)]
async fn a_number_with_fewer_bits_is_refused() {
    let (changes, _) = refused(narrow::job).await;
    assert_eq!(changes[1], "state changed: `n` was `u32` and is `u8`");
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_type_is_refused() {
    let (changes, _) = refused(by_text::job).await;
    assert_eq!(changes, ["key changed: it was `u64` and is `String`"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_says_what_has_changed() {
    let directory = tempfile::tempdir().unwrap();
    run_until(&directory, first::job, (900, 2)).await;
    let of = || Upto { end: 1_000, pause: None };
    let plan = second::job(&Collected::new(), of(), 3).state_plan(&config(&directory));
    let plan = plan.unwrap().unwrap();
    let state = plan.nodes.iter().find(|state| state.node == "counted").unwrap();
    assert_eq!(state.fate, StateFate::Migrated { from: 2, to: 3 });
    let text = plan.to_string();
    let lines: Vec<_> = text.lines().skip_while(|line| !line.starts_with("  counted ")).collect();
    assert_eq!(
        lines,
        [
            "  counted       migrated, and moved from 2 to 3 instances",
            "                  state changed: field `kind: enum Kind { Plain, Last(u64) }` is new",
            "                  state changed: field `last: Option<u64>` is new",
            "                  state changed: `n` was `u32` and is `u64`",
            "                  state changed: the fields of it have another order",
            "  counted_sink  kept",
        ]
    );
}
