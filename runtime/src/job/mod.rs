//! All tasks of one topology.
//!
//! [`Topology::run`](crate::topology::Topology::run) is what a `main` calls: it starts the job and
//! waits for its end; Ctrl-C or SIGTERM drains it, a second one stops it at once.
//! [`Topology::start`](crate::topology::Topology::start) gives a [`Job`] instead, to be drained,
//! aborted and watched by the program around it.

mod ask;
mod config;
mod handle;
mod signal;
mod start;

pub use config::Config;
pub use handle::{Job, Meter};
