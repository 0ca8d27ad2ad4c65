//! Random histories against a map.

use super::*;
use crate::env::disk::DiskFault;
use std::io::ErrorKind;

/// What a node should hold.
#[derive(Clone, Default)]
struct Expected {
    rows: BTreeMap<u64, u64>,
    wholes: BTreeMap<u32, Vec<u8>>,
}

/// One random history.
struct History {
    random: Env,
    disk: Disk,
    instances: u32,
    epoch: u64,
    expected: Expected,
    /// What checkpoints that failed have saved.
    owed: Vec<SavedPart>,
}

impl History {
    fn below(&self, most: u64) -> u64 {
        self.random.random() % most
    }

    /// What one instance saves: some of its rows, or all.
    fn save(&mut self, instance: u32) -> Vec<SavedPart> {
        let count = usize::try_from(self.instances).unwrap();
        let owned = |group| u32::try_from(groups().owner(group, count)).unwrap() == instance;
        let group = |key: u64| groups().of(key.key_hash());
        let mut writer = RowsWriter::new(groups());
        for _ in 0..self.below(12) {
            let key = self.below(60);
            if !owned(group(key)) {
                continue;
            }
            if self.below(3) == 0 {
                writer.remove(group(key), &key.to_le_bytes());
                self.expected.rows.remove(&key);
            } else {
                let value = self.below(1_000);
                writer.put(group(key), &key.to_le_bytes(), &value.to_le_bytes());
                self.expected.rows.insert(key, value);
            }
        }
        if self.below(5) == 0 {
            writer = RowsWriter::new(groups());
            writer.everything(owned);
            self.expected.rows.retain(|key, _| !owned(group(*key)) || key % 7 != 0);
            for (key, value) in self.expected.rows.iter().filter(|(key, _)| owned(group(**key))) {
                writer.put(group(*key), &key.to_le_bytes(), &value.to_le_bytes());
            }
        }
        let mut parts = vec![saved_rows(instance, writer)];
        if self.below(2) == 0 || !self.expected.wholes.contains_key(&instance) {
            let bytes = self.below(u64::MAX).to_le_bytes().to_vec();
            parts.push(whole(NODE, instance, &bytes));
            self.expected.wholes.insert(instance, bytes);
        }
        parts
    }

    /// A run of the job: some checkpoints, of which some fail, with merging.
    fn run(&mut self) {
        let instances = [self.instances, 1, 2, 3, 5];
        let instances = instances[usize::try_from(self.below(5)).unwrap()];
        if instances != self.instances {
            self.expected.wholes.clear();
        }
        self.instances = instances;
        let directory = begun(&self.disk);
        // A run saves its wholes anew if it was begun with another number.
        for _ in 0..=self.below(12) {
            self.epoch = directory.last_epoch() + 1 + self.below(3);
            let mut parts = std::mem::take(&mut self.owed);
            for instance in 0..instances {
                parts.extend(self.save(instance));
            }
            if self.below(6) == 0 {
                let at = usize::try_from(self.below(6)).unwrap();
                self.disk.plan(at, DiskFault::Fails(ErrorKind::StorageFull));
            }
            let written = directory.write(&manifest(self.epoch, instances), &parts);
            self.disk.forget();
            match written {
                Ok(_) => self.check(&directory),
                Err(_) => self.owed = parts,
            }
            if self.below(4) == 0 {
                directory.compact().unwrap();
                if self.owed.is_empty() {
                    self.check(&directory);
                }
            }
        }
        // What is owed is saved before the job ends.
        let epoch = directory.last_epoch() + 1;
        directory.write(&manifest(epoch, instances), &std::mem::take(&mut self.owed)).unwrap();
        self.check(&directory);
    }

    fn check(&self, directory: &CheckpointDirectory) {
        let found = directory.latest().unwrap().unwrap();
        assert!(found.skipped().is_empty());
        assert_eq!(all_rows(&found), self.expected.rows);
        let wholes = found.whole(NODE, PartKind::Source).unwrap();
        assert_eq!(wholes.into_iter().collect::<BTreeMap<_, _>>(), self.expected.wholes);
        // Each of any number of instances finds its own rows.
        let count = usize::try_from(self.below(8)).unwrap() + 1;
        let mut rows = 0;
        for instance in 0..count {
            let owned = |group| groups().owner(group, count) == instance;
            let read = found.rows(NODE, PartKind::Rows, &owned, &mut |group, _, _| {
                assert!(owned(group));
                rows += 1;
                Ok(())
            });
            read.unwrap();
        }
        assert_eq!(rows, self.expected.rows.len());
    }
}

#[test]
fn whatever_is_written_failed_merged_and_rescaled_equals_a_map() {
    for seed in 1..=80 {
        println!("seed {seed}");
        let mut history = History {
            random: Env::system().seeded(seed),
            disk: Disk::default(),
            instances: 1,
            epoch: 0,
            expected: Expected::default(),
            owed: Vec::new(),
        };
        (0..6).for_each(|_| history.run());
    }
}
