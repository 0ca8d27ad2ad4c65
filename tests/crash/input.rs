//! The input of the job that is killed, and what a computation that knows nothing of jobs makes of it.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The random numbers of a run, which follow from its seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }
}

/// The lines of a file, in order: customer, and what it has spent up to and with the line.
#[derive(Debug)]
struct Split {
    path: PathBuf,
    totals: Vec<(u32, i64)>,
    spent: HashMap<u32, i64>,
}

/// Two files of payments, each of customers of its own. Payments are numbered through both: the
/// even ones are in the first file.
#[derive(Debug)]
pub struct Input {
    splits: [Split; 2],
    random: Random,
}

impl Input {
    /// Both files, without a line as yet.
    pub fn new(folder: &Path, seed: u64) -> Self {
        let split = |name| {
            let path = folder.join(name);
            std::fs::write(&path, "id,customer,cents\n").unwrap();
            Split { path, totals: Vec::new(), spent: HashMap::new() }
        };
        Self { splits: ["left.csv", "right.csv"].map(split), random: Random(seed) }
    }

    pub fn paths(&self) -> [&Path; 2] {
        [0, 1].map(|split: usize| &*self.splits[split].path)
    }

    /// Adds so many payments to each file.
    pub fn extend(&mut self, payments: usize) {
        for (number, split) in self.splits.iter_mut().enumerate() {
            let file = OpenOptions::new().append(true).open(&split.path).unwrap();
            let mut out = BufWriter::new(file);
            for _ in 0..payments {
                let bits = self.random.next();
                let customer = u32::try_from(bits % 200).unwrap() * 2 + number as u32;
                let cents = i64::try_from(bits >> 50).unwrap() + 1;
                let id = split.totals.len() * 2 + number;
                writeln!(out, "{id},{customer},{cents}").unwrap();
                let spent = split.spent.entry(customer).or_default();
                *spent += cents;
                split.totals.push((customer, *spent));
            }
            out.flush().unwrap();
        }
    }

    /// How many payments there are in each file.
    pub fn lengths(&self) -> [usize; 2] {
        [0, 1].map(|split: usize| self.splits[split].totals.len())
    }

    /// Customer and total of a payment, if there is one of that number.
    pub fn expected(&self, id: u64) -> Option<(u32, i64)> {
        let split = &self.splits[usize::try_from(id % 2).unwrap()];
        split.totals.get(usize::try_from(id / 2).unwrap()).copied()
    }
}

/// A line of the output: the payment, its customer, the total; nothing if it is none.
pub fn line(text: &str) -> Option<(u64, u32, i64)> {
    let mut fields = text.split(',');
    let line = (fields.next()?, fields.next()?, fields.next()?);
    let (id, customer, total) = line;
    Some((id.parse().ok()?, customer.parse().ok()?, total.parse().ok()?))
}

/// Creates a file for the messages of a process, behind those of the processes before.
pub fn messages(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap()
}
