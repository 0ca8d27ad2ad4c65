//! Stream processing as a library: annotate async functions as operators, connect them with
//! [`topology!`], and run the job inside your own tokio program.
//!
//! The compiler checks every connection. Operators that do not await are fused into plain loops,
//! and every channel between tasks is bounded, so that a slow consumer backpressures its source.
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
//! let mut averages = averages.take(); // ordered per key, not across instances
//! averages.sort_by_key(|average| average.0);
//! assert_eq!(averages, [("north", 2.0), ("north", 3.0), ("south", 7.0)]);
//! assert_eq!(rest.take(), [("south", 7.0)]);
//! # Ok(())
//! # }
//! ```
//!
//! The delivery guarantee of this version is `at_most_once`: if something fails, the job stops with
//! an error and nothing is replayed. A job that declares a stronger one is refused at start.
//!
//! # Where to start
//!
//! | to … | read |
//! |---|---|
//! | import the names that a job needs | [`prelude`] |
//! | write an operator | [`#[operator]`](macro@operator), [`operator`](mod@operator) |
//! | connect nodes | [`topology!`], or by method calls [`builder`] |
//! | read and write files, channels, memory | [`connector`] |
//! | write a source or a sink | [`source`], [`sink`] |
//! | assign event time, group events into windows | [`time`], [`window`] |
//! | join streams | [`join`] |
//! | route the variants of an `enum` | [`Outputs`](derive@Outputs) |
//! | group events by a type of your own | [`Key`](derive@Key) |
//! | look at a running job in a browser, and at some of its events | [`Config::page`](job::Config), [`Peek`](derive@Peek) |
//! | run, drain and watch a job | [`Topology::run`], [`Topology::start`], [`Job`] |
//! | change a job while it runs | [`Job::tune`], [`Job::pause`], [`job::Controls`] |
//! | see how a job runs, and why | [`Topology::plan`], [`Topology::graph`] |
//! | see what a job does right now | [`Job::watch`], [`job::Status`], [`metrics::LiveMetrics`] |
//! | simulate clocks, tasks and files | [`env::Env`] |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `csv` | yes | CSV files as source and sink; gzip for all files |
//! | `json` | yes | JSON lines as source and sink |
//! | `uuid` | no | `Uuid` as a key |
//! | `metrics` | no | metrics by the `metrics` facade: `metrics::FacadeExporter` |
//! | `opentelemetry` | no | metrics by OpenTelemetry: `metrics::OpenTelemetryExporter` |
//! | `object-store` | no | checkpoints in S3, GCS, Azure or another object store |
//! | `page` | no | a [live page](page) of a running job, and its metrics, at a local address |
//! | `tower` | no | any `tower::Service` as an operator: `operator::service`; the page as one |
//! | `testkit` | no | [laws](testkit::laws) as tests of a sink of your own |
//!
//! # Layers
//!
//! For readers of the source: a module depends only on modules that come earlier in this table.
//! Those of [`plumbing`] are machinery, exempt from semantic versioning.
//!
//! | layer | modules |
//! |---|---|
//! | words | [`error`], [`key`], [`mutant`], [`peek`], [`time`], [`event`], [`metrics`], [`env`](mod@env), [`state`] |
//! | traits to implement | [`source`], [`operator`](mod@operator), [`sink`], [`grouping`] |
//! | coordination of tasks | [`control`](plumbing::control) |
//! | files of checkpoints | [`checkpoint`] |
//! | edges | [`channel`](plumbing::channel), [`exchange`](plumbing::exchange) |
//! | ready-made | [`window`], [`connector`], [`join`] |
//! | planning | [`topology`](mod@topology), [`plan`] |
//! | fusion | [`stage`](plumbing::stage), [`lowering`](plumbing::lowering) |
//! | declaring | [`builder`] |
//! | running | [`task`](plumbing::task), [`page`], [`job`] |
//! | tests of your own parts | [`testkit`] |

extern crate self as millstream;

pub mod builder;
mod channel;
pub mod checkpoint;
pub mod connector;
mod control;
pub mod env;
pub mod error;
#[doc(hidden)]
pub mod event;
mod exchange;
pub mod grouping;
pub mod job;
pub mod join;
pub mod key;
mod lowering;
pub mod metrics;
#[doc(hidden)]
pub mod mutant;
pub mod operator;
#[cfg(feature = "page")]
pub mod page;
pub mod peek;
pub mod plan;
pub mod plumbing;
pub mod prelude;
pub mod sink;
pub mod source;
mod stage;
pub mod state;
mod task;
#[cfg(any(test, doc, feature = "testkit"))]
pub mod testkit;
pub mod time;
pub mod topology;
pub mod window;

pub use builder::Topology;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use job::{Config, Job};
pub use millstream_macros::{Key, Outputs, State, operator, topology, topology_graph};
pub use peek::Peek;

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
    #[doc = include_str!("../../docs/operating.md")]
    struct OperatingPage;
    #[doc = include_str!("../../docs/guide/after-a-crash.md")]
    struct AfterACrashPage;
    #[doc = include_str!("../../docs/guide/aggregate.md")]
    struct AggregatePage;
    #[doc = include_str!("../../docs/guide/asking.md")]
    struct AskingPage;
    #[doc = include_str!("../../docs/guide/calls.md")]
    struct CallsPage;
    #[doc = include_str!("../../docs/guide/fast-operators.md")]
    struct FastOperatorsPage;
    #[cfg(feature = "page")]
    #[doc = include_str!("../../docs/guide/page.md")]
    struct PagePage;
    #[doc = include_str!("../../docs/guide/rates.md")]
    struct RatesPage;
    #[doc = include_str!("../../docs/guide/dead-letters.md")]
    struct DeadLettersPage;
    #[cfg(feature = "tower")]
    #[doc = include_str!("../../docs/guide/services-of-tower.md")]
    struct ServicesOfTowerPage;
    #[doc = include_str!("../../docs/guide/sink.md")]
    struct SinkPage;
    #[doc = include_str!("../../docs/guide/source.md")]
    struct SourcePage;
    #[doc = include_str!("../../docs/guide/state-that-expires.md")]
    struct StateThatExpiresPage;
    #[doc = include_str!("../../docs/guide/testing.md")]
    struct TestingPage;
    #[doc = include_str!("../../docs/guide/while-it-runs.md")]
    struct WhileItRunsPage;
    #[doc = include_str!("../../docs/guide/web-service.md")]
    struct WebServicePage;
    #[doc = include_str!("../../docs/guide/why-slow.md")]
    struct WhySlowPage;
    #[doc = include_str!("../../docs/guide/window.md")]
    struct WindowPage;
}
