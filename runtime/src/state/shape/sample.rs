//! Tries whether a type reads what was written with another shape, with values that are made up.

use super::fault::Fault;
use super::made_up::{MADE_UP, MadeUp};
use super::reader::ValueReader;
use super::{Body, FieldForms, Plain, StateShape, ValueForm};
use crate::state::append;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most bytes of a value that is made up.
const MOST: usize = 1 << 20;

/// Checks whether a type reads values of another shape: each variant of it, and each optional part.
///
/// A type may refuse the values for another reason than their shape. Then the rows of a checkpoint
/// show whether it can be read.
///
/// # Errors
/// Why it cannot, in words.
pub(crate) fn check_readable<T: DeserializeOwned>(written: &StateShape) -> Result<(), String> {
    // Zero comes last: upgrades may divide by what was counted.
    for made_up in (0..MADE_UP).rev() {
        let mut sample = Sample::of(written, MadeUp::at(made_up));
        while let Some(bytes) = sample.next() {
            match read::<T>(written, &bytes) {
                Err(Fault::Shape(why)) => return Err(why),
                Err(Fault::Value(_) | Fault::GivenUp | Fault::Limit) | Ok(()) => {}
            }
        }
    }
    Ok(())
}

fn read<T: DeserializeOwned>(written: &StateShape, bytes: &[u8]) -> Result<(), Fault> {
    let read = || {
        let bytes = &mut &*bytes;
        T::deserialize(ValueReader {
            shape: written,
            form: &written.root,
            is_version: false,
            bytes,
        })
        .map(drop)
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Fault::GivenUp))
}

/// Writes values of a shape, until each variant of each enum was there.
struct Sample<'s> {
    shape: &'s StateShape,
    made_up: MadeUp,
    /// How deep a type goes at least: the shallowest variant ends a recursion.
    heights: Vec<usize>,
    /// The variants that were written.
    written: BTreeSet<(usize, usize)>,
    /// The types that are being written.
    open: Vec<usize>,
    bytes: Vec<u8>,
    begun: bool,
}

impl<'s> Sample<'s> {
    fn of(shape: &'s StateShape, made_up: MadeUp) -> Self {
        let mut heights = vec![usize::MAX; shape.named.len()];
        for _ in 0..shape.named.len() {
            let next = shape.named.iter().map(|named| match &named.body {
                Body::Struct(fields) => height(fields, &heights),
                Body::Enum(variants) => {
                    let variants = variants.iter().map(|(_, fields)| height(fields, &heights));
                    variants.min().unwrap_or(0)
                }
            });
            heights = next.map(|height| height.saturating_add(1)).collect();
        }
        let (written, open, bytes) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { shape, made_up, heights, written, open, bytes, begun: false }
    }

    /// The next value; none once all variants were there.
    fn next(&mut self) -> Option<Vec<u8>> {
        let before = self.written.len();
        self.bytes.clear();
        self.open.clear();
        self.form(&self.shape.root)?;
        let is_new = self.written.len() > before || !std::mem::replace(&mut self.begun, true);
        is_new.then(|| self.bytes.clone())
    }

    fn put<T: serde::Serialize>(&mut self, value: &T) -> Option<()> {
        append(value, &mut self.bytes).ok()?;
        (self.bytes.len() < MOST).then_some(())
    }

    /// Writes a value; none if that cannot be done.
    fn form(&mut self, form: &'s ValueForm) -> Option<()> {
        let repeats = self.open.len() > self.open.iter().collect::<BTreeSet<_>>().len();
        match form {
            ValueForm::Unknown | ValueForm::Opaque(_) => None,
            ValueForm::Plain(plain) => self.plain(*plain),
            ValueForm::Maybe(_) | ValueForm::List(_) | ValueForm::Map(_) if repeats => {
                self.put(&0_u8)
            }
            ValueForm::Maybe(inner) | ValueForm::List(inner) => {
                self.put(&1_u8)?;
                self.form(inner)
            }
            ValueForm::Map(parts) => {
                self.put(&1_u8)?;
                self.form(&parts.0)?;
                self.form(&parts.1)
            }
            ValueForm::Tuple(parts) => parts.iter().try_for_each(|part| self.form(part)),
            ValueForm::Array(inner, length) => (0..*length).try_for_each(|_| self.form(inner)),
            ValueForm::Named(at) => {
                let named = self.shape.named.get(*at)?;
                self.open.push(*at);
                match &named.body {
                    Body::Struct(fields) => self.fields(fields)?,
                    Body::Enum(variants) => {
                        let variant = self.choose(*at, variants)?;
                        self.written.insert((*at, variant));
                        self.put(&u32::try_from(variant).ok()?)?;
                        self.fields(&variants.get(variant)?.1)?;
                    }
                }
                self.open.pop();
                Some(())
            }
        }
    }

    /// The first variant that was not there; inside of itself, the shallowest.
    fn choose(&self, at: usize, variants: &[(String, FieldForms)]) -> Option<usize> {
        let is_inside = self.open.iter().filter(|open| **open == at).count() > 1;
        let missing = (0..variants.len()).find(|variant| !self.written.contains(&(at, *variant)));
        let heights = variants.iter().map(|(_, fields)| height(fields, &self.heights));
        let shallowest = heights.enumerate().min_by_key(|(_, height)| *height);
        missing.filter(|_| !is_inside).or(shallowest.map(|(variant, _)| variant))
    }

    fn fields(&mut self, fields: &'s FieldForms) -> Option<()> {
        match fields {
            FieldForms::Unknown => None,
            FieldForms::Unit => Some(()),
            FieldForms::Newtype(inner) => self.form(inner),
            FieldForms::Tuple(parts) => parts.iter().try_for_each(|part| self.form(part)),
            FieldForms::Named(fields) => fields.iter().try_for_each(|(_, form)| self.form(form)),
        }
    }

    fn plain(&mut self, plain: Plain) -> Option<()> {
        let MadeUp { number, text, bytes } = self.made_up;
        match plain {
            Plain::Unit => Some(()),
            Plain::Bool => self.put(&(number > 0)),
            Plain::Char => self.put(&'a'),
            Plain::Signed(8) => self.put(&number.cast_signed()),
            Plain::Signed(_) => self.put(&i32::from(number)),
            Plain::Unsigned(8) => self.put(&number),
            Plain::Unsigned(_) => self.put(&u32::from(number)),
            Plain::Float(32) => self.put(&f32::from(number)),
            Plain::Float(_) => self.put(&f64::from(number)),
            Plain::String => self.put(&text),
            Plain::Bytes => self.put(&bytes),
        }
    }
}

/// How deep fields go at least, if it is known of the types with a name.
fn height(fields: &FieldForms, heights: &[usize]) -> usize {
    match fields {
        FieldForms::Unknown | FieldForms::Unit => 0,
        FieldForms::Newtype(form) => height_of(form, heights),
        FieldForms::Tuple(forms) => {
            forms.iter().map(|form| height_of(form, heights)).max().unwrap_or(0)
        }
        FieldForms::Named(fields) => {
            fields.iter().map(|(_, form)| height_of(form, heights)).max().unwrap_or(0)
        }
    }
}

fn height_of(form: &ValueForm, heights: &[usize]) -> usize {
    match form {
        ValueForm::Named(at) => heights.get(*at).copied().unwrap_or(usize::MAX),
        ValueForm::Tuple(parts) => {
            parts.iter().map(|part| height_of(part, heights)).max().unwrap_or(0)
        }
        ValueForm::Array(inner, _) => height_of(inner, heights),
        // These may be empty.
        _ => 0,
    }
}
