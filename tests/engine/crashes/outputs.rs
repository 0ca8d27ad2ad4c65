//! Where the rows of the jobs go: into memory, or into files that are committed or cut back.

use super::disk::Disk;
use super::fuse;
use crate::support::mixed;
use millstream::Result;
use millstream::connector::json::{JsonFormat, JsonLines, jsonl_file, jsonl_parts};
use millstream::connector::parts::Parts;
use millstream::env::{Env, FileUse, Files};
use millstream::sink::{Committer, Epoch, Prepared, PreparedEpoch, Sink, Transactional, Writer};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// What a commit says that fails.
pub const TIMED_OUT: &str = "timed out";

/// What a sink receives: the number of its node, and three numbers.
pub type Row = (usize, u64, u64, u64);

/// What the sinks have received, whatever became of the job.
#[derive(Debug, Clone)]
pub struct Outputs {
    rows: Arc<Mutex<Shelf>>,
    /// Whether the sinks commit: each then writes to one of three places.
    pub exact: bool,
    seed: u64,
}

/// Rows in a memory that outlives jobs.
#[derive(Debug, Default)]
struct Shelf {
    rows: Vec<Row>,
    /// The last epoch of each sink that is committed.
    committed: std::collections::BTreeMap<(usize, usize), u64>,
    /// How many commits are to fail.
    failing: u64,
}

impl Outputs {
    pub fn new(exact: bool, seed: u64) -> Self {
        Self { rows: Arc::default(), exact, seed }
    }

    /// The next commits fail, so many of them.
    pub fn fail(&self, commits: u64) {
        self.rows.lock().unwrap().failing = commits;
    }

    /// A sink of a node, which may have several.
    pub fn sink(&self, at: (usize, usize)) -> RowSink {
        let file = format!("out/{}-{}", at.0, at.1);
        let place = match mixed(self.seed ^ (at.0 * 7 + at.1) as u64) % 3 {
            0 if self.exact => Place::Lines(jsonl_file(PathBuf::from(file + ".jsonl"))),
            1 if self.exact => Place::Parts(jsonl_parts(PathBuf::from(file)).roll_at(200)),
            _ => Place::Memory(()),
        };
        RowSink { at, outputs: self.clone(), place }
    }

    /// All rows that the sinks have made visible; those in memory in the order of their emission.
    pub fn rows(&self, disk: &Disk) -> Vec<Row> {
        let mut rows = self.rows.lock().unwrap().rows.clone();
        let names = |folder: &str| {
            let folder = PathBuf::from(folder);
            let names = disk.directory(&folder).unwrap().into_iter();
            names.map(move |name| folder.join(name)).collect::<Vec<_>>()
        };
        let folders = (0..100).flat_map(|node| {
            (0..3).map(move |sink| format!("out/{node}-{sink}")).collect::<Vec<_>>()
        });
        for file in folders.flat_map(|folder| names(&folder)).chain(names("out")) {
            let is_hidden = file.file_name().unwrap().to_string_lossy().starts_with('.');
            if file.extension().is_some_and(|extension| extension == "jsonl") && !is_hidden {
                let text = String::from_utf8(disk.bytes(&file)).unwrap();
                rows.extend(text.lines().map(|line| serde_json::from_str::<Row>(line).unwrap()));
            }
        }
        rows
    }
}

/// A sink that writes to one of three places.
pub struct RowSink {
    at: (usize, usize),
    outputs: Outputs,
    place: Place<JsonLines<Row>, Parts<Row, JsonFormat>, ()>,
}

/// A file, files that are renamed, or memory.
enum Place<L, P, M = ()> {
    Lines(L),
    Parts(P),
    Memory(M),
}

type LinesWriter = <JsonLines<Row> as Sink<Row>>::Writer;
type PartsWriter = <Parts<Row, JsonFormat> as Sink<Row>>::Writer;

pub struct RowWriter {
    node: usize,
    outputs: Outputs,
    /// Rows that are not committed, of a sink that commits.
    prepared: Option<Vec<Row>>,
    place: Place<LinesWriter, PartsWriter>,
}

impl RowSink {
    fn writer(self, prepared: Option<Vec<Row>>, open: Opening<'_>, env: &Env) -> Result<RowWriter> {
        let place = match self.place {
            Place::Lines(lines) => Place::Lines(open.open(lines, env)?),
            Place::Parts(parts) => Place::Parts(open.open(parts, env)?),
            Place::Memory(()) => Place::Memory(()),
        };
        Ok(RowWriter { node: self.at.0, outputs: self.outputs, prepared, place })
    }
}

