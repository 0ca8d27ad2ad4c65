//! What the page can change of its job.

use crate::error::Result;
use crate::time::Rate;
use std::fmt;

/// Changes a running job, on behalf of the page.
pub(crate) trait Actions: Send + Sync + fmt::Debug + 'static {
    /// Begins to drain the job.
    fn drain(&self);

    /// Stops reading a source.
    ///
    /// # Errors
    /// If there is none of this name.
    fn pause(&self, source: &str) -> Result<()>;

    /// Reads a paused source again.
    ///
    /// # Errors
    /// If there is none of this name.
    fn resume(&self, source: &str) -> Result<()>;

    /// Changes how a node works.
    ///
    /// # Errors
    /// If there is no such node, or it has no such setting.
    fn tune(&self, node: &str, tuning: Tuning) -> Result<()>;
}

/// A setting of a node, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tuning {
    /// The largest number of calls in flight of an instance.
    InFlight(usize),
    /// The rate of a throttle.
    Rate(Rate),
}
