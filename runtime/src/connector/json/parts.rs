//! JSON lines in parts.

use super::JsonEncoder;
use crate::connector::parts::{Format, PartOutput, Parts};
use std::path::PathBuf;

/// Writes a sequence of files of JSON lines into a directory, which is created if it does not
/// exist.
///
/// A new part begins after 128 MiB, or as [`roll_at`](Parts::roll_at) and
/// [`roll_after`](Parts::roll_after) say. See [`Parts`] for the names.
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
/// # let name = format!("millstream-jsonl-parts-{}", std::process::id());
/// # let folder = std::env::temp_dir().join(name);
/// let parts = jsonl_parts(&folder).roll_at(4);
/// topology!(numbers = source(from_iter(1..=5)), numbers >> sink(parts))
///     .run(Config::default())
///     .await?;
/// let part = |number| std::fs::read_to_string(folder.join(format!("part-0-{number}.jsonl")));
/// assert_eq!((part(0).unwrap(), part(2).unwrap()), ("1\n2\n".into(), "5\n".into()));
/// # std::fs::remove_dir_all(folder).ok();
/// # Ok(())
/// # }
/// ```
pub fn jsonl_parts<T>(folder: impl Into<PathBuf>) -> Parts<T, JsonFormat> {
    Parts::new(folder.into(), JsonFormat { _private: () })
}

/// The format of [`jsonl_parts`].
#[derive(Debug, Clone)]
pub struct JsonFormat {
    _private: (),
}

impl Format for JsonFormat {
    const EXTENSION: &str = "jsonl";
    type Encoder = JsonEncoder;

    fn encoder(&self, output: PartOutput) -> JsonEncoder {
        JsonEncoder::new(output.0)
    }
}
