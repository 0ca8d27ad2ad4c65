//! State of an earlier version of its type, which functions upgrade.

use crate::durable::{Upto, config};
use millstream::job::StateFate;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};

/// A job that counts the seconds of each key in a state of its own type.
macro_rules! counting {
    ($name:ident of $State:ty) => {
        mod $name {
            use super::*;

            #[operator]
            async fn busy(number: u64, state: &mut $State) -> (u64, u64) {
                (number % 10, state.add(number))
            }

            pub fn job(rows: &Collected<(u64, u64)>, end: u64, instances: usize) -> Topology {
                topology!(
                    job("upgraded", at_least_once),
                    numbers = source(Upto { end, pause: None }),
                    numbers >> by(|number| number % 10) >> busy * instances >> sink(rows.sink()),
                )
            }
        }
    };
}

/// Without a version, as a type begins.
#[derive(Default, Serialize, Deserialize)]
struct BusyV1 {
    secs: u64,
}

impl BusyV1 {
    fn add(&mut self, number: u64) -> u64 {
        self.secs += number;
        self.secs
    }
}

/// The same field has another meaning.
#[derive(Default, State)]
#[state(version = 2, upgrade(1 = from_seconds))]
struct BusyV2 {
    secs: u64,
    #[serde(default)]
    upgraded: bool,
}

fn from_seconds(old: BusyV1) -> BusyV2 {
    BusyV2 { secs: old.secs * 1_000, upgraded: true }
}

impl BusyV2 {
    fn add(&mut self, number: u64) -> u64 {
        self.secs += number * 1_000;
        self.secs / 1_000
    }
}

mod third {
    use super::*;

    #[derive(Default, State)]
    #[state(version = 3, upgrade(1 = from_first, 2 = from_second))]
    pub enum Busy {
        #[default]
        Never,
        Micros {
            total: u64,
            from: Vec<u32>,
        },
    }

    fn from_first(old: BusyV1) -> Busy {
        Busy::Micros { total: old.secs * 1_000_000, from: vec![1] }
    }

    fn from_second(old: BusyV2) -> Busy {
        let first = old.upgraded.then_some(1);
        Busy::Micros { total: old.secs * 1_000, from: first.into_iter().chain([2]).collect() }
    }

    impl Busy {
        pub fn add(&mut self, number: u64) -> u64 {
            let (before, from) = match std::mem::take(self) {
                Self::Never => (0, Vec::new()),
                Self::Micros { total, from } => (total, from),
            };
            let total = before + number * 1_000_000;
            *self = Self::Micros { total, from };
            total / 1_000_000
        }
    }
}

/// A version inside of other types.
#[derive(Default, Serialize, Deserialize)]
struct Nested<T> {
    of: Vec<Option<(u8, T)>>,
}

macro_rules! nested {
    ($of:ty) => {
        impl Nested<$of> {
            fn add(&mut self, number: u64) -> u64 {
                if self.of.is_empty() {
                    self.of.extend([None, Some((7, <$of>::default()))]);
                }
                self.of.iter_mut().flatten().map(|(_, busy)| busy.add(number)).sum()
            }
        }
    };
}
nested!(BusyV1);
nested!(BusyV2);
nested!(third::Busy);

counting!(first of BusyV1);
counting!(second of BusyV2);
counting!(last of third::Busy);
counting!(first_nested of Nested<BusyV1>);
counting!(second_nested of Nested<BusyV2>);
counting!(last_nested of Nested<third::Busy>);

type Job = fn(&Collected<(u64, u64)>, u64, usize) -> Topology;

const END: u64 = 2_000;

