//! Connectors: the sources and sinks that come with the library.
//!
//! | what | source | sink |
//! |---|---|---|
//! | memory | [`from_iter`](memory::from_iter), [`from_iter_again`](again::from_iter_again) | [`Collected`](memory::Collected), [`for_each`](memory::for_each) |
//! | tokio channel | [`from_channel`](channel::from_channel) | [`to_channel`](channel::to_channel) |
//! | any stream or sink of `futures` | itself | [`to_sink`](crate::sink::to_sink) |
//! | lines | [`stdin_lines`](lines::stdin_lines), [`file_lines`](lines::file_lines) | [`stdout_lines`](lines::stdout_lines), [`debug_lines`](lines::debug_lines) |
//! | CSV, plain and gzip (feature `csv`) | [`csv_file`](csv::csv_file) | [`csv_file`](csv::csv_file), [`csv_parts`](csv::csv_parts) |
//! | JSON lines (feature `json`) | [`jsonl_file`](json::jsonl_file), [`jsonl_stdin`](json::jsonl_stdin) | [`jsonl_file`](json::jsonl_file), [`jsonl_parts`](json::jsonl_parts), [`jsonl_stdout`](json::jsonl_stdout) |
//! | dead letters (feature `json`) | [`replay`](json::replay) | [`dead_letters`](json::dead_letters) |
//! | any source, with a journal | [`journaled`](journal::Journal::journaled) | |
//! | generated card transactions | [`demo::transactions`] | |
//!
//! Files are opened through the [`Env`](crate::env::Env) of the job and read on a thread of their
//! own. Records that cannot be parsed are sent to the `.errors` output of the source. For other
//! systems, implement [`Source`](crate::source::Source) or [`Sink`](crate::sink::Sink), or use a
//! channel.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let (sender, receiver) = tokio::sync::mpsc::channel(16);
//! let seen = Collected::new();
//! let topology = topology!(
//!     live = source(from_channel(receiver)),
//!     stored = source(from_iter(["GET /"])),
//!     [live, stored] >> sink(seen.sink()),
//! );
//! let mut job = topology.start(Config::default())?;
//! sender.send("GET /about").await.ok();
//! drop(sender);
//! job.wait().await?;
//! assert_eq!(seen.take().len(), 2);
//! # Ok(())
//! # }
//! ```

pub mod again;
pub mod blocking;
pub mod channel;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(any(feature = "csv", feature = "json"))]
mod cut;
pub mod demo;
#[cfg(any(feature = "csv", feature = "json"))]
mod durable;
pub mod every;
mod file;
pub mod follow;
#[cfg(feature = "csv")]
mod gzip;
mod input;
pub mod journal;
#[cfg(feature = "json")]
pub mod json;
pub mod lines;
pub mod memory;
#[cfg(any(feature = "csv", feature = "json"))]
mod output;
#[cfg(any(feature = "csv", feature = "json"))]
pub mod parts;
mod place;
mod records;
mod rotated;
#[cfg(test)]
#[cfg(all(feature = "csv", feature = "json"))]
mod tests;
mod text;
#[cfg(any(feature = "csv", feature = "json"))]
mod torn;
#[cfg(any(feature = "csv", feature = "json"))]
pub mod writer;
