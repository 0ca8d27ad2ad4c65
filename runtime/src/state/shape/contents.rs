//! The contents of a value that was written with another shape: elements, fields, variants.

use super::fault::Fault;
use super::reader::{ValueReader, take};
use super::skip::{skip, skip_fields};
use super::{FieldForms, StateShape, ValueForm};
use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// The forms of values that follow each other.
pub(super) enum Contents<'s> {
    /// A number of values of one form.
    All(&'s ValueForm, usize),
    /// One of each form.
    Each(&'s [ValueForm]),
    /// The fields of a struct.
    FieldForms(&'s [(String, ValueForm)]),
}

/// Values that follow each other.
pub(super) struct Elements<'r, 's, 'de> {
    shape: &'s StateShape,
    contents: Contents<'s>,
    bytes: &'r mut &'de [u8],
}

impl<'r, 's, 'de> Elements<'r, 's, 'de> {
    pub(super) fn new(
        shape: &'s StateShape,
        contents: Contents<'s>,
        bytes: &'r mut &'de [u8],
    ) -> Self {
        Self { shape, contents, bytes }
    }

    fn next(&mut self) -> Option<&'s ValueForm> {
        match &mut self.contents {
            Contents::All(form, left) => {
                *left = left.checked_sub(1)?;
                Some(form)
            }
            Contents::Each(forms) => {
                let (first, rest) = forms.split_first()?;
                *forms = rest;
                Some(first)
            }
            Contents::FieldForms(fields) => {
                let ((_, first), rest) = fields.split_first()?;
                *fields = rest;
                Some(first)
            }
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_, 'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(form) = self.next() else { return Ok(None) };
        let Self { shape, bytes, .. } = self;
        seed.deserialize(ValueReader { shape, form, is_version: false, bytes }).map(Some)
    }

    /// No more than there are bytes, whatever was written.
    fn size_hint(&self) -> Option<usize> {
        match &self.contents {
            Contents::All(_, left) => Some((*left).min(self.bytes.len())),
            Contents::Each(forms) => Some(forms.len()),
            Contents::FieldForms(fields) => Some(fields.len()),
        }
    }
}

/// The entries of a map.
pub(super) struct Entries<'r, 's, 'de> {
    pub(super) shape: &'s StateShape,
    pub(super) parts: &'s (ValueForm, ValueForm),
    pub(super) left: usize,
    pub(super) bytes: &'r mut &'de [u8],
}

impl<'de> MapAccess<'de> for Entries<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let Self { shape, parts, bytes, .. } = self;
        let reader = ValueReader { shape, form: &parts.0, is_version: false, bytes };
        seed.deserialize(reader).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Self { shape, parts, bytes, .. } = self;
        seed.deserialize(ValueReader { shape, form: &parts.1, is_version: false, bytes })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.bytes.len()))
    }
}

/// Reads a struct: in order if its fields are the same, and otherwise by their names.
pub(super) fn fields_of<'de, V: Visitor<'de>>(
    (shape, written): (&StateShape, &FieldForms),
    fields: &[&str],
    bytes: &mut &'de [u8],
    visitor: V,
) -> Result<V::Value, Fault> {
    let FieldForms::Named(written) = written else {
        return Err(Fault::Shape("its fields had no names".into()));
    };
    if written.iter().map(|(name, _)| name.as_str()).eq(fields.iter().copied()) {
        return visitor.visit_seq(Elements::new(shape, Contents::FieldForms(written), bytes));
    }
    let mut named = NamedFields { shape, left: written, value: None, bytes };
    let value = visitor.visit_map(&mut named)?;
    // A visitor may stop before the end.
    let NamedFields { value: unread, left, bytes, .. } = named;
    unread.into_iter().try_for_each(|form| skip(shape, form, bytes))?;
    left.iter().try_for_each(|(_, form)| skip(shape, form, bytes))?;
    Ok(value)
}

/// The fields of a struct, by name.
struct NamedFields<'r, 's, 'de> {
    shape: &'s StateShape,
    left: &'s [(String, ValueForm)],
    /// The field whose name was read last.
    value: Option<&'s ValueForm>,
    bytes: &'r mut &'de [u8],
}

impl<'de> MapAccess<'de> for &mut NamedFields<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(((name, form), left)) = self.left.split_first() else { return Ok(None) };
        (self.left, self.value) = (left, Some(form));
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let form =
            self.value.take().ok_or_else(|| Fault::Shape("a value without a name".into()))?;
        let NamedFields { shape, bytes, .. } = &mut **self;
        seed.deserialize(ValueReader { shape, form, is_version: false, bytes })
    }
}

/// Reads an enum by the name of the variant.
pub(super) fn variant_of<'de, V: Visitor<'de>>(
    (shape, variants): (&StateShape, &[(String, FieldForms)]),
    bytes: &mut &'de [u8],
    visitor: V,
) -> Result<V::Value, Fault> {
    let number: u32 = take(bytes)?;
    let variant = usize::try_from(number).ok().and_then(|number| variants.get(number));
    let Some((name, fields)) = variant else {
        return Err(Fault::Shape(format!("there is no variant {number}")));
    };
    visitor.visit_enum(WrittenVariant { shape, name, fields, bytes })
}

/// A variant of an enum.
struct WrittenVariant<'r, 's, 'de> {
    shape: &'s StateShape,
    name: &'s str,
    fields: &'s FieldForms,
    bytes: &'r mut &'de [u8],
}

impl WrittenVariant<'_, '_, '_> {
    fn other(&self) -> Fault {
        Fault::Shape(format!("variant `{}` has other contents", self.name))
    }
}

impl<'de> EnumAccess<'de> for WrittenVariant<'_, '_, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        Ok((seed.deserialize(StrDeserializer::new(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for WrittenVariant<'_, '_, 'de> {
    type Error = Fault;

    /// What a variant had contained is skipped: `#[serde(other)]` takes any.
    fn unit_variant(self) -> Result<(), Fault> {
        skip_fields(self.shape, self.fields, self.bytes)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        let FieldForms::Newtype(form) = self.fields else { return Err(self.other()) };
        let Self { shape, bytes, .. } = self;
        seed.deserialize(ValueReader { shape, form, is_version: false, bytes })
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let forms: &[ValueForm] = match self.fields {
            FieldForms::Tuple(forms) if forms.len() == length => forms,
            FieldForms::Unit if length == 0 => &[],
            _ => return Err(self.other()),
        };
        visitor.visit_seq(Elements::new(self.shape, Contents::Each(forms), self.bytes))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        fields_of((self.shape, self.fields), fields, self.bytes, visitor)
    }
}

/// A value of an earlier version, as the variant of an enum with the number of the version.
pub(super) struct Upgrade<'r, 's, 'de> {
    pub(super) version: u32,
    pub(super) reader: ValueReader<'r, 's, 'de>,
}

impl<'de> EnumAccess<'de> for Upgrade<'_, '_, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let version: U32Deserializer<Fault> = self.version.into_deserializer();
        Ok((seed.deserialize(version)?, self))
    }
}

impl<'de> VariantAccess<'de> for Upgrade<'_, '_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(Fault::Shape("a version has contents".into()))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        self.reader.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.reader.deserialize_struct("", fields, visitor)
    }
}
