//! Runs a query from its first event to its last row, and measures the cost.

use super::{Prepared, Rows};
use cpu_time::ProcessTime;
use millstream::metrics::Metrics;
use millstream::prelude::*;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

/// The outcome of a query.
#[derive(Debug)]
pub struct Outcome {
    /// The result.
    pub rows: Box<dyn Rows>,
    /// The elapsed time.
    pub wall: Duration,
    /// CPU time of all threads.
    pub cpu: Duration,
}

/// The reason for a missing result.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The job did not start, or failed.
    Job(millstream::Error),
    /// Events were late: the query's lateness is too small for its input.
    Late(u64),
    /// The rows could not be read back.
    Rows(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Job(error) => write!(f, "the job failed: {error}"),
            Self::Late(count) => write!(
                f,
                "{count} events were late and are missing in the result: \
                 expected none, since the events are in order of time"
            ),
            Self::Rows(error) => write!(f, "cannot read the rows back: {error}"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // The message contains the error itself.
            Self::Job(error) => error.source(),
            Self::Rows(error) => error.source(),
            Self::Late(_) => None,
        }
    }
}

/// Runs a query to its end.
///
/// # Errors
/// If the job fails, events were late, or the rows cannot be read.
pub async fn run(query: Prepared, config: Config) -> Result<Outcome, Failure> {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let mut job = query.topology.start(config).map_err(Failure::Job)?;
    job.wait().await.map_err(Failure::Job)?;
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    let late = late(&job.metrics());
    if late > 0 {
        return Err(Failure::Late(late));
    }
    let rows = (query.rows)().map_err(Failure::Rows)?;
    Ok(Outcome { rows, wall, cpu })
}

fn late(metrics: &Metrics) -> u64 {
    metrics.nodes().iter().map(|node| node.total().late).sum()
}
