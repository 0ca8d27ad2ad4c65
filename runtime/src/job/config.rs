//! Every knob of a job, its default and why.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Sizes;
use crate::topology::DEFAULT_BUFFER;
use std::time::Duration;

/// How a job runs. What a job *does* is in its topology.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let config = Config::default().batch(256).buffer(4_096);
/// assert!(Config::from_env().is_ok());
/// # drop(config);
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) batch: usize,
    pub(super) buffer: usize,
    pub(super) cores: usize,
    pub(super) barriers: Option<Duration>,
    pub(super) env: Env,
}

impl Default for Config {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { batch: 1_024, buffer: DEFAULT_BUFFER, cores, barriers: None, env: Env::system() }
    }
}

impl Config {
    /// The defaults, changed by the environment: `MILLSTREAM_BATCH` and `MILLSTREAM_BUFFER`, both
    /// in events.
    ///
    /// # Errors
    /// If a variable is not a positive integer.
    pub fn from_env() -> Result<Self> {
        let mut config = Self::default();
        if let Some(batch) = number("MILLSTREAM_BATCH")? {
            config = config.batch(batch);
        }
        if let Some(buffer) = number("MILLSTREAM_BUFFER")? {
            config = config.buffer(buffer);
        }
        Ok(config)
    }

    /// How many events travel together at most; 1,024 unless set, at least 1.
    ///
    /// Larger batches cost less for each event, up to some thousands; the delay does not depend on
    /// it, since an incomplete batch leaves as soon as no more events are at hand.
    #[must_use]
    pub fn batch(mut self, events: usize) -> Self {
        self.batch = events.max(1);
        self
    }

    /// How many events an edge between two tasks holds unless the topology says otherwise; 8,192
    /// unless set, at least 1.
    #[must_use]
    pub fn buffer(mut self, events: usize) -> Self {
        self.buffer = events.max(1);
        self
    }

    /// How often a barrier passes from the sources through every edge; never unless set.
    ///
    /// A barrier is what a checkpoint will begin with. Nothing is saved in this version: it is for
    /// measuring what barriers cost. An interval at whose end the barrier before is still on its
    /// way is left out.
    #[must_use]
    pub fn barrier_every(mut self, interval: Duration) -> Self {
        self.barriers = Some(interval.max(Duration::from_millis(1)));
        self
    }

    /// How much travels together and waits on an edge.
    pub(super) fn sizes(&self) -> Sizes {
        Sizes { batch: self.batch, buffer: self.buffer }
    }

    /// What `* auto` stands for; the number of the machine's cores unless set.
    #[must_use]
    pub fn cores(mut self, cores: usize) -> Self {
        self.cores = cores.max(1);
        self
    }

    /// What the job takes from the world, in place of the machine's own clocks, tasks and files.
    #[must_use]
    pub fn env(mut self, env: Env) -> Self {
        self.env = env;
        self
    }
}

fn number(name: &str) -> Result<Option<usize>> {
    let Ok(value) = std::env::var(name) else {
        return Ok(None);
    };
    match value.parse() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => {
            let message = format!("{name} is `{value}`, expected a positive number of events");
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}
