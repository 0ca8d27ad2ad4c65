//! Shapes as text.
//!
//! A type with a name is written in full where it first appears, and by its name from there on. Of
//! types with equal names the second is `Name#2`.

use super::{Body, FieldForms, Plain, StateShape, ValueForm};
use std::cell::RefCell;
use std::fmt;

impl Plain {
    const ALL: [Self; 16] = [
        Self::Unit,
        Self::Bool,
        Self::Char,
        Self::Signed(8),
        Self::Signed(16),
        Self::Signed(32),
        Self::Signed(64),
        Self::Signed(128),
        Self::Unsigned(8),
        Self::Unsigned(16),
        Self::Unsigned(32),
        Self::Unsigned(64),
        Self::Unsigned(128),
        Self::Float(32),
        Self::Float(64),
        Self::String,
    ];

    /// The value with a name; bytes have that of no type.
    pub(super) fn of(name: &str) -> Option<Self> {
        let named = Self::ALL.into_iter().find(|plain| plain.to_string() == name);
        if name == "bytes" { Some(Self::Bytes) } else { named }
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit => f.write_str("()"),
            Self::Bool => f.write_str("bool"),
            Self::Char => f.write_str("char"),
            Self::Signed(bits) => write!(f, "i{bits}"),
            Self::Unsigned(bits) => write!(f, "u{bits}"),
            Self::Float(bits) => write!(f, "f{bits}"),
            Self::String => f.write_str("String"),
            Self::Bytes => f.write_str("bytes"),
        }
    }
}

impl fmt::Display for StateShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ShapeText::of(self).form(&self.root, f)
    }
}

impl StateShape {
    /// A part of the shape as text.
    pub(crate) fn show(&self, form: &ValueForm) -> String {
        struct Part<'a>(&'a StateShape, &'a ValueForm);
        impl fmt::Display for Part<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                ShapeText::of(self.0).form(self.1, f)
            }
        }
        Part(self, form).to_string()
    }
}

/// Words that mean something else where a type is named; all numbers besides.
pub(super) const RESERVED: [&str; 6] = ["enum", "opaque", "Option", "bool", "char", "String"];

/// A name; in quotes unless it is one in Rust and means nothing else.
struct ShownName<'a>(&'a str, &'a [&'a str]);

impl fmt::Display for ShownName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, reserved) = self;
        let is_plain = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
            && name.chars().next().is_some_and(|first| !first.is_ascii_digit());
        let means_more =
            reserved.contains(name) || !reserved.is_empty() && Plain::of(name).is_some();
        if is_plain && !means_more { f.write_str(name) } else { write!(f, "{name:?}") }
    }
}

/// One value in parentheses would be just that value.
fn tuple_end(parts: &[ValueForm]) -> &'static str {
    if parts.len() == 1 { ",)" } else { ")" }
}

fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

/// Writes a shape.
struct ShapeText<'a> {
    shape: &'a StateShape,
    /// The types written in full so far.
    written: RefCell<Vec<usize>>,
}

impl<'a> ShapeText<'a> {
    fn of(shape: &'a StateShape) -> Self {
        Self { shape, written: RefCell::default() }
    }

    fn form(&self, form: &ValueForm, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match form {
            ValueForm::Unknown => f.write_str("?"),
            ValueForm::Opaque(name) => write!(f, "opaque {name:?}"),
            ValueForm::Plain(plain) => write!(f, "{plain}"),
            ValueForm::Maybe(inner) => self.list(f, ("Option<", ">"), std::slice::from_ref(inner)),
            ValueForm::List(inner) => self.list(f, ("[", "]"), std::slice::from_ref(inner)),
            ValueForm::Tuple(parts) => self.list(f, ("(", tuple_end(parts)), parts),
            ValueForm::Array(inner, length) => {
                f.write_str("[")?;
                self.form(inner, f)?;
                write!(f, "; {length}]")
            }
            ValueForm::Map(parts) => {
                f.write_str("{")?;
                self.form(&parts.0, f)?;
                f.write_str(": ")?;
                self.form(&parts.1, f)?;
                f.write_str("}")
            }
            ValueForm::Named(at) => self.named(*at, f),
        }
    }

    fn list(
        &self,
        f: &mut fmt::Formatter<'_>,
        (open, close): (&str, &str),
        parts: &[ValueForm],
    ) -> fmt::Result {
        f.write_str(open)?;
        for (at, part) in parts.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            self.form(part, f)?;
        }
        f.write_str(close)
    }

    fn named(&self, at: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(named) = self.shape.named.get(at) else { return f.write_str("?") };
        let is_new = !self.written.borrow().contains(&at);
        if is_new {
            self.written.borrow_mut().push(at);
        }
        if let Body::Enum(_) = named.body
            && is_new
        {
            f.write_str("enum ")?;
        }
        write!(f, "{}", ShownName(&named.name, &RESERVED))?;
        let namesake = |other: &&usize| {
            self.shape.named.get(**other).is_some_and(|other| other.name == named.name)
        };
        let number = {
            let written = self.written.borrow();
            let mut namesakes = written.iter().filter(namesake);
            namesakes.position(|other| *other == at).unwrap_or_default()
        };
        if number > 0 {
            write!(f, "#{}", number + 1)?;
        }
        if named.version > 1 {
            write!(f, "@{}", named.version)?;
        }
        match &named.body {
            _ if !is_new => Ok(()),
            Body::Struct(fields) => self.fields(fields, "()", f),
            Body::Enum(variants) => {
                f.write_str(" {")?;
                for (at, (name, fields)) in variants.iter().enumerate() {
                    write!(f, "{} {}", comma(at), ShownName(name, &[]))?;
                    self.fields(fields, "", f)?;
                }
                f.write_str(" }")
            }
        }
    }

    fn fields(&self, fields: &FieldForms, none: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match fields {
            FieldForms::Unknown => f.write_str("(?)"),
            FieldForms::Unit => f.write_str(none),
            FieldForms::Newtype(inner) => self.list(f, ("(", ")"), std::slice::from_ref(inner)),
            FieldForms::Tuple(parts) => self.list(f, ("(", tuple_end(parts)), parts),
            FieldForms::Named(fields) => {
                f.write_str(" {")?;
                for (at, (name, form)) in fields.iter().enumerate() {
                    write!(f, "{} {}: ", comma(at), ShownName(name, &[]))?;
                    self.form(form, f)?;
                }
                f.write_str(" }")
            }
        }
    }
}
