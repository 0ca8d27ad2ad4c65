//! Finds floats that JSON cannot hold.

use crate::error::{BoxError, Result};
use serde::ser::{self, Serialize, Serializer};
use std::fmt::{self, Display};

/// Checks that no `null` in the JSON of an event stands for a float that is not finite.
pub(super) fn check<T: Serialize + ?Sized>(event: &T, json: &[u8]) -> Result<(), BoxError> {
    if !json.windows(4).any(|word| word == b"null") {
        return Ok(());
    }
    let mut path = Vec::new();
    match event.serialize(Finder { path: &mut path }) {
        Err(NotFinite(Some(value))) => {
            path.reverse();
            let place = if path.is_empty() { "the event".into() } else { path.concat() };
            let place = place.trim_start_matches('.');
            Err(format!("`{place}` is {value}, which JSON cannot hold").into())
        }
        _ => Ok(()),
    }
}

/// Where a float that is not finite was found; its path is gathered from the inside out.
struct Finder<'a> {
    path: &'a mut Vec<String>,
}

/// The value, if there is one: any other error is not of interest here.
#[derive(Debug)]
struct NotFinite(Option<f64>);

impl Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a float that is not finite")
    }
}

impl std::error::Error for NotFinite {}

impl ser::Error for NotFinite {
    fn custom<M: Display>(_: M) -> Self {
        Self(None)
    }
}

type Found = Result<(), NotFinite>;

impl Finder<'_> {
    fn within<T: Serialize + ?Sized>(&mut self, value: &T, step: impl FnOnce() -> String) -> Found {
        let found = value.serialize(Finder { path: self.path });
        found.inspect_err(|_| self.path.push(step()))
    }
}

/// A sequence, map or struct, and how far it was searched.
struct Inside<'a> {
    finder: Finder<'a>,
    at: usize,
    key: String,
}

impl Inside<'_> {
    fn next<T: Serialize + ?Sized>(&mut self, value: &T) -> Found {
        let at = self.at;
        self.at += 1;
        self.finder.within(value, || format!("[{at}]"))
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Found {
        self.finder.within(value, || format!(".{name}"))
    }
}

impl<'a> Finder<'a> {
    fn enter(self) -> Result<Inside<'a>, NotFinite> {
        Ok(Inside { finder: self, at: 0, key: String::new() })
    }
}

macro_rules! passes {
    ($($name:ident: $value:ty),* $(,)?) => { $(
        fn $name(self, _: $value) -> Found {
            Ok(())
        }
    )* };
}

impl<'a> Serializer for Finder<'a> {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    passes! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_i128: i128, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_u64: u64, serialize_u128: u128, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_f32(self, value: f32) -> Found {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Found {
        if value.is_finite() { Ok(()) } else { Err(NotFinite(Some(value))) }
    }

    fn serialize_none(self) -> Found {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Found {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Found {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Found {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Found {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Found {
        self.within(value, || format!(".{variant}"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_tuple_struct(self, _: &str, _: usize) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_struct(self, _: &str, _: usize) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, NotFinite> {
        self.enter()
    }
}

macro_rules! in_order {
    ($($kind:ident :: $step:ident),*) => { $(
        impl ser::$kind for Inside<'_> {
            type Ok = ();
            type Error = NotFinite;

            fn $step<T: Serialize + ?Sized>(&mut self, value: &T) -> Found {
                self.next(value)
            }

            fn end(self) -> Found {
                Ok(())
            }
        }
    )* };
}
in_order!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! by_name {
    ($($kind:ident),*) => { $(
        impl ser::$kind for Inside<'_> {
            type Ok = ();
            type Error = NotFinite;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Found {
                self.field(name, value)
            }

            fn end(self) -> Found {
                Ok(())
            }
        }
    )* };
}
by_name!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = NotFinite;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Found {
        let json = serde_json::to_string(key).unwrap_or_default();
        self.key = json.trim_matches('"').to_owned();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Found {
        let key = std::mem::take(&mut self.key);
        self.field(&key, value)
    }

    fn end(self) -> Found {
        Ok(())
    }
}
