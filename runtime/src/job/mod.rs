//! All tasks of one topology.
//!
//! [`Topology::run`](crate::builder::Topology::run) is what a `main` calls: it starts the job and
//! waits for its end; Ctrl-C or SIGTERM drains it, a second one stops it at once.
//! [`Topology::start`](crate::builder::Topology::start) gives a [`Job`] instead, to be drained,
//! aborted and watched by the program around it.

mod cli;
mod config;
mod handle;
mod signal;
mod start;

pub use config::Config;
pub use handle::{Job, MetricsReader};