/// Runs jobs one after the other on one directory: the last has the sums of one that ran alone.
async fn upgrades(jobs: &[Job]) {
    for instances in [1, 3] {
        let directory = tempfile::tempdir().unwrap();
        let mut sums = Vec::new();
        for (at, job) in (1..).zip(jobs) {
            let rows = Collected::new();
            let end = if at == jobs.len() { END } else { at as u64 * 100 };
            crate::support::run(job(&rows, end, instances), config(&directory)).await.unwrap();
            sums = rows.take();
        }
        for key in 0..10 {
            let found = sums.iter().rev().find(|(other, _)| *other == key).unwrap().1;
            let expected: u64 = (0..END).filter(|number| number % 10 == key).sum();
            assert_eq!(found, expected, "key {key}, {instances} instances");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_without_a_version_is_upgraded() {
    upgrades(&[first::job, second::job, second::job]).await;
    upgrades(&[first_nested::job, second_nested::job, second_nested::job]).await;
}

#[tokio::test(start_paused = true)]
async fn a_state_is_upgraded_from_any_version_below() {
    upgrades(&[first::job, last::job]).await;
    upgrades(&[second::job, last::job]).await;
    upgrades(&[first::job, second::job, last::job, last::job]).await;
    upgrades(&[first_nested::job, second_nested::job, last_nested::job]).await;
}

#[tokio::test(start_paused = true)]
async fn a_plan_says_which_version_is_upgraded_and_a_later_one_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let rows = Collected::new();
    crate::support::run(second::job(&rows, 100, 1), config(&directory)).await.unwrap();
    let of = |job: Job| {
        let plan = job(&Collected::new(), 200, 1).state_plan(&config(&directory));
        let nodes = plan.unwrap().unwrap().nodes;
        nodes.into_iter().find(|state| state.node == "busy").unwrap()
    };
    let later = of(last::job);
    assert_eq!(later.fate, StateFate::Migrated { from: 1, to: 1 });
    assert_eq!(later.changes, ["state changed: it is upgraded from version 2 to 3"]);
    let earlier = of(first::job);
    assert_eq!(earlier.fate, StateFate::Unreadable);
    assert_eq!(earlier.changes, ["state changed: it was version 2 and is version 1"]);
}

mod recent {
    use super::*;

    /// The first upgrade is gone.
    #[derive(Default, State)]
    #[state(version = 3, upgrade(2 = from_second))]
    pub struct Busy {
        total: u64,
    }

    fn from_second(old: BusyV2) -> Busy {
        Busy { total: old.secs / 1_000 }
    }

    impl Busy {
        pub fn add(&mut self, number: u64) -> u64 {
            self.total += number;
            self.total
        }
    }
}
counting!(without_the_first of recent::Busy);

#[tokio::test(start_paused = true)]
async fn a_version_whose_upgrade_is_gone_is_refused() {
    upgrades(&[second::job, without_the_first::job]).await;
    let directory = tempfile::tempdir().unwrap();
    crate::support::run(first::job(&Collected::new(), 100, 1), config(&directory)).await.unwrap();
    let next = without_the_first::job(&Collected::new(), 200, 1);
    let error = next.start(config(&directory)).unwrap_err();
    let message = "state changed: it is upgraded from version 1 to 3; state: it has no variant \
                `version 1`";
    assert!(error.to_string().contains(message), "{error}");
}

/// Generic, with contents that are renamed.
#[derive(Debug, Clone, PartialEq, State)]
#[state(version = 4, upgrade(3 = from_list))]
#[serde(rename_all = "UPPERCASE")]
struct Both<T> {
    one: T,
    #[serde(skip)]
    unseen: u8,
    other: T,
}

fn from_list<T>([one, other]: [T; 2]) -> Both<T> {
    Both { one, unseen: 0, other }
}

#[derive(Debug, Clone, PartialEq, State)]
struct Unit;

#[derive(Debug, Clone, PartialEq, State)]
struct Meters(f64);

#[derive(Debug, Clone, PartialEq, State)]
enum Place {
    Nowhere,
    At(Meters, Meters),
    Known { name: String },
}

#[test]
fn other_formats_see_a_type_without_its_version() {
    let both = Both { one: Some(3), unseen: 9, other: None };
    let text = serde_json::to_string(&both).unwrap();
    assert_eq!(text, r#"{"ONE":3,"OTHER":null}"#);
    assert_eq!(serde_json::from_str::<Both<_>>(&text).unwrap(), Both { unseen: 0, ..both });
    let places = vec![
        Place::Nowhere,
        Place::At(Meters(0.5), Meters(2.0)),
        Place::Known { name: "here".into() },
    ];
    let text = serde_json::to_string(&(&places, Unit)).unwrap();
    assert_eq!(text, r#"[["Nowhere",{"At":[0.5,2.0]},{"Known":{"name":"here"}}],null]"#);
    assert_eq!(serde_json::from_str::<(Vec<Place>, Unit)>(&text).unwrap(), (places, Unit));
}
