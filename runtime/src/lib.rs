//! Stream processing as a library: annotate async functions, wire them, run them in your tokio
//! program.

extern crate self as millstream;

pub mod channel;
pub mod connector;
pub mod env;
pub mod error;
pub mod event;
pub mod exchange;
pub mod grouping;
pub mod job;
pub mod key;
pub mod metrics;
pub mod operator;
pub mod plan;
pub mod prelude;
pub mod sink;
pub mod source;
pub mod stage;
pub mod state;
pub mod task;
pub mod time;
pub mod topology;
pub mod window;

pub use error::{BoxError, Error, ErrorKind, Result};
pub use job::{Config, Job};
pub use millstream_macros::{operator, topology};
pub use topology::Topology;

#[doc(hidden)]
pub mod __private;
