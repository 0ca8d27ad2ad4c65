//! Appends encoded values to a buffer.

use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;

/// Appends an encoded value, as a job with checkpoints keeps it.
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
