//! The values of a row.

use millstream::time::EventTime;
use std::borrow::Cow;

/// A value of a column: what [`Columns::rows`](crate::Columns::rows) makes of the fields of an
/// event, with `.into()`.
///
/// | from | in the database |
/// |---|---|
/// | integers, `bool` | `INTEGER` |
/// | `f32`, `f64` | `REAL` |
/// | `&str`, `&String`, `String`, `Cow<str>` | `TEXT` |
/// | `&[u8]`, `&Vec<u8>`, `Vec<u8>` | `BLOB` |
/// | [`EventTime`] | `INTEGER`, microseconds since 1970 |
/// | `Option` of these | that, or `NULL` |
///
/// Two values have no equal in SQLite, and end the job with an error: an integer above `i64::MAX`,
/// and `NaN`, which it would store as `NULL`.
///
/// # Examples
/// ```
/// use millstream_sqlite::Value;
///
/// assert_eq!(Value::from(7_u32), Value::Integer(7));
/// assert_eq!(Value::from(None::<&str>), Value::Null);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// An integer above `i64::MAX`, which is refused when it is written.
    TooLarge(u64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

macro_rules! integers {
    ($($from:ty),*) => {
        $(
            impl From<$from> for Value<'_> {
                fn from(value: $from) -> Self {
                    Self::Integer(value.into())
                }
            }
        )*
    };
}

integers!(i8, i16, i32, i64, u8, u16, u32, bool);

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::TooLarge(value), Self::Integer)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl From<f32> for Value<'_> {
    fn from(value: f32) -> Self {
        Self::Real(value.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<EventTime> for Value<'_> {
    fn from(value: EventTime) -> Self {
        Self::Integer(value.as_micros())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(Cow::Owned(value))
    }
}

impl<'a, V: Into<Value<'a>>> From<Option<V>> for Value<'a> {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
