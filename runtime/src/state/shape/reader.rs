//! A value that was written with another shape, and where it begins.

use super::fault::Fault;
use super::{Body, DEPTH, FieldForms, NamedForm, Plain, StateShape, ValueForm};
use serde::de::{DeserializeOwned, Error as _};

/// Reads one value.
pub(super) struct ValueReader<'r, 's, 'de> {
    pub(super) shape: &'s StateShape,
    pub(super) form: &'s ValueForm,
    /// The type to be read knows of the version of this one.
    pub(super) is_version: bool,
    pub(super) bytes: &'r mut &'de [u8],
}

/// What is there for a type.
pub(super) enum Written<'s> {
    /// A value without a name.
    ValueForm(&'s ValueForm),
    /// A struct.
    Struct(&'s FieldForms),
    /// An enum.
    Enum(&'s [(String, FieldForms)]),
}

/// Removes a plain value from the beginning of the bytes.
pub(super) fn take<T: DeserializeOwned>(bytes: &mut &[u8]) -> Result<T, Fault> {
    let (value, rest) = postcard::take_from_bytes(bytes)
        .map_err(|_short| Fault::Shape("bytes are missing".into()))?;
    *bytes = rest;
    Ok(value)
}

impl<'s> ValueReader<'_, 's, '_> {
    /// Another form at the same place.
    pub(super) fn of(self, form: &'s ValueForm) -> Self {
        Self { form, is_version: false, ..self }
    }

    /// What is there; a struct with one field and no name for it is what it contains.
    pub(super) fn written(&mut self) -> Result<Written<'s>, Fault> {
        // A type cannot be nothing but itself.
        for _ in 0..DEPTH {
            let Some(NamedForm { name, version, body }) = self.shape.named_form(self.form) else {
                return Ok(Written::ValueForm(self.form));
            };
            if *version > 1 && !self.is_version {
                let what = format!("it is version {version} of `{name}`, which the type lacks");
                return Err(Fault::Shape(what));
            }
            match body {
                Body::Struct(FieldForms::Newtype(inner)) => {
                    (self.form, self.is_version) = (inner, false);
                }
                Body::Struct(fields) => return Ok(Written::Struct(fields)),
                Body::Enum(variants) => return Ok(Written::Enum(variants)),
            }
        }
        Err(Fault::Limit)
    }

    /// The error of a type that expects something else.
    pub(super) fn other(&self, expected: &str) -> Fault {
        Fault::Shape(format!(
            "there is `{}`, and it expects {expected}",
            self.shape.show(self.form)
        ))
    }

    /// The plain value that is there.
    pub(super) fn plain(&mut self, expected: &str) -> Result<Plain, Fault> {
        match self.written()? {
            Written::ValueForm(ValueForm::Plain(plain)) => Ok(*plain),
            _ => Err(self.other(expected)),
        }
    }

    /// An unsigned number of at most `most` bits.
    pub(super) fn unsigned(&mut self, most: u8) -> Result<u128, Fault> {
        let expected = Plain::Unsigned(most).to_string();
        match self.plain(&expected)? {
            Plain::Unsigned(bits) if bits <= most => unsigned(bits, self.bytes),
            _ => Err(self.other(&expected)),
        }
    }

    /// A signed number of at most `most` bits.
    pub(super) fn signed(&mut self, most: u8) -> Result<i128, Fault> {
        let expected = Plain::Signed(most).to_string();
        match self.plain(&expected)? {
            Plain::Signed(bits) if bits <= most => signed(bits, self.bytes),
            Plain::Unsigned(bits) if bits < most => {
                unsigned(bits, self.bytes)?.try_into().map_err(Fault::custom)
            }
            _ => Err(self.other(&expected)),
        }
    }
}

fn unsigned(bits: u8, bytes: &mut &[u8]) -> Result<u128, Fault> {
    match bits {
        8 => take::<u8>(bytes).map(u128::from),
        16 => take::<u16>(bytes).map(u128::from),
        32 => take::<u32>(bytes).map(u128::from),
        64 => take::<u64>(bytes).map(u128::from),
        _ => take(bytes),
    }
}

fn signed(bits: u8, bytes: &mut &[u8]) -> Result<i128, Fault> {
    match bits {
        8 => take::<i8>(bytes).map(i128::from),
        16 => take::<i16>(bytes).map(i128::from),
        32 => take::<i32>(bytes).map(i128::from),
        64 => take::<i64>(bytes).map(i128::from),
        _ => take(bytes),
    }
}
