//! Stream processing as a library: annotate async functions, wire them, run them in your tokio
//! program.
//!
//! ```
//! use millstream::prelude::*;
//!
//! #[operator] // stays an ordinary async fn
//! async fn average(reading: (&'static str, f64), seen: &mut (f64, f64)) -> (&'static str, f64) {
//!     *seen = (seen.0 + 1.0, seen.1 + reading.1);
//!     (reading.0, seen.1 / seen.0)
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> millstream::Result<()> {
//! let (averages, rest) = (Collected::new(), Collected::new());
//! let topology = topology!(
//!     job("averages", at_most_once),
//!     readings = source(from_iter([("north", 2.0), ("south", 7.0), ("north", 4.0)])),
//!     averages = readings >> by(|reading| reading.0) >> average * 2 >> sink(averages.sink()),
//!     readings >> filter(|reading| reading.1 > 5.0) >> sink(rest.sink()),
//! );
//! topology.run(Config::from_env()?).await?;
//! let mut averages = averages.take(); // keys keep their order, instances have none
//! averages.sort_by_key(|average| average.0);
//! assert_eq!(averages, [("north", 2.0), ("north", 3.0), ("south", 7.0)]);
//! assert_eq!(rest.take(), [("south", 7.0)]);
//! # Ok(())
//! # }
//! ```
//!
//! This version keeps the delivery `at_most_once`: when something fails, the job stops with an
//! error and nothing is replayed. A job that asks for more is refused at start.
//!
//! # Layers
//!
//! A module names only modules that stand before it in this list.
//!
//! **Words.** [`error`] is why a job stopped, [`key`] what routes an event. [`time`] is event time
//! and how far it has come, [`event`] what flows, [`state`] what is remembered of a key,
//! [`metrics`] what is counted, and [`env`](mod@env) what a job takes from the world: clock,
//! randomness, tasks, files.
//!
//! **Contracts.** What you can implement: [`source`], [`operator`](mod@operator), [`sink`], and
//! [`grouping`], which says which instance gets an event. They know the words and nothing of tasks.
//!
//! **Control.** [`control`](plumbing::control) is what all tasks of a job agree on: its stop, its
//! epochs, and when its loops are empty.
//!
//! **Edges.** [`channel`](plumbing::channel) is one bounded edge between two tasks,
//! [`exchange`](plumbing::exchange) many of them as one.
//!
//! **Ready-made.** [`window`] has six kinds of windows, late events and order in event time;
//! [`connector`] has sources and sinks for memory, channels, lines, CSV and JSON; [`join`] brings
//! streams together.
//!
//! **Planning.** [`topology`](mod@topology) is what was declared, as data; [`plan`] says how it
//! will run, and why.
//!
//! **Fusion.** [`stage`](plumbing::stage) makes one loop out of the operators that follow each other
//! in one task, and [`lowering`](plumbing::lowering) makes such loops of what was declared.
//!
//! **Wiring.** [`builder`] is what [`topology!`] writes and what you can write by hand: a
//! [`Builder`](builder::Builder) and its streams.
//!
//! **Running.** [`task`](plumbing::task) is one running instance; [`job`] is all of them, with [`Config`], the
//! [`Job`] in your hands, and Ctrl-C.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `csv` | yes | CSV files, plain and gzip, as source and sink |
//! | `json` | yes | JSON lines as source and sink |
//!
//! # Where to go on
//!
//! - [`prelude`]: the names that a job file needs
//! - [`operator`](macro@operator): what the signature of an operator says
//! - [`Outputs`](derive@Outputs): an `enum` whose variants are outputs of a node
//! - [`topology!`]: the lines of a topology, and all words that may stand in it
//! - [`connector`]: the sources and sinks in the box
//! - [`Topology::run`] and [`Topology::start`]: how a job is run
//! - [`env::Env`]: running a job under a clock, files and tasks of your own

extern crate self as millstream;

pub mod builder;
mod channel;
pub mod connector;
mod control;
pub mod env;
pub mod error;
pub mod event;
mod exchange;
pub mod grouping;
pub mod job;
pub mod join;
pub mod key;
mod lowering;
pub mod metrics;
pub mod operator;
pub mod plan;
pub mod plumbing;
pub mod prelude;
pub mod sink;
pub mod source;
mod stage;
pub mod state;
mod task;
pub mod time;
pub mod topology;
pub mod window;

pub use builder::Topology;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use job::{Config, Job};
pub use millstream_macros::{Outputs, operator, topology};

#[doc(hidden)]
pub mod __private;

/// What `topology!` calls. The compiler's messages name these traits by this path.
#[doc(hidden)]
pub mod checks {
    pub use crate::builder::checks::*;
}

/// The programs of the README and of the guide run.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/guide/after-a-crash.md")]
    struct AfterACrash;
    #[doc = include_str!("../../docs/guide/aggregate.md")]
    struct Aggregate;
    #[doc = include_str!("../../docs/guide/sink.md")]
    struct Sink;
    #[doc = include_str!("../../docs/guide/source.md")]
    struct Source;
    #[doc = include_str!("../../docs/guide/testing.md")]
    struct Testing;
    #[doc = include_str!("../../docs/guide/web-service.md")]
    struct WebService;
    #[doc = include_str!("../../docs/guide/window.md")]
    struct Window;
}
