//! The parts of a value that is made up: elements, fields, variants.

use super::fault::Fault;
use super::tracer::{Identity, Tracer};
use super::{FieldForms, ValueForm};
use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// The most values that follow each other without a length.
pub(super) const LONGEST: usize = 1 << 16;

/// Fields without names.
pub(super) fn unnamed(length: usize) -> FieldForms {
    if length == 0 { FieldForms::Unit } else { FieldForms::Tuple(vec![ValueForm::Unknown; length]) }
}

pub(super) fn with_names(fields: &'static [&'static str]) -> FieldForms {
    FieldForms::Named(fields.iter().map(|name| ((*name).to_owned(), ValueForm::Unknown)).collect())
}

/// Makes a struct or the variant of an enum from its fields.
pub(super) fn by_fields<'de, V: Visitor<'de>>(
    tracer: &mut Tracer,
    (of, at, variant): (Identity, usize, usize),
    fields: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, Fault> {
    if tracer.is_by_name(at) {
        let named = ByName { tracer, of, at, variant, fields, next: 0 };
        return visitor.visit_map(named).map_err(|_refused| Fault::GivenUp);
    }
    let owner = ValueOwner::Named { of, at, variant };
    visitor.visit_seq(Values { tracer, owner, next: 0, length: fields.len() })
}

/// Whose values are made.
#[derive(Clone, Copy)]
pub(super) enum ValueOwner {
    /// Of a type without a name; all are alike if it is a list.
    PartsFound { of: Identity, is_list: bool },
    /// Of a struct or variant.
    Named { of: Identity, at: usize, variant: usize },
}

/// Makes values one after the other.
pub(super) struct Values<'a> {
    pub(super) tracer: &'a mut Tracer,
    pub(super) owner: ValueOwner,
    pub(super) next: usize,
    pub(super) length: usize,
}

impl<'de> SeqAccess<'de> for Values<'_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        if self.next == self.length {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        let make = |tracer: &mut Tracer| seed.deserialize(tracer);
        match self.owner {
            ValueOwner::PartsFound { of, is_list } => {
                let part = if is_list { 0 } else { number };
                let (made, form) = self.tracer.at((of, 0, part), make);
                self.tracer.merge_part(of, part, form);
                made.map(Some)
            }
            ValueOwner::Named { of, at, variant } => {
                let (made, form) = self.tracer.at((of, variant, number), make);
                self.tracer.merge_field((at, variant), number, form);
                if matches!(made, Err(Fault::GivenUp)) {
                    self.tracer.give_by_name(at);
                }
                made.map(Some)
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        None
    }
}

/// Makes the fields of a struct by name, without those that it refuses.
struct ByName<'a> {
    tracer: &'a mut Tracer,
    of: Identity,
    at: usize,
    variant: usize,
    fields: &'static [&'static str],
    next: usize,
}

impl<'de> MapAccess<'de> for ByName<'_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        while self.tracer.is_given_up((self.of, self.variant, self.next)) {
            self.next += 1;
        }
        let Some(name) = self.fields.get(self.next) else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let place = (self.of, self.variant, self.next);
        let (made, form) = self.tracer.at(place, |tracer| seed.deserialize(tracer));
        self.tracer.merge_field((self.at, self.variant), self.next, form);
        self.next += 1;
        made
    }
}

/// Makes a key and its value.
pub(super) struct Entry<'a> {
    pub(super) tracer: &'a mut Tracer,
    pub(super) of: Identity,
    pub(super) left: usize,
}

impl Entry<'_> {
    fn part<'de, S: DeserializeSeed<'de>>(
        &mut self,
        part: usize,
        seed: S,
    ) -> Result<S::Value, Fault> {
        let (made, form) = self.tracer.at((self.of, 0, part), |tracer| seed.deserialize(tracer));
        self.tracer.merge_part(self.of, part, form);
        made
    }
}

impl<'de> MapAccess<'de> for Entry<'_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.part(0, seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        self.part(1, seed)
    }
}

/// Makes a variant of an enum.
pub(super) struct Variant<'a> {
    pub(super) tracer: &'a mut Tracer,
    pub(super) of: Identity,
    pub(super) at: usize,
    pub(super) variant: usize,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let number = u32::try_from(self.variant).map_err(|_large| Fault::Limit)?;
        let number: U32Deserializer<Fault> = number.into_deserializer();
        match seed.deserialize(number) {
            Ok(variant) => Ok((variant, self)),
            Err(_) => {
                self.tracer.lacks(self.at, self.variant);
                Err(Fault::GivenUp)
            }
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        self.tracer.shape_fields(self.at, self.variant, FieldForms::Unit);
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        let Self { tracer, of, at, variant } = self;
        tracer.shape_fields(at, variant, FieldForms::Newtype(ValueForm::Unknown));
        let (made, form) = tracer.at((of, variant, 0), |tracer| seed.deserialize(tracer));
        tracer.merge_field((at, variant), 0, form);
        made
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let Self { tracer, of, at, variant } = self;
        if length > LONGEST {
            return Err(Fault::Limit);
        }
        tracer.shape_fields(at, variant, unnamed(length));
        let owner = ValueOwner::Named { of, at, variant };
        visitor.visit_seq(Values { tracer, owner, next: 0, length })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let Self { tracer, of, at, variant } = self;
        tracer.shape_fields(at, variant, with_names(fields));
        by_fields(tracer, (of, at, variant), fields, visitor)
    }
}
