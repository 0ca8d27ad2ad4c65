//! A connection to the database, and what goes through it.

use crate::rows::Values;
use crate::target::{Target, named};
use millstream::env::Env;
use millstream::{Error, ErrorKind, Result};
use rusqlite::types::ToSqlOutput;
use rusqlite::{
    Connection, ErrorCode, OptionalExtension, Statement, Transaction, TransactionBehavior,
};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::oneshot;

/// How a database is opened.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) path: PathBuf,
    pub(crate) setup: String,
    pub(crate) busy_timeout: Duration,
}

/// An open database; every transaction is durable once it has ended.
pub(crate) struct Database {
    connection: Connection,
    settings: Settings,
}

impl Settings {
    /// Opens the database, creates it if there is none, and sets it up; may block.
    ///
    /// # Errors
    /// If that is not possible.
    pub(crate) fn open(&self) -> Result<Database> {
        if self.path.as_os_str().is_empty() || self.path.as_os_str() == ":memory:" {
            let message = "a database in memory ends with the job";
            return Err(Error::new(ErrorKind::Config, message).help("give the path of a file"));
        }
        let connection = Connection::open(&self.path);
        let connection = connection.map_err(|error| self.failed("cannot open", error))?;
        let opened = connection
            .busy_timeout(self.busy_timeout)
            .and_then(|()| connection.execute_batch("PRAGMA synchronous = FULL"));
        opened.map_err(|error| self.failed("cannot open", error))?;
        let set_up = connection.execute_batch(&self.setup);
        set_up.map_err(|error| self.failed("cannot set up", error))?;
        Ok(Database { connection, settings: self.clone() })
    }

    /// An error of the database.
    pub(crate) fn failed(&self, what: &str, error: rusqlite::Error) -> Error {
        let path = self.path.display();
        let help = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another connection has had it locked for longer than `.busy_timeout(…)`: let its \
                 transaction end, or wait longer"
            }
            Some(ErrorCode::DiskFull) => "make room on its disk",
            Some(ErrorCode::ConstraintViolation) => {
                "change the events or the constraint; `.upsert([…])` replaces rows by key"
            }
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                "its directory must exist, and both must be writable"
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                "restore the database, or give another path"
            }
            _ => return Error::new(ErrorKind::Sink, format!("{what} `{path}`")).caused_by(error),
        };
        Error::new(ErrorKind::Sink, format!("{what} `{path}`")).caused_by(error).help(help)
    }
}

impl Database {
    /// Checks that rows can be written as the target has them.
    ///
    /// # Errors
    /// If the table or a column is missing, or no index makes the key unique.
    pub(crate) fn check(&self, target: &Target) -> Result<()> {
        target.check()?;
        let Target { table, columns, keys } = target;
        let path = self.settings.path.display();
        let found = self.names("SELECT name FROM pragma_table_info(?1)", table)?;
        if found.is_empty() {
            let tables = "SELECT name FROM sqlite_master \
                          WHERE type IN ('table', 'view') AND name NOT LIKE ?1 ORDER BY name";
            let others = match self.names(tables, "sqlite_%")? {
                none if none.is_empty() => "it has none".into(),
                others => format!("its tables are {}", named(&others)),
            };
            return Err(Error::new(ErrorKind::Sink, format!("`{path}` has no table `{table}`"))
                .caused_by(others)
                .help("create it, for example with `.setup(\"CREATE TABLE IF NOT EXISTS …\")`"));
        }
        let is_there = |name: &&String| found.iter().any(|it| it.eq_ignore_ascii_case(name));
        if let Some(missing) = columns.iter().find(|name| !is_there(name)) {
            let message = format!("table `{table}` of `{path}` has no column `{missing}`");
            return Err(Error::new(ErrorKind::Sink, message)
                .caused_by(format!("its columns are {}", named(&found)))
                .help("change `.columns(…)`, or the table"));
        }
        let prepared = self.connection.prepare(&target.sql()).map(drop);
        prepared.map_err(|error| {
            let error = self.failed(&format!("cannot write to table `{table}` of"), error);
            if keys.is_empty() {
                return error;
            }
            error.help("`.upsert([…])` needs a PRIMARY KEY or a UNIQUE index over these columns")
        })
    }

