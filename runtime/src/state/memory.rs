//! Whether a job keeps its state in checkpoints, as a type, and how what it keeps is encoded.

use super::mark::{RowChange, RowMark};
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

    /// Decodes a value and removes it from the beginning of `from`.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn read(from: &mut &[u8]) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T> Kept<Volatile> for T {
    fn write(&self, _: &mut Vec<u8>) -> Result<()> {
        Err(unkept::<T>())
    }

    fn read(_: &mut &[u8]) -> Result<Self> {
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
    fn read(from: &mut &[u8]) -> Result<Self> {
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
}

/// Appends an encoded value, as [`Kept`] does for [`Durable`] jobs.
///
/// # Errors
/// If the type refuses to be serialized.
#[inline]
pub(crate) fn append<T: Serialize>(value: &T, into: &mut Vec<u8>) -> Result<()> {
    encode(value, into).map_err(|error| {
        let name = std::any::type_name::<T>();
        let message = format!("cannot write a `{name}` to a checkpoint");
        Error::new(ErrorKind::Checkpoint, message).caused_by(error)
    })
}

/// Appends an encoded value, as [`append`] does.
///
/// # Errors
/// If the type refuses to be serialized; the buffer may then end within the value.
#[inline]
pub(crate) fn encode<T: Serialize>(value: &T, into: &mut Vec<u8>) -> postcard::Result<()> {
    postcard::serialize_with_flavor(value, Appending(into))
}

/// Appends to a buffer that is used again, which `postcard::to_extend` would consume.
struct Appending<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Appending<'_> {
    type Output = ();

    #[inline(always)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
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
