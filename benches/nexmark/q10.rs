//! q10: every bid into the file of its day and minute.

use super::{Day, Minute, PlainBid, bid};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Writer};
use millstream::{Error, ErrorKind};
use nexmark::event::{Bid, Event};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The number of open files. Bids arrive nearly in order, so more than two are rare.
const OPEN_FILES: usize = 8;

#[operator]
async fn plain(bid: Bid) -> PlainBid {
    bid.into()
}

/// Every bid into a file of `folder`, which should be empty: `2020-09-13/12-26.jsonl`.
pub fn q10(events: impl Source<Event>, folder: &Path, instances: usize) -> Topology {
    topology!(
        job("q10").instances(instances),
        source(events) >> shuffle >> bid >> plain >> sink(Partitions::of(folder)),
    )
}

/// A sink that appends each bid to the file of its day and minute, as a line of JSON.
#[derive(Debug)]
pub struct Partitions {
    folder: PathBuf,
    open: HashMap<(Day, Minute), BufWriter<File>, FixedState>,
}

impl Partitions {
    /// Files below `folder`, which is created if missing.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), open: HashMap::default() }
    }

    fn append(&mut self, bid: &PlainBid) -> io::Result<()> {
        let partition = (Day::of(bid.date_time), Minute::of(bid.date_time));
        if !self.open.contains_key(&partition) {
            if self.open.len() == OPEN_FILES {
                self.flush_all()?;
                self.open.clear();
            }
            let file = self.file(partition)?;
            self.open.insert(partition, file);
        }
        if let Some(file) = self.open.get_mut(&partition) {
            serde_json::to_writer(&mut *file, bid)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    fn file(&self, (day, minute): (Day, Minute)) -> io::Result<BufWriter<File>> {
        let folder = self.folder.join(day.to_string());
        fs::create_dir_all(&folder)?;
        let name = format!("{:02}-{:02}.jsonl", minute.hour(), minute.of_hour());
        let file = OpenOptions::new().append(true).create(true).open(folder.join(name))?;
        Ok(BufWriter::with_capacity(1 << 16, file))
    }

    fn flush_all(&mut self) -> io::Result<()> {
        self.open.values_mut().try_for_each(BufWriter::flush)
    }

    fn told(&self, result: io::Result<()>) -> millstream::Result<()> {
        result.map_err(|cause| {
            let message = format!("cannot write below `{}`", self.folder.display());
            Error::new(ErrorKind::Sink, message).caused_by(cause)
        })
    }
}

impl Sink<PlainBid> for Partitions {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        let made = fs::create_dir_all(&self.folder);
        self.told(made)?;
        Ok(self)
    }
}

impl Writer<PlainBid> for Partitions {
    fn write(&mut self, bid: PlainBid) -> millstream::Result<()> {
        let appended = self.append(&bid);
        self.told(appended)
    }

    async fn close(&mut self) -> millstream::Result<()> {
        let flushed = self.flush_all();
        self.told(flushed)
    }
}

/// Reads the bids in the files below `folder`, each with the day and minute of its path.
///
/// # Errors
/// If a file cannot be read or is malformed.
pub fn read(folder: &Path) -> io::Result<Vec<(String, PlainBid)>> {
    let mut bids = Vec::new();
    for day in fs::read_dir(folder)? {
        for file in fs::read_dir(day?.path())? {
            let path = file?.path();
            let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
            let partition = name.display().to_string();
            for line in fs::read_to_string(&path)?.lines() {
                bids.push((partition.clone(), serde_json::from_str(line)?));
            }
        }
    }
    Ok(bids)
}
