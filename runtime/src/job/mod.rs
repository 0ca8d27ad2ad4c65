//! Running a topology: all of its tasks as one job.
//!
//! [`Topology::run`](crate::Topology::run) is what most `main` functions call: it starts the job
//! and waits for its end. The first Ctrl-C or SIGTERM drains it, or suspends a job with
//! checkpoints; a second one aborts it. A job with checkpoints restarts after a failure, as
//! [`Restarts`] has it. [`Topology::start`](crate::Topology::start) returns a [`Job`] instead, for
//! a program that drains, aborts and watches it by itself; [`Controls`] change it while it runs.
//! [`Config`] has the settings of a run.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let totals = Collected::new();
//! let topology = topology!(
//!     job("orders"),
//!     orders = source(from_iter([3, 40])) >> map(|net| net * 2),
//!     orders >> sink(totals.sink()),
//! );
//! let mut job = topology.start(Config::from_env()?)?;
//! job.wait().await?;
//! println!("{}", job.metrics());
//! assert_eq!(totals.take(), [6, 80]);
//! # Ok(())
//! # }
//! ```

mod attempt;
mod changes;
mod checkpoint_log;
mod checkpoints;
mod claim;
mod cli;
mod commits;
mod config;
mod controls;
mod description;
mod durability;
mod export;
mod handle;
#[cfg(feature = "page")]
mod page;
mod pressure;
mod progress;
mod reader;
mod restarts;
mod sampler;
mod shown;
mod sight;
mod signal;
mod skipped;
mod start;
mod state_plan;
mod status;
mod supervise;
mod tuned;
mod variables;
mod watch;
mod why;
mod writing;

pub use config::Config;
pub use controls::Controls;
pub use handle::Job;
pub use reader::MetricsReader;
pub use restarts::Restarts;
pub use state_plan::{PlannedState, StateFate, StatePlan};
pub use status::Status;
pub use tuned::Tuned;
pub use watch::Watch;
