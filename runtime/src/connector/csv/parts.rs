//! CSV files in parts.

use super::options::{Dialect, Quoting};
use super::write::{CsvEncoder, Start};
use crate::connector::parts::{Format, PartOutput, Parts};
use crate::connector::torn::RecordEnds;
use crate::error::Result;
use std::path::PathBuf;

/// Writes a sequence of CSV files into a directory, which is created if it does not exist.
///
/// A new part begins after 128 MiB, or as [`roll_at`](Parts::roll_at) and
/// [`roll_after`](Parts::roll_after) say; each has a header. See [`Parts`] for the names.
///
/// # Errors
/// The job does not start if the directory cannot be created, and ends if writing fails.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("millstream-parts-{}", std::process::id()));
/// let parts = csv_parts(&folder).named("squares").headerless().roll_at(8);
/// topology!(numbers = source(from_iter(1..=5)), numbers >> map(|n| (n, n * n)) >> sink(parts))
///     .run(Config::default())
///     .await?;
/// let part = |number| std::fs::read_to_string(folder.join(format!("squares-0-{number}.csv")));
/// assert_eq!(part(0).unwrap(), "1,1\n2,4\n");
/// assert_eq!(part(2).unwrap(), "5,25\n");
/// # std::fs::remove_dir_all(folder).ok();
/// # Ok(())
/// # }
/// ```
pub fn csv_parts<T>(folder: impl Into<PathBuf>) -> Parts<T, CsvFormat> {
    Parts::new(folder.into(), CsvFormat { dialect: Dialect::default() })
}

/// The format of [`csv_parts`].
#[derive(Debug, Clone)]
pub struct CsvFormat {
    dialect: Dialect,
}

impl Format for CsvFormat {
    const EXTENSION: &str = "csv";
    type Encoder = CsvEncoder;

    fn encoder(&self, output: PartOutput) -> CsvEncoder {
        let start = if output.0.written() > 0 { Start::Done } else { Start::Empty };
        CsvEncoder::new(output.0, self.dialect, start)
    }

    fn is_quoted(&self) -> bool {
        self.dialect.record_ends() == RecordEnds::Unquoted
    }

    fn check(&self) -> Result<()> {
        self.dialect.check()
    }
}

impl<T> Parts<T, CsvFormat> {
    /// The parts have no header.
    #[must_use]
    pub fn headerless(mut self) -> Self {
        self.format.dialect.header = false;
        self
    }

    /// Sets the byte between fields, as [`CsvFile::delimiter`](super::CsvFile::delimiter).
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.format.dialect.delimiter = delimiter;
        self
    }

    /// Does not write whitespace around fields.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.format.dialect.trims = true;
        self
    }

    /// Sets when fields are quoted; where they need it unless called.
    #[must_use]
    pub fn quoting(mut self, quoting: Quoting) -> Self {
        self.format.dialect.quoting = quoting;
        self
    }
}
