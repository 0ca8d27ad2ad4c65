//! The queries by name, each with the collection of its rows.

use super::{Clock, LastPerKey, LastPerKeySink};
use super::{
    q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14, q15, q16, q17, q18,
    q19, q20, q21, q22, q23,
};
use millstream::connector::memory::{CollectedSink, FromIter};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::hash::Hash;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::vec::IntoIter;

/// The number of queries: q0 to q23.
const QUERIES: u8 = 24;

/// One of the queries, q0 to q23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query(u8);

impl Query {
    /// All queries in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..QUERIES).map(Self)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "q{}", self.0)
    }
}

impl FromStr for Query {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::all().find(|query| query.to_string() == name);
        known.ok_or_else(|| format!("there is no query `{name}`: take one of q0 to q23"))
    }
}

/// The rows of a result, whatever their type.
pub trait Rows: fmt::Debug + Send {
    /// The number of rows.
    fn count(&self) -> usize;

    /// Writes one JSON object a line.
    ///
    /// # Errors
    /// If the output cannot be written.
    fn write(&self, to: &mut dyn Write) -> io::Result<()>;

    /// The rows as JSON.
    ///
    /// # Errors
    /// If a row cannot be serialized.
    fn values(&self) -> serde_json::Result<Vec<Value>>;
}

impl<R: Serialize + fmt::Debug + Send> Rows for Vec<R> {
    fn count(&self) -> usize {
        self.len()
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        for row in self {
            serde_json::to_writer(&mut *to, row)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    fn values(&self) -> serde_json::Result<Vec<Value>> {
        self.iter().map(serde_json::to_value).collect()
    }
}

/// The input of a query.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The events, in order of time.
    pub events: Vec<Event>,
    /// The number of instances of each operator.
    pub instances: usize,
    /// The output folder of q10.
    pub folder: PathBuf,
    /// The clock of q12.
    pub clock: Clock,
}

type Events = FromIter<IntoIter<Event>>;

/// A query that is ready to run.
pub struct Prepared {
    pub(super) topology: Topology,
    pub(super) rows: Box<dyn FnOnce() -> io::Result<Box<dyn Rows>> + Send>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

impl Setup {
    /// Prepares a query to run on this input.
    // Inlined, so that the 24 queries are compiled only into the binaries that run them.
    #[inline]
    pub fn prepare(self, query: Query) -> Prepared {
        match query.0 {
            0 => self.collected(q00::q0),
            1 => self.collected(q01::q1),
            2 => self.collected(q02::q2),
            3 => self.collected(q03::q3),
            4 => self.latest(|row| row.category, q04::q4),
            5 => self.collected(q05::q5),
            6 => self.latest(|row| row.auction, q06::q6),
            7 => self.collected(q07::q7),
            8 => self.collected(q08::q8),
            9 => self.latest(|row| row.id, q09::q9),
            10 => self.files(),
            11 => self.collected(q11::q11),
            12 => {
                let clock = self.clock.clone();
                self.collected(|events, rows, instances| q12::q12(events, rows, instances, clock))
            }
            13 => self.collected(q13::q13),
            14 => self.collected(q14::q14),
            15 => self.latest(|row| row.day, q15::q15),
            16 => self.latest(|row| (row.channel.clone(), row.day), q16::q16),
            17 => self.latest(|row| (row.auction, row.day), q17::q17),
            18 => self.latest(|row| (row.bidder, row.auction), q18::q18),
            19 => self.latest(|row| (row.bid.auction, row.rank), q19::q19),
            20 => self.collected(q20::q20),
            21 => self.collected(q21::q21),
            22 => self.collected(q22::q22),
            _ => self.collected(q23::q23),
        }
    }

    /// A query with a result of all rows.
    fn collected<R: Serialize + fmt::Debug + Send + 'static>(
        self,
        query: impl FnOnce(Events, CollectedSink<R>, usize) -> Topology,
    ) -> Prepared {
        let kept = Collected::new();
        let topology = query(from_iter(self.events), kept.sink(), self.instances);
        Prepared { topology, rows: Box::new(move || Ok(Box::new(kept.take()))) }
    }

    /// A query with a result of the last row per key.
    fn latest<R: Serialize + fmt::Debug + Send + 'static, K: Hash + Eq + Send + 'static>(
        self,
        key: fn(&R) -> K,
        query: impl FnOnce(Events, LastPerKeySink<K, R>, usize) -> Topology,
    ) -> Prepared {
        let kept = LastPerKey::new();
        let topology = query(from_iter(self.events), kept.sink(key), self.instances);
        Prepared { topology, rows: Box::new(move || Ok(Box::new(kept.take()))) }
    }

    /// q10, whose rows are read from its files.
    #[inline]
    fn files(self) -> Prepared {
        let topology = q10::q10(from_iter(self.events), &self.folder, self.instances);
        let rows = move || -> io::Result<Box<dyn Rows>> {
            let bids = q10::read(&self.folder)?;
            Ok(Box::new(bids.into_iter().map(|(_, bid)| bid).collect::<Vec<_>>()))
        };
        Prepared { topology, rows: Box::new(rows) }
    }
}
