//! What a job needs to import: `use millstream::prelude::*;`.
//!
//! # Declaring
//!
//! | name | |
//! |---|---|
//! | [`operator`](macro@operator) | turns an `async fn`, or a type with methods, into an operator |
//! | [`topology!`] | connects sources, operators and sinks |
//! | [`topology_graph`] | draws a topology in the documentation of the function that has it |
//! | [`Topology`] | a declared job: run it, start it, or draw it |
//! | [`Outputs`](derive@Outputs) | turns the variants of an enum into outputs of a node |
//! | [`Outputs`](trait@Outputs) | the trait behind the derive, for an implementation by hand |
//! | [`at_most_once`], [`at_least_once`], [`exactly_once`] | the delivery guarantee of the job |
//! | [`Delivery`] | the type of these guarantees |
//! | [`Overflow`] | what an edge does when it is full |
//! | [`Bytes`], [`BytesExt`] | an amount of memory for the edges of a job: `64.mib()` |
//!
//! # Declaring without macros
//!
//! | name | |
//! |---|---|
//! | [`Builder`] | declares a topology with methods, as [`topology!`] does |
//! | [`Stream`] | the events of one output of a node |
//! | [`TimedStream`] | a stream with event time: the type for functions of streams |
//! | [`FanOut`] | a stream with several consumers |
//! | [`merge`] | combines streams of one event type |
//! | [`join`](fn@join) | joins streams by key: emits the matching events |
//! | [`left_join`] | also emits unmatched events of the first stream |
//! | [`right_join`] | also emits unmatched events of the second of two streams |
//! | [`full_join`] | also emits unmatched events of every stream |
//!
//! # Operators
//!
//! | name | |
//! |---|---|
//! | [`Context`] | event time, watermark, instance and timers, as an operator sees them |
//! | [`Output`] | emits any number of events from an operator, with backpressure |
//! | [`Timer`] | the timer that is due, for `on_timer` |
//! | [`DeadLetter`] | an event that an operator has failed on, with the error |
//! | [`Key`](trait@Key) | what a key must be, and how it is hashed |
//! | [`Key`](derive@Key) | makes a struct or an enum a key |
//! | [`Peek`](derive@Peek) | says what of an event may be shown on the page of a job |
//! | [`State`](derive@State) | writes a type to checkpoints, with a version and upgrades |
//!
//! # Sources and sinks
//!
//! | name | |
//! |---|---|
//! | [`from_iter`] | a source of the events of an iterator |
//! | [`from_iter_again`] | the same, of an iterator that a restart can begin again |
//! | [`every`] | a source of ticks at an interval |
//! | [`from_channel`] | a source of the events of a channel |
//! | [`file_lines`] | a source of the lines of a file |
//! | [`stdin_lines`] | a source of the lines of standard input |
//! | [`csv_file`] | a CSV file, as source or sink |
//! | [`jsonl_file`] | a file of JSON lines, as source or sink |
//! | [`jsonl_stdin`], [`jsonl_stdout`] | standard input and output as JSON lines |
//! | [`dead_letters`], [`replay`] | a file of the events that an operator has failed on, as sink and as source |
//! | [`csv_parts`], [`jsonl_parts`] | sinks of many files, each visible once it is whole |
//! | [`Journal`] | makes a source replayable: `source.journaled(directory)` |
//! | [`demo`] | generated events for examples, such as card transactions |
//! | [`Source`] | the trait to implement for a source of your own |
//! | [`Malformed`] | a record that is not an event; a source reports it to its error output |
//! | [`Collected`] | a sink that collects events in memory, for tests |
//! | [`for_each`] | a sink that calls a closure with each event |
//! | [`to_channel`] | a sink into a channel |
//! | [`stdout_lines`], [`debug_lines`] | sinks that print a line for each event |
//! | [`to_sink`] | a sink into a `futures::Sink` |
//! | [`idempotent`] | declares that a sink tolerates repeated events |
//! | [`Sink`] | the trait to implement for a sink of your own |
//!
//! # Time
//!
//! | name | |
//! |---|---|
//! | [`EventTime`] | when an event happened, in microseconds since 1970 |
//! | [`DurationExt`] | durations from numbers: `30.secs()`, `5.mins()` |
//! | [`RateExt`] | rates from numbers: `1_000.per_sec()`, `30.per_min()` |
//! | [`lateness`] | a watermark at a fixed distance behind the latest event |
//! | [`punctuated`] | a watermark carried by some of the events |
//!
//! # Windows
//!
//! | name | |
//! |---|---|
//! | [`tumbling`] | windows of a fixed size that do not overlap |
//! | [`sliding`] | windows of a fixed size that overlap |
//! | [`session`] | windows that end with a gap between events |
//! | [`counted`] | windows of a fixed number of events |
//! | [`global`] | one window per key, which fires early or at the end |
//! | [`trailing`] | for each event, an aggregate over the time up to it |
//! | [`Window`] | a key, and its events in one window |
//! | [`WindowResult`] | the aggregate of a window |
//! | [`TrailingResult`] | an event with the aggregates of [`trailing`] |
//! | [`Firing`] | whether a window fired early, on time or late |
//! | [`Late`] | an event that arrived too late, and by how much |
//!
//! # Aggregates
//!
//! | name | |
//! |---|---|
//! | [`count`] | the number of events |
//! | [`sum`], [`mean`] | the sum and the mean of values |
//! | [`min`], [`max`] | the least and the greatest value |
//! | [`min_f64`], [`max_f64`] | the same of `f64`s |
//! | [`top`] | the n greatest values |
//! | [`first`], [`last`] | the first and the last value |
//! | [`distinct`] | the number of different values |
//! | [`most_frequent`] | the n values that occur most often, with their counts |
//! | [`collect`](fn@collect) | all values |
//! | [`fold`] | an aggregate from closures |
//! | [`Aggregate`] | the trait to implement for an aggregate of your own |
//!
//! # Joins
//!
//! | name | |
//! |---|---|
//! | [`within`] | joins events whose times are at most a given distance apart |
//! | [`latest`] | joins each event of the first stream with the latest events of the others |
//! | [`OneOf2`], [`OneOf3`], [`OneOf4`] | an unmatched event, from one of the joined streams |
//!
//! # Running
//!
//! | name | |
//! |---|---|
//! | [`Config`] | the settings of a job, in code or from the environment |
//! | [`Restarts`] | how often a job with checkpoints restarts after a failure, and how soon |
//! | [`Job`] | a running job: wait for it, read its metrics, drain or abort it |

