//! The sink, and the words that declare it.

use crate::commit::{self, Number, RowCommitter, Run};
use crate::database::Settings;
use crate::target::Target;
use crate::turn::Turns;
use crate::value::Value;
use crate::writer::{RowWriter, When};
use millstream::env::{Env, FileUse, IfExists};
use millstream::sink::{Committer, Idempotent, Repeat, Sink, Transactional};
use millstream::{Error, ErrorKind, Result};
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

/// How long a transaction of another connection may lock the database, unless set otherwise.
const BUSY: Duration = Duration::from_secs(5);

/// Writes to a SQLite database: the file at this path, created if there is none.
///
/// Continue with [`table`](Sqlite::table). The database may be used by other programs and by
/// several sinks meanwhile. See the [crate](crate) for an example.
#[must_use]
pub fn sqlite(path: impl Into<PathBuf>) -> Sqlite {
    Sqlite { settings: Settings { path: path.into(), setup: String::new(), busy_timeout: BUSY } }
}

/// A database to write to, made by [`sqlite`].
#[derive(Debug, Clone)]
pub struct Sqlite {
    settings: Settings,
}

impl Sqlite {
    /// Runs SQL on each connection before it is used, such as `CREATE TABLE IF NOT EXISTS …` or
    /// `PRAGMA journal_mode = WAL`. It must be able to run again.
    #[must_use]
    pub fn setup(mut self, sql: impl AsRef<str>) -> Self {
        self.settings.setup.push_str(sql.as_ref());
        self.settings.setup.push_str(";\n");
        self
    }

    /// Waits this long for a transaction of another connection to end; 5 s unless called.
    ///
    /// Then an `exactly_once` job tries the commit again later, and another one fails.
    #[must_use]
    pub fn busy_timeout(mut self, time: Duration) -> Self {
        self.settings.busy_timeout = time;
        self
    }

    /// Writes to this table, which must exist once the database is set up.
    pub fn table(self, name: impl Into<String>) -> Table {
        let table = name.into();
        Table { settings: self.settings, sink: table.clone(), table }
    }
}

/// A table to write to, made by [`Sqlite::table`].
#[derive(Debug, Clone)]
pub struct Table {
    settings: Settings,
    table: String,
    sink: String,
}

impl Table {
    /// Names the sink within the database; the name of the table unless called.
    ///
    /// Under its name the database knows what the sink has committed. Two sinks that write to one
    /// table have two names, and a sink keeps its name as long as its job has its checkpoints.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.sink = name.into();
        self
    }

    /// Writes these columns, in this order; the others get their defaults.
    pub fn columns<const N: usize>(self, names: [&str; N]) -> Columns<N> {
        let Self { settings, table, sink } = self;
        let columns = names.iter().map(ToString::to_string).collect();
        Columns { settings, sink, target: Target { table, columns, keys: Vec::new() } }
    }
}

/// The columns to write, made by [`Table::columns`].
#[derive(Debug, Clone)]
pub struct Columns<const N: usize> {
    settings: Settings,
    sink: String,
    target: Target,
}

impl<const N: usize> Columns<N> {
    /// Writes a row for each event, with one value for each column: a closure, or a method.
    ///
    /// # Examples
    /// ```
    /// use millstream_sqlite::{Value, sqlite};
    ///
    /// struct Total { card: u32, cents: u64 }
    ///
    /// impl Total {
    ///     fn row(&self) -> [Value<'_>; 2] {
    ///         [self.card.into(), self.cents.into()]
    ///     }
    /// }
    ///
    /// let sink = sqlite("out.db").table("totals").columns(["card", "cents"]).rows(Total::row);
    /// ```
    pub fn rows<T, F>(self, row: F) -> Rows<T, F, N>
    where
        F: Fn(&T) -> [Value<'_>; N] + Clone + Send + 'static,
    {
        let Self { settings, sink, target } = self;
        let (run, turns, kind) = (Run::default(), Turns::default(), PhantomData);
        Rows { settings, sink, target, row, run, turns, kind }
    }
}

/// Each event is a new row, visible with the checkpoint that contains it in an `exactly_once` job.
#[derive(Debug, Clone, Copy)]
pub struct Added;

/// Each event replaces the row with its key, with the checkpoint that contains it in an
/// `exactly_once` job.
#[derive(Debug, Clone, Copy)]
pub struct Replaced;

/// Each event replaces the row with its key at once, in every job.
#[derive(Debug, Clone, Copy)]
pub struct ReplacedAtOnce;

/// What becomes of rows: [`Added`], [`Replaced`] or [`ReplacedAtOnce`].
pub trait Effect: Send + 'static {
    /// The same for the job.
    type Repeat: Repeat;
}

impl Effect for Added {
    type Repeat = Transactional;
}

impl Effect for Replaced {
    type Repeat = Transactional;
}

impl Effect for ReplacedAtOnce {
    type Repeat = Idempotent;
}

