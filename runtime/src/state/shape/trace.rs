//! Traces the shape of a type: a deserializer that makes up values, and notes their forms.

use super::fault::Fault;
use super::made_up::MadeUp;
use super::parts::{Entry, LONGEST, ValueOwner, Values, Variant, by_fields, unnamed, with_names};
use super::tracer::{Exploration, Identity, Tracer, ValuePlace, identity};
use super::version::version_of;
use super::{Body, FieldForms, Plain, StateShape, ValueForm};
use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use std::any::type_name;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// From this length on, all values of a tuple have one type.
const ARRAY: usize = 17;

impl StateShape {
    /// The shape of a type: what it asks a deserializer for.
    ///
    /// A type that refuses whatever is made up is opaque, as far as it cannot be followed. Takes
    /// bounded time, and never panics.
    pub(crate) fn of<T: Serialize + DeserializeOwned>() -> Self {
        let name = type_name::<T>();
        let pass = |tracer: &mut Tracer| {
            let value = T::deserialize(&mut *tracer)?;
            tracer.names.add(&value);
            Ok(())
        };
        let traced = catch_unwind(AssertUnwindSafe(|| Tracer::default().run(name, pass)));
        traced.unwrap_or_else(|_| Self::opaque(name))
    }
}

/// Notes a plain value, and makes one up.
macro_rules! plain {
    ($made:ident; $($method:ident $visit:ident $plain:expr, $value:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.step()?;
            self.last = ValueForm::Plain($plain);
            let $made: MadeUp = self.value();
            visitor.$visit($value)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Tracer {
    type Error = Fault;

    plain! { made;
        deserialize_bool visit_bool Plain::Bool, made.number == 1;
        deserialize_i8 visit_i8 Plain::Signed(8), made.number.cast_signed();
        deserialize_i16 visit_i16 Plain::Signed(16), made.number.into();
        deserialize_i32 visit_i32 Plain::Signed(32), made.number.into();
        deserialize_i64 visit_i64 Plain::Signed(64), made.number.into();
        deserialize_i128 visit_i128 Plain::Signed(128), made.number.into();
        deserialize_u8 visit_u8 Plain::Unsigned(8), made.number;
        deserialize_u16 visit_u16 Plain::Unsigned(16), made.number.into();
        deserialize_u32 visit_u32 Plain::Unsigned(32), made.number.into();
        deserialize_u64 visit_u64 Plain::Unsigned(64), made.number.into();
        deserialize_u128 visit_u128 Plain::Unsigned(128), made.number.into();
        deserialize_f32 visit_f32 Plain::Float(32), made.number.into();
        deserialize_f64 visit_f64 Plain::Float(64), made.number.into();
        deserialize_char visit_char Plain::Char, made.letter();
        deserialize_str visit_str Plain::String, made.text;
        deserialize_string visit_str Plain::String, made.text;
        deserialize_bytes visit_bytes Plain::Bytes, made.bytes;
        deserialize_byte_buf visit_bytes Plain::Bytes, made.bytes;
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.step()?;
        self.last = ValueForm::Plain(Plain::Unit);
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        let made = if self.begin(of) {
            let inside = |tracer: &mut Tracer| visitor.visit_some(tracer);
            self.within(|tracer| tracer.explore(of, (of, 0, 0), inside))
        } else {
            self.step()?;
            visitor.visit_none()
        };
        self.last = ValueForm::Maybe(Box::new(self.part(of, 0)));
        made
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        let is_new = self.begin(of);
        let made = self.within(|tracer| {
            let before = tracer.learned;
            let length = usize::from(is_new || tracer.wants_contents(of));
            let owner = ValueOwner::PartsFound { of, is_list: true };
            let made = visitor.visit_seq(Values { tracer, owner, next: 0, length });
            if is_new {
                tracer.end(of, before, &made);
            }
            made
        });
        self.last = ValueForm::List(Box::new(self.part(of, 0)));
        made
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        let is_new = self.begin(of);
        let made = self.within(|tracer| {
            let before = tracer.learned;
            let length = usize::from(is_new || tracer.wants_contents(of));
            let made = visitor.visit_map(Entry { tracer, of, left: length });
            if is_new {
                tracer.end(of, before, &made);
            }
            made
        });
        self.last = ValueForm::Map(Box::new((self.part(of, 0), self.part(of, 1))));
        made
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        if length > LONGEST {
            return Err(Fault::Limit);
        }
        let made = self.within(|tracer| {
            let owner = ValueOwner::PartsFound { of, is_list: length >= ARRAY };
            visitor.visit_seq(Values { tracer, owner, next: 0, length })
        });
        self.last = if length >= ARRAY {
            ValueForm::Array(Box::new(self.part(of, 0)), length)
        } else {
            tuple((0..length).map(|part| self.part(of, part)).collect())
        };
        made
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.step()?;
        let of = identity::<V, V::Value>();
        let at = self.named(of, name, || Body::Struct(FieldForms::Unit));
        self.last = ValueForm::Named(at);
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Some(version) = version_of(name) {
            self.version = Some(version);
            return visitor.visit_newtype_struct(self);
        }
        let of = identity::<V, V::Value>();
        let at = self.named(of, name, || Body::Struct(FieldForms::Newtype(ValueForm::Unknown)));
        let made = self.within(|tracer| {
            let make = |tracer: &mut Tracer| visitor.visit_newtype_struct(tracer);
            let (made, form) = tracer.at((of, 0, 0), make);
            tracer.merge_field((at, 0), 0, form);
            made
        });
        self.last = ValueForm::Named(at);
        made
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        if length > LONGEST {
            return Err(Fault::Limit);
        }
        let at = self.named(of, name, || Body::Struct(unnamed(length)));
        let made = self.within(|tracer| {
            let owner = ValueOwner::Named { of, at, variant: 0 };
            visitor.visit_seq(Values { tracer, owner, next: 0, length })
        });
        self.last = ValueForm::Named(at);
        made
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        let at = self.named(of, name, || Body::Struct(with_names(fields)));
        let made = self.within(|tracer| by_fields(tracer, (of, at, 0), fields, visitor));
        self.last = ValueForm::Named(at);
        made
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let of = identity::<V, V::Value>();
        let unknown = |name: &&'static str| ((*name).to_owned(), FieldForms::Unknown);
        let at = self.named(of, name, || Body::Enum(variants.iter().map(unknown).collect()));
        let made = self.within(|tracer| {
            let variant = tracer.choose(at).ok_or(Fault::GivenUp)?;
            let make =
                |tracer: &mut Tracer| visitor.visit_enum(Variant { tracer, of, at, variant });
            tracer.try_variant((at, variant), make)
        });
        self.last = ValueForm::Named(at);
        made
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault::GivenUp)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault::GivenUp)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault::GivenUp)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The form of a tuple; many values of one type are an array.
fn tuple(parts: Vec<ValueForm>) -> ValueForm {
    match parts.first() {
        None => ValueForm::Plain(Plain::Unit),
        Some(first) if parts.len() > 4 && parts.iter().all(|part| part == first) => {
            ValueForm::Array(Box::new(first.clone()), parts.len())
        }
        Some(_) => ValueForm::Tuple(parts),
    }
}

impl Tracer {
    /// Begins to explore an optional part; false if it is explored, or is being explored.
    fn begin(&mut self, of: Identity) -> bool {
        let parts = self.parts.entry(of).or_default();
        let is_new = parts.progress == Exploration::Unfinished;
        if is_new {
            parts.progress = Exploration::Open;
        }
        is_new
    }

    /// Ends that.
    fn end<R>(&mut self, of: Identity, before: usize, made: &Result<R, Fault>) {
        let is_finished = match made {
            Ok(_) => self.learned == before,
            Err(fault) => *fault == Fault::GivenUp,
        };
        let parts = self.parts.entry(of).or_default();
        parts.progress = if is_finished { Exploration::Finished } else { Exploration::Unfinished };
        self.learned += usize::from(is_finished);
    }

    fn explore<R>(
        &mut self,
        of: Identity,
        place: ValuePlace,
        make: impl FnOnce(&mut Self) -> Result<R, Fault>,
    ) -> Result<R, Fault> {
        let before = self.learned;
        let (made, form) = self.at(place, make);
        self.merge_part(of, place.2, form);
        self.end(of, before, &made);
        made
    }

    /// Whether a list or map is not to be empty: its type may refuse that.
    fn wants_contents(&self, of: Identity) -> bool {
        let is_finished =
            self.parts.get(&of).is_some_and(|parts| parts.progress == Exploration::Finished);
        self.made_up > 0 && is_finished && !self.is_given_up((of, 0, 0))
    }
}
