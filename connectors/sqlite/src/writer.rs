//! Turns events into rows, and writes them.

use crate::commit::{self, Number};
use crate::database::Database;
use crate::rows;
use crate::target::Target;
use crate::turn::Turn;
use crate::value::Value;
use millstream::env::Env;
use millstream::sink::{Epoch, Prepared, Writer};
use millstream::{Error, ErrorKind, Result};
use std::fmt;
use std::sync::Arc;

/// The bytes of rows after which the job waits for the database, unless rows wait for a commit.
const BACKLOG: usize = 256 << 10;

/// Writes rows; what [`Rows`](crate::Rows) open into.
pub struct RowWriter<F, const N: usize> {
    row: F,
    target: Arc<Target>,
    env: Env,
    /// The rows that are not written yet.
    rows: Vec<u8>,
    when: When,
}

/// When rows are written.
pub(crate) enum When {
    /// When they are flushed; the database is absent while a thread uses it.
    Flushed(Option<Database>, Turn),
    /// With the checkpoint that contains them, by the committer. The number of the last epoch.
    Committed(Number),
}

impl<F, const N: usize> fmt::Debug for RowWriter<F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowWriter").field("target", &self.target).finish_non_exhaustive()
    }
}

impl<F, const N: usize> RowWriter<F, N> {
    pub(crate) fn new(row: F, target: Target, env: Env, when: When) -> Self {
        Self { row, target: Arc::new(target), env, rows: Vec::new(), when }
    }

    /// Writes the rows in one transaction.
    async fn pass_on(&mut self) -> Result<()> {
        let When::Flushed(database, turn) = &mut self.when else { return Ok(()) };
        if self.rows.is_empty() {
            return Ok(());
        }
        let Some(open) = database.take() else {
            return Err(Error::new(ErrorKind::Sink, "the database was closed by an error before"));
        };
        let (rows, target) = (std::mem::take(&mut self.rows), Arc::clone(&self.target));
        let turn = turn.clone();
        let work = move |database: &mut Database| {
            turn.write(|| database.write(&target, &rows))?;
            Ok(rows)
        };
        let (open, mut rows) = open.on_thread(&self.env, work).await?;
        rows.clear();
        (self.rows, *database) = (rows, Some(open));
        Ok(())
    }
}

impl<T, F, const N: usize> Writer<T> for RowWriter<F, N>
where
    T: 'static,
    F: Fn(&T) -> [Value<'_>; N] + Send + 'static,
{
    fn write(&mut self, event: T) -> Result<()> {
        let begun = self.rows.len();
        let values = (self.row)(&event);
        for (value, column) in values.iter().zip(&self.target.columns) {
            if let Err(error) = rows::add(&mut self.rows, value, column) {
                self.rows.truncate(begun);
                return Err(error);
            }
        }
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        matches!(self.when, When::Flushed(..)) && self.rows.len() >= BACKLOG
    }

    async fn send(&mut self) -> Result<()> {
        self.pass_on().await
    }

    async fn flush(&mut self) -> Result<()> {
        self.pass_on().await
    }

    /// Stores the rows of the epoch in the checkpoint, if they are committed with it. Otherwise
    /// what was flushed is durable already.
    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        let When::Committed(number) = &mut self.when else { return Ok(Prepared::nothing()) };
        number.epoch += 1;
        let bytes = commit::encoded(*number, &self.target, &self.rows)?;
        self.rows.clear();
        Ok(Prepared::ready(bytes))
    }
}
