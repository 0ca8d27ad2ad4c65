//! Reads values by the shape with which they were written: fields and variants by name.

use super::contents::{Contents, Elements, Entries, Upgrade, fields_of, variant_of};
use super::fault::Fault;
use super::reader::{ValueReader, Written, take};
use super::skip::skip;
use super::version::version_of;
use super::{FieldForms, Plain, StateShape, ValueForm};
use crate::error::{Error, ErrorKind, Result};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};

/// Reads a value that was written with another shape, and removes it from the beginning of `from`.
///
/// # Errors
/// If the type does not accept the value.
pub(crate) fn read_as<T: DeserializeOwned>(written: &StateShape, from: &mut &[u8]) -> Result<T> {
    let reader =
        ValueReader { shape: written, form: &written.root, is_version: false, bytes: from };
    T::deserialize(reader).map_err(|fault| {
        let name = std::any::type_name::<T>();
        let message = format!("cannot read a `{name}` from a checkpoint that has `{written}`");
        Error::new(ErrorKind::Checkpoint, message).caused_by(fault)
    })
}

impl<'de> ValueReader<'_, '_, 'de> {
    /// Values one after the other.
    fn tuple<V: Visitor<'de>>(
        mut self,
        length: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        let forms = match self.written()? {
            Written::Struct(FieldForms::Tuple(forms))
            | Written::ValueForm(ValueForm::Tuple(forms))
                if forms.len() == length =>
            {
                Contents::Each(forms)
            }
            Written::ValueForm(ValueForm::Array(inner, written)) if *written == length => {
                Contents::All(inner, length)
            }
            Written::Struct(FieldForms::Unit)
            | Written::ValueForm(ValueForm::Plain(Plain::Unit))
                if length == 0 =>
            {
                Contents::Each(&[])
            }
            _ => return Err(self.other(&format!("{length} values"))),
        };
        visitor.visit_seq(Elements::new(self.shape, forms, self.bytes))
    }
}

/// Reads numbers that may have had fewer bits.
macro_rules! numbers {
    ($($method:ident $visit:ident $read:ident $bits:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(
            mut self,
            visitor: V,
        ) -> std::result::Result<V::Value, Fault> {
            visitor.$visit(self.$read($bits)?.try_into().map_err(Fault::custom)?)
        }
    )*};
}

/// Reads plain values of which there is one form.
macro_rules! plain {
    ($($method:ident $visit:ident $plain:pat, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(
            mut self,
            visitor: V,
        ) -> std::result::Result<V::Value, Fault> {
            match self.plain($expected)? {
                $plain => visitor.$visit(take(self.bytes)?),
                _ => Err(self.other($expected)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueReader<'_, '_, 'de> {
    type Error = Fault;

    numbers! {
        deserialize_u8 visit_u8 unsigned 8;
        deserialize_u16 visit_u16 unsigned 16;
        deserialize_u32 visit_u32 unsigned 32;
        deserialize_u64 visit_u64 unsigned 64;
        deserialize_u128 visit_u128 unsigned 128;
        deserialize_i8 visit_i8 signed 8;
        deserialize_i16 visit_i16 signed 16;
        deserialize_i32 visit_i32 signed 32;
        deserialize_i64 visit_i64 signed 64;
        deserialize_i128 visit_i128 signed 128;
    }

    plain! {
        deserialize_bool visit_bool Plain::Bool, "a bool";
        deserialize_f32 visit_f32 Plain::Float(32), "f32";
        deserialize_char visit_char Plain::Char, "a char";
        deserialize_str visit_string Plain::String, "a string";
        deserialize_string visit_string Plain::String, "a string";
    }

    fn deserialize_f64<V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.plain("f64")? {
            Plain::Float(64) => visitor.visit_f64(take(self.bytes)?),
            Plain::Float(_) => visitor.visit_f64(take::<f32>(self.bytes)?.into()),
            _ => Err(self.other("f64")),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.plain("bytes")? {
            // Encoded as a list of bytes is.
            Plain::Bytes => visitor.visit_byte_buf(take(self.bytes)?),
            _ => Err(self.other("bytes")),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_unit_struct("", visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::ValueForm(ValueForm::Plain(Plain::Unit))
            | Written::Struct(FieldForms::Unit) => visitor.visit_unit(),
            _ => Err(self.other("nothing")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::ValueForm(ValueForm::Maybe(inner)) => match take(self.bytes)? {
                0_u8 => visitor.visit_none(),
                _ => visitor.visit_some(self.of(inner)),
            },
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        let Some(present) = version_of(name) else { return visitor.visit_newtype_struct(self) };
        let written = self.shape.named_form(self.form).map_or(1, |named| named.version);
        let reader = Self { is_version: true, ..self };
        if written == present {
            visitor.visit_newtype_struct(reader)
        } else {
            visitor.visit_enum(Upgrade { version: written, reader })
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::ValueForm(ValueForm::List(inner)) => {
                let length = take(self.bytes)?;
                let contents = Contents::All(inner, length);
                visitor.visit_seq(Elements::new(self.shape, contents, self.bytes))
            }
            _ => Err(self.other("a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        self.tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        self.tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::ValueForm(ValueForm::Map(parts)) => {
                let left = take(self.bytes)?;
                visitor.visit_map(Entries { shape: self.shape, parts, left, bytes: self.bytes })
            }
            _ => Err(self.other("a map")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::Struct(written) => {
                fields_of((self.shape, written), fields, self.bytes, visitor)
            }
            _ => Err(self.other("a struct")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.written()? {
            Written::Enum(variants) => variant_of((self.shape, variants), self.bytes, visitor),
            _ => Err(self.other("an enum")),
        }
    }

    /// No type that postcard can read asks for this.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> std::result::Result<V::Value, Fault> {
        Err(self.other("a format that describes itself"))
    }

    fn deserialize_identifier<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        skip(self.shape, self.form, self.bytes)?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
