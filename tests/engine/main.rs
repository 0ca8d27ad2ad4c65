//! The engine: one job at a time, through the public API, at one and at several instances.
//!
//! Most tests run under a [`simulation`]: one thread, tasks in an order that follows from a seed,
//! and a job that can no longer move is seen to be stuck at once. The others run on tokio.

mod aggregates;
mod awaiting;
mod backpressure;
mod barriers;
mod edges;
mod env;
mod errors;
mod event_time;
mod failures;
mod fan_in_out;
mod feedback;
mod feedback_drops;
mod feedback_epochs;
mod feedback_rules;
mod feedback_time;
mod files;
mod followed;
mod grouping;
mod joins;
mod long_lines;
mod metrics;
mod models;
mod order;
mod outputs;
mod overflow;
mod pair;
mod panics;
mod plan;
mod records;
mod rules;
mod serialized;
mod sessions;
mod shutdown;
mod silence;
mod simulation;
mod state;
mod support;
mod text_files;
mod ticks;
mod time;
mod timers;
mod timers_clock;
mod traced;
mod trailing;
mod triggers;
mod unread;
mod windows;
mod windows_model;
