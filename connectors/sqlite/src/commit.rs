//! Makes the rows of epochs visible, each once.
//!
//! A checkpoint contains the rows of an epoch. A commit writes them together with the number of the
//! epoch, in one transaction, so that whoever reads the number knows what is visible. Epochs are
//! counted for each *run*, a start from the beginning, whose random number stands beside: rows of
//! another run are never taken for those of this one.

use crate::database::{Database, Settings, Within};
use crate::target::Target;
use millstream::env::Env;
use millstream::sink::{Committer, PreparedEpoch};
use millstream::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// The table with the number of the last epoch of each sink.
const MARKERS: &str = "millstream_commits";

const CREATE: &str = "CREATE TABLE IF NOT EXISTS millstream_commits (
    sink TEXT NOT NULL PRIMARY KEY, run INTEGER NOT NULL, epochs INTEGER NOT NULL)";
const READ: &str = "SELECT run, epochs FROM millstream_commits WHERE sink = ?1";
const BEGIN: &str = "INSERT INTO millstream_commits VALUES (?1, ?2, 0)
    ON CONFLICT (sink) DO UPDATE SET run = excluded.run, epochs = 0";
const ADVANCE: &str = "UPDATE millstream_commits SET epochs = ?2 WHERE sink = ?1";

/// The number of an epoch, and of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Number {
    pub(crate) run: i64,
    pub(crate) epoch: i64,
}

/// The run of an opened sink: its committer knows it first.
pub(crate) type Run = Arc<OnceLock<i64>>;

/// What a checkpoint stores of an epoch, before the rows.
#[derive(Serialize, Deserialize)]
struct Header {
    number: Number,
    target: Target,
}

/// What a checkpoint stores of an epoch.
pub(crate) fn encoded(number: Number, target: &Target, rows: &[u8]) -> Result<Vec<u8>> {
    let header = postcard::to_allocvec(&Header { number, target: target.clone() });
    let mut bytes = header.map_err(|error| {
        Error::new(ErrorKind::Internal, "cannot encode the rows of an epoch").caused_by(error)
    })?;
    bytes.extend(rows);
    Ok(bytes)
}

fn decoded(bytes: &[u8]) -> Result<(Header, &[u8])> {
    postcard::take_from_bytes(bytes).map_err(|error| {
        let message = "the checkpoint is that of another sink";
        Error::new(ErrorKind::Checkpoint, message).caused_by(error)
    })
}

/// The number of an epoch in a checkpoint.
pub(crate) fn number(bytes: &[u8]) -> Result<Number> {
    decoded(bytes).map(|(header, _)| header.number)
}

/// Writes the rows of durable epochs, and their number.
pub(crate) struct RowCommitter {
    settings: Settings,
    target: Target,
    sink: String,
    run: Run,
    env: Env,
    /// Open from one commit to the next, unless one has failed.
    database: Option<Database>,
}

impl RowCommitter {
    pub(crate) fn new(
        (settings, target, sink): (Settings, Target, String),
        run: Run,
        env: Env,
    ) -> Self {
        Self { settings, target, sink, run, env, database: None }
    }

    /// Does something in one transaction of a database that is open.
    fn at_once<R>(&mut self, work: impl FnOnce(&Self, &Within<'_>) -> Result<R>) -> Result<R> {
        let mut database = match self.database.take() {
            Some(database) => database,
            None => self.settings.open()?,
        };
        let done = database.at_once(|within| work(self, within))?;
        self.database = Some(database);
        Ok(done)
    }

    /// Writes the epochs that are not visible.
    fn show(&self, within: &Within<'_>, epochs: &[PreparedEpoch]) -> Result<()> {
        for epoch in epochs {
            let (Header { number, target }, rows) = decoded(&epoch.bytes)?;
            let visible = self.visible(within, number.run)?;
            if number.epoch <= visible {
                continue;
            }
            if number.epoch > visible + 1 {
                let (next, sink) = (number.epoch, &self.sink);
                let cause = format!(
                    "its last epoch of `{sink}` is {visible}, and the checkpoint continues with \
                     {next}"
                );
                return Err(self.differs("is older than the checkpoint", &cause));
            }
            within.insert(&target, rows)?;
            within.execute(ADVANCE, (&self.sink, number.epoch))?;
        }
        Ok(())
    }

    /// The number of the last visible epoch.
    fn visible(&self, within: &Within<'_>, run: i64) -> Result<i64> {
        match within.find(MARKERS, READ, &self.sink)? {
            Some((found, epochs)) if found == run => Ok(epochs),
            Some(_) => {
                let path = self.settings.path.display();
                let message = format!("another job writes to `{path}` as `{}` by now", self.sink);
                Err(Error::new(ErrorKind::Sink, message)
                    .help("name one of the two sinks with `.named(…)`, and start it anew"))
            }
            None => {
                let cause = format!("it has no epoch of `{}`", self.sink);
                Err(self.differs("is not the one of the checkpoint", &cause))
            }
        }
    }

    /// The error of a database that is not as the job has left it.
    fn differs(&self, how: &str, cause: &str) -> Error {
        Error::new(ErrorKind::Sink, format!("`{}` {how}", self.settings.path.display()))
            .caused_by(cause)
            .help("restore the database as it was, or start the job without its checkpoints")
    }

    /// Begins a run, of which no epoch is visible.
    fn begin(&mut self) -> Result<i64> {
        let run = i64::from_ne_bytes(self.env.random().to_ne_bytes());
        self.at_once(|committer, within| {
            within.execute(CREATE, ())?;
            within.execute(BEGIN, (&committer.sink, run))
        })?;
        Ok(run)
    }

    /// Continues a run, all of whose epochs are those of the checkpoint.
    fn go_on(&mut self, epochs: &[PreparedEpoch], last: &PreparedEpoch) -> Result<i64> {
        let last = number(&last.bytes)?;
        self.at_once(|committer, within| {
            committer.show(within, epochs)?;
            let visible = committer.visible(within, last.run)?;
            if visible > last.epoch {
                let (last, sink) = (last.epoch, &committer.sink);
                let cause = format!(
                    "its last epoch of `{sink}` is {visible}, and that of the checkpoint is {last}"
                );
                return Err(committer.differs("is newer than the checkpoint", &cause));
            }
            Ok(())
        })?;
        Ok(last.run)
    }
}

impl Committer for RowCommitter {
    fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        self.at_once(|committer, within| committer.show(within, epochs))
    }

    fn recover(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        let database = self.settings.open()?;
        database.check(&self.target)?;
        self.database = Some(database);
        let run = match epochs.last() {
            None => self.begin()?,
            Some(last) => self.go_on(epochs, last)?,
        };
        // A committer recovers once; the same run otherwise.
        self.run.set(run).ok();
        Ok(())
    }
}
