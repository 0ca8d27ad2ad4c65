//! What a job takes from the world can be handed in: tasks, randomness, files.

use crate::simulation;
use crate::support::{INSTANCES, awaited, numbered, run, sorted};
use millstream::env::{Env, Files};
use millstream::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

fn topology(instances: usize, seen: &Collected<(u64, u64)>) -> Topology {
    topology!(
        one = source(from_iter(0..300_u64)),
        two = source(from_iter(0..300_u64)) >> shuffle >> awaited * 2,
        [one, two] >> by(|number| *number) >> numbered * instances >> sink(seen.sink()),
    )
}

#[test]
fn a_job_runs_without_any_runtime_in_an_order_that_follows_from_a_seed() {
    for instances in INSTANCES {
        let trace = |seed| {
            let seen = Collected::new();
            let config = Config::default().batch(3).buffer(9);
            simulation::run(seed, topology(instances, &seen), config).unwrap();
            seen.take()
        };
        let expected: Vec<_> = (0..300).flat_map(|number| [(number, 1), (number, 2)]).collect();
        let mut traces = BTreeSet::new();
        for seed in 0..20 {
            let events = trace(seed);
            assert_eq!(events, trace(seed), "seed {seed} gives two different runs");
            assert_eq!(sorted(events.clone()), expected, "seed {seed}");
            traces.insert(events);
        }
        assert!(traces.len() > 10, "20 seeds give only {} different runs", traces.len());
    }
}

#[test]
fn randomness_follows_from_the_seed() {
    let numbers = |seed| {
        let env = Env::system().seeded(seed);
        std::array::from_fn::<_, 5, _>(|_| env.random())
    };
    assert_eq!(numbers(7), numbers(7));
    assert_ne!(numbers(7), numbers(8));
}

/// Files that are nowhere but here.
#[derive(Debug, Clone, Default)]
struct Shelf(Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>);

struct Written {
    shelf: Shelf,
    path: PathBuf,
}

impl Shelf {
    fn put(&self, path: &str, text: &str) {
        self.0.lock().unwrap().insert(path.into(), text.into());
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.0.lock().unwrap()[Path::new(path)].clone()).unwrap()
    }
}

impl Files for Shelf {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let text = self.0.lock().unwrap().get(path).cloned();
        Ok(Box::new(Cursor::new(text.ok_or(io::ErrorKind::NotFound)?)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        self.0.lock().unwrap().insert(path.into(), Vec::new());
        Ok(Box::new(Written { shelf: self.clone(), path: path.into() }))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.shelf.0.lock().unwrap();
        files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn files_are_opened_through_the_env() {
    for instances in INSTANCES {
        let shelf = Shelf::default();
        shelf.put("in.csv", "id,name\n1,ä\n2,b\n");
        let topology = topology!(
            source(csv_file("in.csv"))
                >> by(|(id, _): &(u64, String)| *id)
                >> map(|(id, name)| (name, id)) * instances
                >> sink(jsonl_file("out.jsonl"))
        );
        let env = Env::system().with_files(shelf.clone());
        run(topology, Config::default().env(env)).await.unwrap();
        let written = shelf.text("out.jsonl");
        assert_eq!(sorted(written.lines().collect()), ["[\"b\",2]", "[\"ä\",1]"]);
    }
}
