//! Shapes as text.
//!
//! A type with a name is written in full where it first appears, and by its name from there on. Of
//! types with equal names the second is `Name#2`.

use super::{Body, Fields, Form, Plain, Shape};
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

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Text::of(self).form(&self.root, f)
    }
}

impl Shape {
    /// A part of the shape as text.
    pub(crate) fn show(&self, form: &Form) -> String {
        struct Part<'a>(&'a Shape, &'a Form);
        impl fmt::Display for Part<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Text::of(self.0).form(self.1, f)
            }
        }
        Part(self, form).to_string()
    }
}

/// Words that mean something else where a type is named; all numbers besides.
pub(super) const RESERVED: [&str; 6] = ["enum", "opaque", "Option", "bool", "char", "String"];

/// A name; in quotes unless it is one in Rust and means nothing else.
struct Name<'a>(&'a str, &'a [&'a str]);

impl fmt::Display for Name<'_> {
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
fn tuple_end(parts: &[Form]) -> &'static str {
    if parts.len() == 1 { ",)" } else { ")" }
}

fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

/// Writes a shape.
struct Text<'a> {
    shape: &'a Shape,
    /// The types written in full so far.
    written: RefCell<Vec<usize>>,
}

impl<'a> Text<'a> {
    fn of(shape: &'a Shape) -> Self {
        Self { shape, written: RefCell::default() }
    }

    fn form(&self, form: &Form, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match form {
            Form::Unknown => f.write_str("?"),
            Form::Opaque(name) => write!(f, "opaque {name:?}"),
            Form::Plain(plain) => write!(f, "{plain}"),
            Form::Maybe(inner) => self.list(f, ("Option<", ">"), std::slice::from_ref(inner)),
            Form::List(inner) => self.list(f, ("[", "]"), std::slice::from_ref(inner)),
            Form::Tuple(parts) => self.list(f, ("(", tuple_end(parts)), parts),
            Form::Array(inner, length) => {
                f.write_str("[")?;
                self.form(inner, f)?;
                write!(f, "; {length}]")
            }
            Form::Map(parts) => {
                f.write_str("{")?;
                self.form(&parts.0, f)?;
                f.write_str(": ")?;
                self.form(&parts.1, f)?;
                f.write_str("}")
            }
            Form::Named(at) => self.named(*at, f),
        }
    }

    fn list(
        &self,
        f: &mut fmt::Formatter<'_>,
        (open, close): (&str, &str),
        parts: &[Form],
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
        write!(f, "{}", Name(&named.name, &RESERVED))?;
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
                    write!(f, "{} {}", comma(at), Name(name, &[]))?;
                    self.fields(fields, "", f)?;
                }
                f.write_str(" }")
            }
        }
    }

    fn fields(&self, fields: &Fields, none: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match fields {
            Fields::Unknown => f.write_str("(?)"),
            Fields::Unit => f.write_str(none),
            Fields::Newtype(inner) => self.list(f, ("(", ")"), std::slice::from_ref(inner)),
            Fields::Tuple(parts) => self.list(f, ("(", tuple_end(parts)), parts),
            Fields::Named(fields) => {
                f.write_str(" {")?;
                for (at, (name, form)) in fields.iter().enumerate() {
                    write!(f, "{} {}: ", comma(at), Name(name, &[]))?;
                    self.form(form, f)?;
                }
                f.write_str(" }")
            }
        }
    }
}
