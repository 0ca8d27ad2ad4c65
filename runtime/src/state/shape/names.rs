//! The names with which a type writes its fields and variants.
//!
//! What a deserializer receives from serde are all names that a type accepts, aliases too, in no
//! particular order. So each value that is made up is also serialized, to see what it writes.

use super::{Body, FieldForms, NamedForm, ValueForm};
use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt;

/// The names that were seen.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The fields of structs, by the name of the struct; of a variant with its number.
    fields: Vec<(&'static str, Option<u32>, Vec<&'static str>)>,
    /// The variants of enums, by the name of the enum.
    variants: Vec<(&'static str, u32, &'static str)>,
}

impl Names {
    /// Adds the names in a value.
    pub(super) fn add<T: Serialize>(&mut self, value: &T) {
        // A value that refuses shows no more names.
        value.serialize(Recorder(self)).ok();
    }

    fn add_variant(&mut self, of: &'static str, number: u32, name: &'static str) {
        if !self.variants.contains(&(of, number, name)) {
            self.variants.push((of, number, name));
        }
    }

    fn add_fields(&mut self, of: &'static str, variant: Option<u32>, fields: Vec<&'static str>) {
        let found = (of, variant, fields);
        if !self.fields.contains(&found) {
            self.fields.push(found);
        }
    }

    /// Leaves to the types only the names that they write.
    pub(super) fn apply(&self, named: &mut [NamedForm]) {
        for NamedForm { name, body, .. } in named {
            match body {
                Body::Struct(fields) => self.apply_to_fields((name, None), fields),
                Body::Enum(variants) => {
                    self.apply_to_variants(name, variants);
                    for (number, (_, fields)) in (0_u32..).zip(variants) {
                        self.apply_to_fields((name, Some(number)), fields);
                    }
                }
            }
        }
    }

    /// Whether each of these variants of an enum was written.
    pub(super) fn has_variants(&self, of: &str, variants: &[(String, FieldForms)]) -> bool {
        (0_u32..).zip(variants).all(|(number, (name, _))| {
            let mut seen = self.variants.iter();
            seen.any(|seen| seen.0 == of && seen.1 == number && seen.2 == name)
        })
    }

    fn apply_to_fields(&self, (of, variant): (&str, Option<u32>), fields: &mut FieldForms) {
        let FieldForms::Named(accepted) = fields else { return };
        let own = self.fields.iter().find(|(name, number, written)| {
            let mut names = accepted.iter().map(|(name, _)| name);
            *name == of
                && *number == variant
                && written.iter().all(|written| names.any(|name| name == written))
        });
        let Some((.., written)) = own.filter(|(.., written)| written.len() < accepted.len()) else {
            return;
        };
        // Forms are by the place of a field, of which there is one for each that is written.
        let forms: Vec<ValueForm> = accepted.iter().map(|(_, form)| form.clone()).collect();
        *accepted = written.iter().map(|name| (*name).to_owned()).zip(forms).collect();
    }

    fn apply_to_variants(&self, of: &str, accepted: &mut [(String, FieldForms)]) {
        let fits = accepted.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        for (name, number, written) in &self.variants {
            let at = usize::try_from(*number).ok().and_then(|number| accepted.get_mut(number));
            let Some((accepted, _)) = at.filter(|_| *name == of) else { continue };
            if fits.iter().any(|fits| fits == written) {
                (*written).clone_into(accepted);
            }
        }
    }
}

/// What a serializer cannot record.
#[derive(Debug)]
struct Unrecorded;

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value refuses")
    }
}

impl std::error::Error for Unrecorded {}

impl Error for Unrecorded {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Records the names of a value, and writes nothing.
struct Recorder<'a>(&'a mut Names);

/// A value with others in it.
struct RecordedInside<'a> {
    names: &'a mut Names,
    of: &'static str,
    variant: Option<u32>,
    fields: Vec<&'static str>,
}

impl<'a> RecordedInside<'a> {
    fn of(names: &'a mut Names) -> Self {
        Self { names, of: "", variant: None, fields: Vec::new() }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unrecorded> {
        value.serialize(Recorder(self.names))
    }

    fn finish(self) -> Result<(), Unrecorded> {
        self.names.add_fields(self.of, self.variant, self.fields);
        Ok(())
    }
}

macro_rules! nothing {
    ($($method:ident($($of:ty),*);)*) => {$(
        fn $method(self, $(_: $of),*) -> Result<(), Unrecorded> {
            Ok(())
        }
    )*};
}

impl<'a> Serializer for Recorder<'a> {
    type Ok = ();
    type Error = Unrecorded;
    type SerializeSeq = RecordedInside<'a>;
    type SerializeTuple = RecordedInside<'a>;
    type SerializeTupleStruct = RecordedInside<'a>;
    type SerializeTupleVariant = RecordedInside<'a>;
    type SerializeMap = RecordedInside<'a>;
    type SerializeStruct = RecordedInside<'a>;
    type SerializeStructVariant = RecordedInside<'a>;

    nothing! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unrecorded> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        of: &'static str,
        number: u32,
        variant: &'static str,
    ) -> Result<(), Unrecorded> {
        self.0.add_variant(of, number, variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unrecorded> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        number: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unrecorded> {
        self.0.add_variant(of, number, variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<RecordedInside<'a>, Unrecorded> {
        Ok(RecordedInside::of(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<RecordedInside<'a>, Unrecorded> {
        Ok(RecordedInside::of(self.0))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<RecordedInside<'a>, Unrecorded> {
        Ok(RecordedInside::of(self.0))
    }

    fn serialize_tuple_variant(
        self,
        of: &'static str,
        number: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<RecordedInside<'a>, Unrecorded> {
        self.0.add_variant(of, number, variant);
        Ok(RecordedInside::of(self.0))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<RecordedInside<'a>, Unrecorded> {
        Ok(RecordedInside::of(self.0))
    }

    fn serialize_struct(
        self,
        of: &'static str,
        _: usize,
    ) -> Result<RecordedInside<'a>, Unrecorded> {
        Ok(RecordedInside { of, ..RecordedInside::of(self.0) })
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        number: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<RecordedInside<'a>, Unrecorded> {
        self.0.add_variant(of, number, variant);
        Ok(RecordedInside { of, variant: Some(number), ..RecordedInside::of(self.0) })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Visits the values in a list, tuple or map.
macro_rules! values {
    ($($of:ident $method:ident;)*) => {$(
        impl $of for RecordedInside<'_> {
            type Ok = ();
            type Error = Unrecorded;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unrecorded> {
                self.value(value)
            }

            fn end(self) -> Result<(), Unrecorded> {
                Ok(())
            }
        }
    )*};
}
values! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl SerializeMap for RecordedInside<'_> {
    type Ok = ();
    type Error = Unrecorded;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unrecorded> {
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unrecorded> {
        self.value(value)
    }

    fn end(self) -> Result<(), Unrecorded> {
        Ok(())
    }
}

/// Notes the fields of a struct or variant.
macro_rules! fields {
    ($($of:ident)*) => {$(
        impl $of for RecordedInside<'_> {
            type Ok = ();
            type Error = Unrecorded;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Unrecorded> {
                self.fields.push(name);
                self.value(value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Unrecorded> {
                self.fields.push(name);
                Ok(())
            }

            fn end(self) -> Result<(), Unrecorded> {
                self.finish()
            }
        }
    )*};
}
fields!(SerializeStruct SerializeStructVariant);