/// A sink that writes rows into a table, made by [`Columns::rows`].
///
/// | job | when rows are visible | after a failure |
/// |---|---|---|
/// | `exactly_once` | with the checkpoint that contains them, in whole epochs | each once |
/// | `at_least_once` | when they are flushed | those since the last checkpoint a second time |
/// | `at_most_once` | when they are flushed | those that were flushed |
///
/// With [`upsert`](Rows::upsert) a row replaces the one with its key.
pub struct Rows<T, F, const N: usize, E = Added> {
    settings: Settings,
    sink: String,
    target: Target,
    row: F,
    run: Run,
    turns: Turns,
    kind: PhantomData<fn() -> (T, E)>,
}

impl<T, F, const N: usize, E> fmt::Debug for Rows<T, F, N, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("path", &self.settings.path)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl<T, F, const N: usize> Rows<T, F, N> {
    /// Replaces the row that has the same values in these columns, if there is one: each key has
    /// its last value.
    ///
    /// The table needs a `PRIMARY KEY` or a `UNIQUE` index over these columns.
    #[must_use]
    pub fn upsert<const K: usize>(mut self, keys: [&str; K]) -> Rows<T, F, N, Replaced> {
        self.target.keys = keys.iter().map(ToString::to_string).collect();
        self.becomes()
    }
}

impl<T, F, const N: usize> Rows<T, F, N, Replaced> {
    /// Writes rows when they are flushed, also in an `exactly_once` job, instead of with the
    /// checkpoint.
    ///
    /// Readers see them milliseconds later, not an interval of checkpoints, and nothing of them is
    /// stored in checkpoints. After a failure they see older values of some keys for a while; in
    /// the end each key has its last one.
    #[must_use]
    pub fn at_once(self) -> Rows<T, F, N, ReplacedAtOnce> {
        self.becomes()
    }
}

impl<T, F, const N: usize, E> Rows<T, F, N, E> {
    fn becomes<O>(self) -> Rows<T, F, N, O> {
        let Self { settings, sink, target, row, run, turns, .. } = self;
        Rows { settings, sink, target, row, run, turns, kind: PhantomData }
    }

    fn check(&self) -> Result<()> {
        if self.target.columns.is_empty() || self.sink.is_empty() {
            let message =
                format!("the sink of table `{}` has no column or no name", self.target.table);
            return Err(Error::new(ErrorKind::Config, message).help("name at least one column"));
        }
        Ok(())
    }

    /// Opens a writer whose rows are written when they are flushed.
    fn flushed(self, env: &Env) -> Result<RowWriter<F, N>> {
        self.check()?;
        let turn = self.turns.next();
        let database = self.settings.open()?;
        database.check(&self.target)?;
        let when = When::Flushed(Some(database), turn);
        Ok(RowWriter::new(self.row, self.target, env.clone(), when))
    }

    /// Opens a writer whose rows are written with their checkpoint.
    fn committed(self, env: &Env, last: Option<&[u8]>) -> Result<RowWriter<F, N>> {
        let Some(run) = self.run.get().copied() else {
            let message = "a sink is opened before its committer has recovered";
            return Err(Error::new(ErrorKind::Internal, message));
        };
        let number = match last {
            None | Some([]) => Number { run, epoch: 0 },
            Some(last) => commit::number(last)?,
        };
        Ok(RowWriter::new(self.row, self.target, env.clone(), When::Committed(number)))
    }
}

/// Whether rows wait for the checkpoint.
fn waits<E: Effect>() -> bool {
    E::Repeat::EFFECT == Transactional::EFFECT
}

impl<T, F, const N: usize, E: Effect> Sink<T> for Rows<T, F, N, E>
where
    T: 'static,
    F: Fn(&T) -> [Value<'_>; N] + Clone + Send + 'static,
{
    type Writer = RowWriter<F, N>;
    type Repeat = E::Repeat;

    fn open(self, env: &Env) -> Result<Self::Writer> {
        self.flushed(env)
    }

    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<Self::Writer> {
        if waits::<E>() { self.committed(env, last) } else { self.flushed(env) }
    }

    fn committer(&self, env: &Env) -> Result<Option<Box<dyn Committer>>> {
        if !waits::<E>() {
            return Ok(None);
        }
        self.check()?;
        let place = (self.settings.clone(), self.target.clone(), self.sink.clone());
        Ok(Some(Box::new(RowCommitter::new(place, self.run.clone(), env.clone()))))
    }

    fn again(&self) -> Option<Self> {
        let (settings, sink) = (self.settings.clone(), self.sink.clone());
        let (target, row, turns) = (self.target.clone(), self.row.clone(), self.turns.clone());
        let (run, kind) = (Run::default(), PhantomData);
        Some(Self { settings, sink, target, row, run, turns, kind })
    }

    /// The database, as the sink of this name: others may write to it.
    fn files(&self) -> Vec<FileUse> {
        let mut path = self.settings.path.clone().into_os_string();
        path.push(format!("#{}", self.sink));
        vec![FileUse::write(path, IfExists::Append)]
    }
}