pub use crate::builder::words::{at_least_once, at_most_once, exactly_once};
pub use crate::builder::{
    Builder, FanOut, Stream, TimedStream, Topology, full_join, join, left_join, merge, right_join,
};
pub use crate::connector::again::from_iter_again;
pub use crate::connector::channel::{from_channel, to_channel};
#[cfg(feature = "csv")]
pub use crate::connector::csv::{csv_file, csv_parts};
pub use crate::connector::demo;
pub use crate::connector::every::every;
pub use crate::connector::journal::Journal;
#[cfg(feature = "json")]
pub use crate::connector::json::{
    dead_letters, jsonl_file, jsonl_parts, jsonl_stdin, jsonl_stdout, replay,
};
pub use crate::connector::lines::{debug_lines, file_lines, stdin_lines, stdout_lines};
pub use crate::connector::memory::{Collected, for_each, from_iter};
pub use crate::job::{Config, Job, Restarts};
pub use crate::join::{OneOf2, OneOf3, OneOf4, latest, within};
pub use crate::key::Key;
pub use crate::operator::{Context, DeadLetter, Output, Outputs};
pub use crate::peek::Peek;
pub use crate::sink::{Sink, idempotent, to_sink};
pub use crate::source::{Malformed, Source};
pub use crate::time::{DurationExt, EventTime, RateExt, Timer, lateness, punctuated};
pub use crate::topology::Overflow;
pub use crate::topology::{Bytes, BytesExt, Delivery};
pub use crate::window::aggregate::{
    Aggregate, collect, count, distinct, first, fold, last, max, max_f64, mean, min, min_f64,
    most_frequent, sum, top,
};
pub use crate::window::{
    Firing, Late, TrailingResult, Window, WindowResult, counted, global, session, sliding,
    trailing, tumbling,
};
pub use millstream_macros::{Outputs, State, operator, topology, topology_graph};
