//! Rows as bytes: until they are written, and in checkpoints.

use crate::value::Value;
use millstream::{Error, ErrorKind, Result};
use rusqlite::types::ValueRef;

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;

/// Adds a value to the rows.
///
/// # Errors
/// If SQLite has no equal of the value; the column names it.
pub(crate) fn add(rows: &mut Vec<u8>, value: &Value<'_>, column: &str) -> Result<()> {
    match value {
        Value::Null => rows.push(NULL),
        Value::Integer(value) => {
            rows.push(INTEGER);
            rows.extend(value.to_le_bytes());
        }
        Value::Real(value) if value.is_nan() => {
            let message = format!("column `{column}` got NaN, which SQLite cannot store");
            return Err(Error::new(ErrorKind::Sink, message).help("write `None`, or a text"));
        }
        Value::Real(value) => {
            rows.push(REAL);
            rows.extend(value.to_le_bytes());
        }
        Value::TooLarge(value) => {
            let (most, message) = (i64::MAX, format!("column `{column}` got {value}"));
            return Err(Error::new(ErrorKind::Sink, message)
                .caused_by(format!("the largest integer of SQLite is {most}"))
                .help("write it as a text, or in two columns"));
        }
        Value::Text(text) => add_bytes(rows, TEXT, text.as_bytes()),
        Value::Blob(bytes) => add_bytes(rows, BLOB, bytes),
    }
    Ok(())
}

fn add_bytes(rows: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    rows.push(kind);
    rows.extend((bytes.len() as u64).to_le_bytes());
    rows.extend(bytes);
}

/// The values of rows, one after the other.
pub(crate) struct Values<'a> {
    rest: &'a [u8],
}

impl<'a> Values<'a> {
    pub(crate) fn of(rows: &'a [u8]) -> Self {
        Self { rest: rows }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next value; `None` if there is no whole one.
    pub(crate) fn take(&mut self) -> Option<ValueRef<'a>> {
        let [kind] = self.array()?;
        Some(match kind {
            NULL => ValueRef::Null,
            INTEGER => ValueRef::Integer(i64::from_le_bytes(self.array()?)),
            REAL => ValueRef::Real(f64::from_le_bytes(self.array()?)),
            TEXT => ValueRef::Text(self.bytes()?),
            BLOB => ValueRef::Blob(self.bytes()?),
            _ => return None,
        })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*array)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(u64::from_le_bytes(self.array()?)).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_were_added_and_torn_ones_are_not() {
        let values = [
            Value::Null,
            (-7).into(),
            true.into(),
            1.5.into(),
            "naïve".into(),
            String::new().into(),
            vec![0, 255].into(),
            Some(7_u64).into(),
        ];
        let mut rows = Vec::new();
        values.iter().for_each(|value| add(&mut rows, value, "a").unwrap());
        let mut read = Values::of(&rows);
        let all: Vec<_> = std::iter::from_fn(|| read.take()).collect();
        let expected = [
            ValueRef::Null,
            ValueRef::Integer(-7),
            ValueRef::Integer(1),
            ValueRef::Real(1.5),
            ValueRef::Text("naïve".as_bytes()),
            ValueRef::Text(b""),
            ValueRef::Blob(&[0, 255]),
            ValueRef::Integer(7),
        ];
        assert_eq!(all, expected);
        assert!(read.is_empty());
        for length in 0..rows.len() {
            let mut torn = Values::of(&rows[..length]);
            let whole = std::iter::from_fn(|| torn.take()).count();
            assert!(whole < expected.len());
        }
    }

    #[test]
    fn a_value_that_sqlite_does_not_have_is_refused_in_words() {
        let refused =
            |value: Value<'_>| add(&mut Vec::new(), &value, "amount").unwrap_err().to_string();
        assert_eq!(
            refused(f64::NAN.into()),
            "column `amount` got NaN, which SQLite cannot store; write `None`, or a text"
        );
        assert_eq!(
            refused(u64::MAX.into()),
            "column `amount` got 18446744073709551615: the largest integer of SQLite is \
             9223372036854775807; write it as a text, or in two columns"
        );
    }
}
