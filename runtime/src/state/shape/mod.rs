//! The shape of a type: how its values are encoded in a checkpoint, in words.
//!
//! [postcard](https://docs.rs/postcard) does not describe itself: bytes of a type that has changed
//! since are misread, or end in an error without a reason. So a checkpoint has the shape of each
//! type beside the bytes, as a text such as `Mean { n: u64, sum: f64 }`. It is
//! [traced](StateShape::of) off the serde type, without a derive of its own. With it a job
//! [compares](StateShape::changes_to) the types of then and now, and [reads](read_as) the old bytes
//! by the names of fields and variants.

mod change;
mod contents;
mod fault;
mod grammar;
mod made_up;
mod names;
mod parts;
mod read;
mod reader;
mod sample;
mod skip;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod tracer;
mod version;

pub(crate) use change::{Change, Extent};
pub(crate) use read::read_as;
pub(crate) use sample::check_readable;
pub use version::{Versioned, no_upgrade, read_upgraded, read_versioned};

/// The shape of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateShape {
    pub(crate) root: ValueForm,
    /// The types with a name, in no particular order.
    pub(crate) named: Vec<NamedForm>,
}

/// How a value is encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum ValueForm {
    /// A type that cannot be traced, by its name if that is known.
    Opaque(String),
    /// A part of a type that has not been reached.
    #[default]
    Unknown,
    /// A value without parts.
    Plain(Plain),
    /// A value that may be missing.
    Maybe(Box<ValueForm>),
    /// Any number of values.
    List(Box<ValueForm>),
    /// Any number of keys, each with a value.
    Map(Box<(ValueForm, ValueForm)>),
    /// Values one after the other.
    Tuple(Vec<ValueForm>),
    /// A fixed number of values of a type.
    Array(Box<ValueForm>, usize),
    /// A type with a name: its place in [`StateShape::named`].
    Named(usize),
}

/// A value without parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    Unit,
    Bool,
    Char,
    Signed(u8),
    Unsigned(u8),
    Float(u8),
    String,
    Bytes,
}

/// A type with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedForm {
    pub(crate) name: String,
    /// 1 for a type without `#[derive(State)]`.
    pub(crate) version: u32,
    pub(crate) body: Body,
}

/// What a type with a name consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// A struct.
    Struct(FieldForms),
    /// An enum: its variants in the order of their numbers.
    Enum(Vec<(String, FieldForms)>),
}

/// The fields of a struct or of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum FieldForms {
    /// A part of a type that has not been reached.
    #[default]
    Unknown,
    /// None.
    Unit,
    /// One without a name, which is encoded as it is.
    Newtype(ValueForm),
    /// Several without names.
    Tuple(Vec<ValueForm>),
    /// With names.
    Named(Vec<(String, ValueForm)>),
}

impl StateShape {
    /// The shape of a type that cannot be traced, by its name without the modules: a type that has
    /// moved is the same.
    pub(crate) fn opaque(name: &str) -> Self {
        let parts = name.split_inclusive(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
        let name = parts.map(|part| part.rsplit("::").next().unwrap_or(part)).collect();
        Self { root: ValueForm::Opaque(name), named: Vec::new() }
    }

    /// Whether the type, or one in it, has `#[derive(State)]` with a version above 1.
    pub(crate) fn has_versions(&self) -> bool {
        self.named.iter().any(|named| named.version > 1)
    }

    /// A form, or what it consists of if it is a struct with one field and no name for it: that is
    /// how it is encoded.
    pub(crate) fn unwrapped<'a>(&'a self, mut form: &'a ValueForm) -> &'a ValueForm {
        // A type may be nothing but itself.
        for _ in 0..DEPTH {
            let Some(NamedForm { version: 1, body, .. }) = self.named_form(form) else { break };
            let Body::Struct(FieldForms::Newtype(inner)) = body else { break };
            form = inner;
        }
        form
    }

    /// The type with a name that a form is.
    pub(crate) fn named_form(&self, form: &ValueForm) -> Option<&NamedForm> {
        match form {
            ValueForm::Named(at) => self.named.get(*at),
            _ => None,
        }
    }
}

/// How deep a type is followed.
const DEPTH: usize = 64;
