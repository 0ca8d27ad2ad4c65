//! The names that a job file needs: `use millstream::prelude::*;`.

pub use crate::builder::words::{at_least_once, at_most_once, exactly_once};
pub use crate::builder::{
    Builder, FanOut, Stream, TimedStream, Topology, full_join, join, left_join, merge, right_join,
};
pub use crate::connector::channel::{from_channel, to_channel};
#[cfg(feature = "csv")]
pub use crate::connector::csv::csv_file;
pub use crate::connector::demo;
#[cfg(feature = "json")]
pub use crate::connector::json::jsonl_file;
pub use crate::connector::lines::{file_lines, stdin_lines, stdout_lines};
pub use crate::connector::memory::{Collected, for_each, from_iter};
pub use crate::job::{Config, Job};
pub use crate::join::{OneOf2, OneOf3, OneOf4, latest, within};
pub use crate::key::Key;
pub use crate::operator::{Context, Output, Outputs};
pub use crate::sink::{Sink, idempotent, to_sink};
pub use crate::source::{Malformed, Source};
pub use crate::time::{DurationExt, EventTime, Timer, lateness, punctuated};
pub use crate::topology::Overflow;
pub use crate::topology::{Bytes, BytesExt, Delivery};
pub use crate::window::aggregate::{
    Aggregate, collect, count, distinct, first, fold, last, max, max_f64, mean, min, min_f64, sum,
    top,
};
pub use crate::window::{
    Firing, Late, TrailingResult, Window, WindowResult, counted, global, session, sliding,
    trailing, tumbling,
};
pub use millstream_macros::{Outputs, operator, topology};
