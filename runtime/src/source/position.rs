//! Where a reader continues.

use crate::error::{Error, ErrorKind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a reader has read so far, as bytes that only its source understands.
///
/// A checkpoint stores what [`Reader::position`](super::Reader::position) returns, and a restart
/// passes it to [`Source::open_at`](super::Source::open_at).
///
/// # Examples
/// ```
/// use millstream::source::Position;
///
/// let position = Position::of(&(4_096_u64, "orders"))?;
/// let stored = position.as_bytes().to_vec();
/// let (offset, topic): (u64, String) = Position::from_bytes(stored).read()?;
/// assert_eq!((offset, &*topic), (4_096, "orders"));
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position(Vec<u8>);

impl Position {
    /// Encodes a value, in the format of `postcard`.
    ///
    /// # Errors
    /// If the value cannot be serialized.
    pub fn of(value: &impl Serialize) -> Result<Self> {
        let bytes = postcard::to_allocvec(value);
        bytes.map(Self).map_err(|error| {
            Error::new(ErrorKind::Source, "cannot encode the position").caused_by(error)
        })
    }

    /// Decodes the value.
    ///
    /// # Errors
    /// If the bytes are not exactly such a value: another kind of source has written them.
    ///
    /// # Examples
    /// ```
    /// use millstream::source::Position;
    ///
    /// let position = Position::of(&7_u8)?;
    /// assert_eq!(position.read::<u8>()?, 7);
    /// assert!(position.read::<String>().is_err());
    /// # Ok::<(), millstream::Error>(())
    /// ```
    pub fn read<P: DeserializeOwned>(&self) -> Result<P> {
        let foreign = "the position is that of another kind of source";
        let foreign = || Error::new(ErrorKind::Source, foreign);
        match postcard::take_from_bytes(&self.0) {
            Ok((value, [])) => Ok(value),
            Ok(_) => Err(foreign()),
            Err(error) => Err(foreign().caused_by(error)),
        }
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A position from stored bytes.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}
