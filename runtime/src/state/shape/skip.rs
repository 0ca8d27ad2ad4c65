//! Skips values that nobody reads.

use super::fault::Fault;
use super::reader::take;
use super::{Body, FieldForms, Plain, StateShape, ValueForm};

/// How deep values that are skipped go at most.
const DEEPEST: usize = 1_000;

/// Removes a value from the beginning of the bytes.
pub(super) fn skip(shape: &StateShape, form: &ValueForm, bytes: &mut &[u8]) -> Result<(), Fault> {
    Skipped { shape, left: DEEPEST }.form(form, bytes)
}

/// Removes the fields of a struct or variant from the beginning of the bytes.
pub(super) fn skip_fields(
    shape: &StateShape,
    fields: &FieldForms,
    bytes: &mut &[u8],
) -> Result<(), Fault> {
    Skipped { shape, left: DEEPEST }.fields(fields, bytes)
}

/// A value that is skipped.
#[derive(Clone, Copy)]
struct Skipped<'s> {
    shape: &'s StateShape,
    /// How much deeper it may go.
    left: usize,
}

impl Skipped<'_> {
    fn form(self, form: &ValueForm, bytes: &mut &[u8]) -> Result<(), Fault> {
        let left = self.left.checked_sub(1).ok_or(Fault::Limit)?;
        let inside = Self { left, ..self };
        match form {
            ValueForm::Unknown | ValueForm::Opaque(_) => {
                Err(Fault::Shape("a value of unknown shape is in between".into()))
            }
            ValueForm::Plain(plain) => skip_plain(*plain, bytes),
            ValueForm::Maybe(inner) => match take(bytes)? {
                0_u8 => Ok(()),
                _ => inside.form(inner, bytes),
            },
            ValueForm::List(inner) => inside.all(inner, take(bytes)?, bytes),
            ValueForm::Array(inner, length) => inside.all(inner, *length, bytes),
            ValueForm::Map(parts) => {
                let length: usize = take(bytes)?;
                for _ in 0..length {
                    inside.form(&parts.0, bytes)?;
                    inside.form(&parts.1, bytes)?;
                }
                Ok(())
            }
            ValueForm::Tuple(parts) => parts.iter().try_for_each(|part| inside.form(part, bytes)),
            ValueForm::Named(_) => match self.shape.named_form(form).map(|named| &named.body) {
                None => Ok(()),
                Some(Body::Struct(fields)) => inside.fields(fields, bytes),
                Some(Body::Enum(variants)) => {
                    let number: u32 = take(bytes)?;
                    let (_, fields) = usize::try_from(number)
                        .ok()
                        .and_then(|number| variants.get(number))
                        .ok_or_else(|| Fault::Shape("a variant is unknown".into()))?;
                    inside.fields(fields, bytes)
                }
            },
        }
    }

    fn all(self, form: &ValueForm, length: usize, bytes: &mut &[u8]) -> Result<(), Fault> {
        for _ in 0..length {
            let before = bytes.len();
            self.form(form, bytes)?;
            if bytes.len() == before {
                // Values without bytes: however many there are, nothing more is skipped.
                break;
            }
        }
        Ok(())
    }

    fn fields(self, fields: &FieldForms, bytes: &mut &[u8]) -> Result<(), Fault> {
        match fields {
            FieldForms::Unknown => {
                Err(Fault::Shape("a value of unknown shape is in between".into()))
            }
            FieldForms::Unit => Ok(()),
            FieldForms::Newtype(inner) => self.form(inner, bytes),
            FieldForms::Tuple(parts) => parts.iter().try_for_each(|part| self.form(part, bytes)),
            FieldForms::Named(fields) => {
                fields.iter().try_for_each(|(_, form)| self.form(form, bytes))
            }
        }
    }
}

fn skip_plain(plain: Plain, bytes: &mut &[u8]) -> Result<(), Fault> {
    match plain {
        Plain::Unit => Ok(()),
        Plain::Bool | Plain::Unsigned(8) | Plain::Signed(8) => take::<u8>(bytes).map(drop),
        Plain::Unsigned(_) | Plain::Signed(_) => take::<u128>(bytes).map(drop),
        Plain::Float(32) => take::<f32>(bytes).map(drop),
        Plain::Float(_) => take::<f64>(bytes).map(drop),
        Plain::Char | Plain::String | Plain::Bytes => {
            let length: usize = take(bytes)?;
            let rest =
                bytes.get(length..).ok_or_else(|| Fault::Shape("bytes are missing".into()))?;
            *bytes = rest;
            Ok(())
        }
    }
}
