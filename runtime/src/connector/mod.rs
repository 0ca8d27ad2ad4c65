//! Sources and sinks in the box.
//!
//! | what | source | sink |
//! |---|---|---|
//! | memory | [`from_iter`](memory::from_iter) | [`Collected`](memory::Collected), [`for_each`](memory::for_each) |
//! | tokio channel | [`from_channel`](channel::from_channel) | [`to_channel`](channel::to_channel) |
//! | any stream or sink of `futures` | as it is | [`to_sink`](crate::sink::to_sink) |
//! | lines | [`stdin_lines`](lines::stdin_lines), [`file_lines`](lines::file_lines) | [`stdout_lines`](lines::stdout_lines) |
//! | CSV, plain and gzip (feature `csv`) | [`csv_file`](csv::csv_file) | [`csv_file`](csv::csv_file) |
//! | JSON lines (feature `json`) | [`jsonl_file`](json::jsonl_file) | [`jsonl_file`](json::jsonl_file) |
//! | card transactions, made up | [`demo::transactions`] | |

pub mod blocking;
pub mod channel;
#[cfg(feature = "csv")]
pub mod csv;
pub mod demo;
mod file;
#[cfg(feature = "json")]
pub mod json;
pub mod lines;
pub mod memory;