    fn names(&self, query: &str, of: &str) -> Result<Vec<String>> {
        let names = self.connection.prepare(query).and_then(|mut statement| {
            statement.query_map([of], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
        });
        names.map_err(|error| self.failed("cannot read", error))
    }

    /// Writes rows in one transaction, which is durable when this returns.
    ///
    /// # Errors
    /// If that fails: then no row is written.
    pub(crate) fn write(&mut self, target: &Target, rows: &[u8]) -> Result<()> {
        self.at_once(|within| within.insert(target, rows))
    }

    /// Does something in one transaction, or nothing of it.
    ///
    /// # Errors
    /// If that, or the transaction, fails.
    pub(crate) fn at_once<R>(&mut self, work: impl FnOnce(&Within<'_>) -> Result<R>) -> Result<R> {
        let settings = &self.settings;
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| settings.failed("cannot write to", error))?;
        let within = Within { transaction, settings };
        // An error rolls back what was done.
        let done = work(&within)?;
        let committed = within.transaction.commit();
        committed.map_err(|error| settings.failed("cannot write to", error))?;
        Ok(done)
    }

    pub(crate) fn failed(&self, what: &str, error: rusqlite::Error) -> Error {
        self.settings.failed(what, error)
    }

    /// Does something on a thread that may block, and returns the database with the result.
    ///
    /// # Cancel safety
    /// If the future is dropped, the work is done nevertheless, and the database is closed.
    pub(crate) async fn on_thread<R: Send + 'static>(
        mut self,
        env: &Env,
        work: impl FnOnce(&mut Self) -> Result<R> + Send + 'static,
    ) -> Result<(Self, R)> {
        let (sender, done) = oneshot::channel();
        env.spawn_blocking(Box::new(move || {
            let result = work(&mut self).map(|result| (self, result));
            sender.send(result).ok();
        }));
        done.await.map_err(|gone| {
            Error::new(ErrorKind::Sink, "what writes to the database has stopped").caused_by(gone)
        })?
    }
}

/// A transaction.
pub(crate) struct Within<'a> {
    transaction: Transaction<'a>,
    settings: &'a Settings,
}

impl Within<'_> {
    /// Writes rows.
    ///
    /// # Errors
    /// If the database refuses one, or the rows are torn.
    pub(crate) fn insert(&self, target: &Target, rows: &[u8]) -> Result<()> {
        let mut rows = Values::of(rows);
        if rows.is_empty() {
            return Ok(());
        }
        let table = &target.table;
        let failed = |error| {
            let what = format!("cannot write to table `{table}` of");
            self.settings.failed(&what, error)
        };
        let mut statement = self.transaction.prepare(&target.sql()).map_err(failed)?;
        while !rows.is_empty() {
            let bound = bind(&mut statement, &mut rows, target.columns.len()).map_err(failed)?;
            if !bound {
                let message = "the rows of a checkpoint are torn";
                return Err(Error::new(ErrorKind::Checkpoint, message));
            }
            statement.raw_execute().map_err(failed)?;
        }
        Ok(())
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// If that fails.
    pub(crate) fn execute(&self, sql: &str, with: impl rusqlite::Params) -> Result<()> {
        let done = self.transaction.execute(sql, with).map(drop);
        done.map_err(|error| self.settings.failed("cannot write to", error))
    }

    /// The numbers of the only row that a query finds; `None` also if its table is missing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) fn find(&self, table: &str, sql: &str, of: &str) -> Result<Option<(i64, i64)>> {
        let found = self.transaction.table_exists(None, table).and_then(|exists| {
            let numbers = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            if exists {
                self.transaction.query_row(sql, [of], numbers).optional()
            } else {
                Ok(None)
            }
        });
        found.map_err(|error| self.settings.failed("cannot read", error))
    }
}

/// Binds the values of the next row; false if it is torn.
fn bind(
    statement: &mut Statement<'_>,
    rows: &mut Values<'_>,
    columns: usize,
) -> rusqlite::Result<bool> {
    for column in 1..=columns {
        let Some(value) = rows.take() else { return Ok(false) };
        statement.raw_bind_parameter(column, ToSqlOutput::Borrowed(value))?;
    }
    Ok(true)
}