/// How a sink is opened.
enum Opening<'a> {
    First,
    Again(&'a [u8]),
    ExactlyOnce(Option<&'a [u8]>),
}

impl Opening<'_> {
    fn open<K: Sink<Row>>(self, sink: K, env: &Env) -> Result<K::Writer> {
        match self {
            Self::First => sink.open(env),
            Self::Again(last) => sink.open_again(env, last),
            Self::ExactlyOnce(last) => sink.open_exactly_once(env, last),
        }
    }
}

impl Sink<(u64, u64)> for RowSink {
    type Writer = RowWriter;
    type Repeat = Transactional;

    fn open(self, env: &Env) -> Result<RowWriter> {
        self.writer(None, Opening::First, env)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<RowWriter> {
        self.writer(None, Opening::Again(last), env)
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<RowWriter> {
        self.writer(Some(Vec::new()), Opening::ExactlyOnce(last), env)
    }

    fn committer(&self, env: &Env) -> Result<Option<Box<dyn Committer>>> {
        match &self.place {
            Place::Parts(parts) => parts.committer(env),
            Place::Lines(_) => Ok(Some(Box::new(CutBack))),
            Place::Memory(()) => {
                Ok(Some(Box::new(Shelved { at: self.at, outputs: self.outputs.clone() })))
            }
        }
    }

    fn again(&self) -> Option<Self> {
        Some(self.outputs.sink(self.at))
    }

    fn files(&self) -> Vec<FileUse> {
        match &self.place {
            Place::Lines(lines) => Sink::<Row>::files(lines),
            Place::Parts(parts) => Sink::<Row>::files(parts),
            Place::Memory(()) => Vec::new(),
        }
    }
}

impl Writer<(u64, u64)> for RowWriter {
    fn write(&mut self, (key, number): (u64, u64)) -> Result<()> {
        fuse::burn();
        let row = (self.node, key, number, 0);
        match &mut self.place {
            Place::Lines(lines) => lines.write(row),
            Place::Parts(parts) => parts.write(row),
            Place::Memory(()) => {
                match &mut self.prepared {
                    Some(prepared) => prepared.push(row),
                    None => self.outputs.rows.lock().unwrap().rows.push(row),
                }
                Ok(())
            }
        }
    }

    async fn flush(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Lines(lines) => Writer::<Row>::flush(lines).await,
            Place::Parts(parts) => Writer::<Row>::flush(parts).await,
            Place::Memory(()) => Ok(()),
        }
    }

    fn cut(&mut self, epoch: Epoch) -> Result<Prepared> {
        match &mut self.place {
            Place::Lines(lines) => Writer::<Row>::cut(lines, epoch),
            Place::Parts(parts) => Writer::<Row>::cut(parts, epoch),
            Place::Memory(()) => Ok(match &mut self.prepared {
                Some(prepared) => {
                    Prepared::ready(serde_json::to_vec(&std::mem::take(prepared)).unwrap())
                }
                None => Prepared::nothing(),
            }),
        }
    }

    async fn close(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Lines(lines) => Writer::<Row>::close(lines).await,
            Place::Parts(parts) => Writer::<Row>::close(parts).await,
            Place::Memory(()) => Ok(()),
        }
    }
}

/// A file that is cut back has nothing to commit.
struct CutBack;

impl Committer for CutBack {
    fn commit(&mut self, _: &[PreparedEpoch]) -> Result<()> {
        Ok(())
    }
}

/// Puts rows on the shelf together with their epoch, like a transaction of a database.
struct Shelved {
    at: (usize, usize),
    outputs: Outputs,
}

impl Committer for Shelved {
    fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        let mut shelf = self.outputs.rows.lock().unwrap();
        for PreparedEpoch { epoch, bytes } in epochs {
            let last = shelf.committed.entry(self.at).or_default();
            if epoch.0 <= *last {
                continue;
            }
            *last = epoch.0;
            shelf.rows.extend(serde_json::from_slice::<Vec<Row>>(bytes).unwrap());
            if shelf.failing > 0 {
                // It fails after it has taken effect.
                shelf.failing -= 1;
                return Err(millstream::Error::new(millstream::ErrorKind::Sink, TIMED_OUT));
            }
        }
        Ok(())
    }
}
