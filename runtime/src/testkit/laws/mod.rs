//! The rules that a sink keeps so that a job can promise `exactly_once`, each as a test.
//!
//! A job relies on them at moments that ordinary tests do not reach: between a checkpoint and its
//! commit, in the middle of a start, after a commit of unknown outcome. Say how to make the sink,
//! and how to read what it shows ([`SinkUnderTest`]); a macro generates a `#[test]` for each law.
//!
//! | the sink's [`Repeat`](crate::sink::Sink::Repeat) | tests |
//! |---|---|
//! | [`Transactional`](crate::sink::Transactional) | [`sink!`], the laws in [`transactional`] |
//! | [`Truncates`](crate::sink::Truncates) | [`truncating_sink!`], the laws in [`truncating`] |
//! | [`Idempotent`](crate::sink::Idempotent) | [`idempotent_sink!`], the laws in [`idempotent`] |
//!
//! A law that does not hold ends its test with a [`BrokenLaw`]: what was done, and which events
//! were missing, not expected, or there twice.
//!
//! # Examples
//! A sink that puts lines on a shelf. The number of the last epoch that is visible stands beside
//! them, as it would in a transaction of a database:
//! ```
//! use millstream::env::Env;
//! use millstream::error::{Error, ErrorKind, Result};
//! use millstream::sink::*;
//! use millstream::testkit::laws::{self, SinkUnderTest};
//! use std::sync::{Arc, Mutex};
//!
//! /// The lines that readers see, and the number of the last cut among them.
//! #[derive(Default)]
//! struct Shelf {
//!     lines: Vec<String>,
//!     last: u64,
//! }
//!
//! #[derive(Clone, Default)]
//! struct ShelfSink(Arc<Mutex<Shelf>>);
//!
//! struct ShelfWriter {
//!     lines: Vec<String>,
//!     cuts: u64,
//! }
//!
//! /// What a cut stores: its number, and its lines.
//! fn decoded(bytes: &[u8]) -> Result<(u64, Vec<String>)> {
//!     let text = std::str::from_utf8(bytes).unwrap_or_default();
//!     let (cut, lines) = text.split_once('\n').unwrap_or_default();
//!     let cut = cut.parse();
//!     let cut = cut.map_err(|_| Error::new(ErrorKind::Sink, "the cut is that of another sink"))?;
//!     Ok((cut, lines.lines().map(String::from).collect()))
//! }
//!
//! impl Sink<String> for ShelfSink {
//!     type Writer = ShelfWriter;
//!     type Repeat = Transactional;
//!
//!     fn open(self, _: &Env) -> Result<ShelfWriter> {
//!         Err(Error::new(ErrorKind::Sink, "a shelf is for jobs that are `exactly_once`"))
//!     }
//!
//!     fn open_exactly_once(self, _: &Env, last: Option<&[u8]>) -> Result<ShelfWriter> {
//!         let cuts = match last {
//!             None | Some([]) => 0,
//!             Some(last) => decoded(last)?.0,
//!         };
//!         Ok(ShelfWriter { lines: Vec::new(), cuts })
//!     }
//!
//!     fn committer(&self, _: &Env) -> Result<Option<Box<dyn Committer>>> {
//!         Ok(Some(Box::new(self.clone())))
//!     }
//! }
//!
//! impl Writer<String> for ShelfWriter {
//!     fn write(&mut self, line: String) -> Result<()> {
//!         self.lines.push(line);
//!         Ok(())
//!     }
//!
//!     fn cut(&mut self, _: Epoch) -> Result<Prepared> {
//!         self.cuts += 1;
//!         let lines = std::mem::take(&mut self.lines).join("\n");
//!         Ok(Prepared::ready(format!("{}\n{lines}", self.cuts).into_bytes()))
//!     }
//! }
//!
//! impl Committer for ShelfSink {
//!     fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
//!         let mut shelf = self.0.lock().unwrap();
//!         for epoch in epochs {
//!             let (cut, lines) = decoded(&epoch.bytes)?;
//!             if cut > shelf.last {
//!                 shelf.lines.extend(lines);
//!                 shelf.last = cut;
//!             }
//!         }
//!         Ok(())
//!     }
//!
//!     fn recover(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
//!         if epochs.is_empty() {
//!             // A job that begins anew counts its cuts anew.
//!             self.0.lock().unwrap().last = 0;
//!         }
//!         self.commit(epochs)
//!     }
//! }
//!
//! impl SinkUnderTest for ShelfSink {
//!     type Event = String;
//!     type Sink = Self;
//!
//!     fn sink(&self) -> Self {
//!         self.clone()
//!     }
//!     fn event(&self, number: u64) -> String {
//!         format!("line {number}")
//!     }
//!     fn visible(&self) -> Vec<String> {
//!         self.0.lock().unwrap().lines.clone()
//!     }
//! }
//!
//! // In a test module, `laws::sink!(shelf, ShelfSink::default());` makes a test of each law. By
//! // hand, all of them but the one about `at_least_once`, which a shelf refuses:
//! for law in laws::transactional::all() {
//!     let outcome = law.check(ShelfSink::default());
//!     assert_eq!(outcome.is_err(), law.name() == "at_least_once_loses_nothing", "{outcome:?}");
//! }
//! ```

mod broken;
mod generated;
pub mod idempotent;
mod law;
mod lists;
mod rehearsal;
pub mod transactional;
pub mod truncating;
mod under_test;

pub use broken::BrokenLaw;
#[doc(hidden)]
pub use generated::__law_tests;
#[doc(inline)]
pub use generated::{idempotent_sink, sink, truncating_sink};
pub use law::Law;
#[doc(hidden)]
pub use lists::{__idempotent_laws, __law_table, __transactional_laws, __truncating_laws};
pub use under_test::SinkUnderTest;
