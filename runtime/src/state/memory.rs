//! Whether a job keeps its state in checkpoints, as a type, and how what it keeps is encoded.

use super::encode::append;
use super::mark::{RowChange, RowMark};
use super::shape::{StateShape, check_readable, read_as};
use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Whether a job keeps its state in checkpoints: [`Volatile`] or [`Durable`].
///
/// Follows from the delivery guarantee: `at_most_once` is volatile, the others are durable. A
/// volatile job demands nothing of its types and contains no code for checkpoints.
pub trait Memory: Sized + Send + Sync + 'static {
    /// Records which rows of a table have changed since the last checkpoint.
    type Mark: RowMark + Send;
    /// Whether the job has checkpoints.
    const DURABLE: bool;
}

/// State is in memory only and ends with the job.
#[derive(Debug, Clone, Copy)]
pub struct Volatile;

/// State is kept in checkpoints, and restored when the job starts again.
#[derive(Debug, Clone, Copy)]
pub struct Durable;

impl Memory for Volatile {
    type Mark = ();
    const DURABLE: bool = false;
}

impl Memory for Durable {
    type Mark = RowChange;
    const DURABLE: bool = true;
}

/// A type that a job with the memory `D` can keep: any type if the job is volatile, and a serde
/// type if it is durable.
///
/// Encoded as [postcard](https://docs.rs/postcard), whose format is stable.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is kept in checkpoints here, and cannot be written to one [M0415]",
    label = "keeps a `{Self}`",
    note = "help: write `#[derive(serde::Serialize, serde::Deserialize)]` on `{Self}`, or promise \
            `at_most_once`, which keeps nothing; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0415.md"
)]
#[doc(hidden)]
pub trait Kept<D>: Sized {
    /// Appends the encoded value.
    ///
    /// # Errors
    /// If the type refuses to be serialized.
    fn write(&self, into: &mut Vec<u8>) -> Result<()>;

    /// Decodes a value and removes it from the beginning of `from`. It was written with the shape
    /// `written`, if that is not the present one.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn read_written(written: Option<&StateShape>, from: &mut &[u8]) -> Result<Self>;

    /// The same for a value that was written with the present shape.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn read(from: &mut &[u8]) -> Result<Self> {
        Self::read_written(None, from)
    }

    /// The shape of the type, and whether it reads what was written with another one; nothing in a
    /// volatile job.
    #[must_use]
    fn shape() -> Option<TypeShape> {
        None
    }
}

/// The shape of a type, and whether it reads what was written with another one.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct TypeShape {
    /// The shape now.
    pub(crate) shape: StateShape,
    /// Checks whether the type reads another shape; if not, it returns the reason in words.
    pub(crate) check: fn(&StateShape) -> std::result::Result<(), String>,
}

#[diagnostic::do_not_recommend]
impl<T> Kept<Volatile> for T {
    fn write(&self, _: &mut Vec<u8>) -> Result<()> {
        Err(unkept::<T>())
    }

    fn read_written(_: Option<&StateShape>, _: &mut &[u8]) -> Result<Self> {
        Err(unkept::<T>())
    }
}

/// A volatile job writes nothing.
fn unkept<T>() -> Error {
    let name = std::any::type_name::<T>();
    Error::new(ErrorKind::Internal, format!("`{name}` is not kept in checkpoints"))
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Kept<Durable> for T {
    #[inline]
    fn write(&self, into: &mut Vec<u8>) -> Result<()> {
        append(self, into)
    }

    #[inline]
    fn read_written(written: Option<&StateShape>, from: &mut &[u8]) -> Result<Self> {
        if let Some(written) = written {
            return read_as(written, from);
        }
        match postcard::take_from_bytes(from) {
            Ok((value, rest)) => {
                *from = rest;
                Ok(value)
            }
            Err(error) => {
                let name = std::any::type_name::<T>();
                let message = format!("cannot read a `{name}` from a checkpoint");
                let help = "restore it with the types it was written with";
                Err(Error::new(ErrorKind::Checkpoint, message).caused_by(error).help(help))
            }
        }
    }

    fn shape() -> Option<TypeShape> {
        Some(TypeShape { shape: StateShape::of::<T>(), check: check_readable::<T> })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_one_after_the_other() {
        let mut bytes = Vec::new();
        Kept::<Durable>::write(&(7_u64, "north".to_owned()), &mut bytes).unwrap();
        Kept::<Durable>::write(&vec![1_u32, 2], &mut bytes).unwrap();
        let mut from = bytes.as_slice();
        let first: (u64, String) = Kept::<Durable>::read(&mut from).unwrap();
        let second: Vec<u32> = Kept::<Durable>::read(&mut from).unwrap();
        assert_eq!((first, second), ((7, "north".to_owned()), vec![1, 2]));
        assert_eq!(from, [0_u8; 0]);
    }

    #[test]
    fn bytes_that_end_too_early_are_refused() {
        let error = <u64 as Kept<Durable>>::read(&mut [0x80].as_slice()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Checkpoint);
        assert!(error.to_string().starts_with("cannot read a `u64` from a checkpoint"));
    }
}
