//! What the laws need to know of a sink.

use crate::env::Env;
use crate::sink::Sink;
use std::fmt;

/// A place to which a sink writes, for [`sink!`](crate::testkit::laws::sink!) and the macros for
/// other kinds of sinks.
///
/// A value stands for one place, such as a directory or a table, in which nothing is visible yet.
/// Each law gets a fresh one, and opens the sink on it several times, as after a restart.
///
/// # Examples
/// CSV files in a directory:
/// ```
/// use millstream::connector::csv::{CsvFormat, csv_parts};
/// use millstream::connector::parts::Parts;
/// use millstream::testkit::laws::{self, SinkUnderTest};
/// use std::path::PathBuf;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// struct Folder(PathBuf);
///
/// impl Folder {
///     /// A new directory, by the number of those before.
///     fn fresh() -> Self {
///         static NUMBER: AtomicU64 = AtomicU64::new(0);
///         let number = NUMBER.fetch_add(1, Ordering::Relaxed);
///         let name = format!("millstream-laws-{}-{number}", std::process::id());
///         Self(std::env::temp_dir().join(name))
///     }
/// }
///
/// impl Drop for Folder {
///     fn drop(&mut self) {
///         std::fs::remove_dir_all(&self.0).ok();
///     }
/// }
///
/// impl SinkUnderTest for Folder {
///     type Event = (u64, String);
///     type Sink = Parts<Self::Event, CsvFormat>;
///
///     fn sink(&self) -> Self::Sink {
///         csv_parts(&self.0).roll_at(20)
///     }
///     fn event(&self, number: u64) -> Self::Event {
///         (number, format!("number {number}"))
///     }
///     fn visible(&self) -> Vec<Self::Event> {
///         let files = std::fs::read_dir(&self.0).into_iter().flatten();
///         let paths = files.map(|file| file.unwrap().path());
///         let visible = paths.filter(|path| path.extension().is_some_and(|end| end == "csv"));
///         let texts = visible.map(|path| std::fs::read_to_string(path).unwrap());
///         let rows = texts.flat_map(|text| {
///             let rows = text.lines().skip(1).map(str::to_owned);
///             rows.collect::<Vec<_>>()
///         });
///         let row = |row: String| {
///             let (number, name) = row.split_once(',').unwrap();
///             (number.parse().unwrap(), name.to_owned())
///         };
///         rows.map(row).collect()
///     }
/// }
///
/// laws::sink!(csv_parts_keeps_the_laws, Folder::fresh());
/// # for law in laws::transactional::all() {
/// #     law.check(Folder::fresh()).unwrap();
/// # }
/// ```
pub trait SinkUnderTest {
    /// What the sink writes.
    type Event: fmt::Debug + PartialEq + Send + 'static;
    /// The sink.
    type Sink: Sink<Self::Event>;

    /// A sink that writes to the place: each time the same, as a job makes it when it is started
    /// again.
    fn sink(&self) -> Self::Sink;

    /// An event by its number; those of different numbers differ, and none is in the place.
    ///
    /// For a sink that is idempotent, each has a key of its own.
    fn event(&self, number: u64) -> Self::Event;

    /// The events that a reader sees now, in any order.
    fn visible(&self) -> Vec<Self::Event>;

    /// The clock, files and tasks that the sink gets: those of the system unless overridden. Tasks
    /// run on a tokio runtime that the laws have.
    fn env(&self) -> Env {
        Env::system()
    }
}
