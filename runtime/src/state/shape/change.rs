//! What has changed in a type since a checkpoint was written, in words.

use super::{Body, Fields, Form, NamedForm, Plain, Shape};
use std::collections::BTreeSet;

/// What has changed in a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// How much that is.
    pub(crate) extent: Extent,
    /// Each change.
    pub(crate) words: Vec<String>,
}

/// How much a type has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// Not at all.
    Same,
    /// Types have other names; the bytes are the same.
    Renamed,
    /// It can be read by names, if the type agrees.
    ByName,
    /// It cannot be read.
    Other,
}

impl Shape {
    /// Compares the shape of a type when a checkpoint was written with that of the type now.
    pub(crate) fn changes_to(&self, now: &Self) -> Change {
        let change = Change { extent: Extent::Same, words: Vec::new() };
        let mut comparison = Comparison { was: self, now, change, compared: BTreeSet::new() };
        comparison.form(&self.root, &now.root, "");
        let Comparison { mut change, .. } = comparison;
        if change.extent == Extent::ByName && self.is_unclear() {
            change.add(Extent::Other, "part of it is opaque: it cannot be read by names".into());
        }
        change
    }

    /// Whether a part of it is not known.
    fn is_unclear(&self) -> bool {
        let fields = self.named.iter().flat_map(|named| match &named.body {
            Body::Struct(fields) => vec![fields],
            Body::Enum(variants) => variants.iter().map(|(_, fields)| fields).collect(),
        });
        is_unclear(&self.root) || fields.into_iter().any(are_unclear)
    }
}

fn is_unclear(form: &Form) -> bool {
    match form {
        Form::Unknown | Form::Opaque(_) => true,
        Form::Plain(_) | Form::Named(_) => false,
        Form::Maybe(inner) | Form::List(inner) | Form::Array(inner, _) => is_unclear(inner),
        Form::Map(parts) => is_unclear(&parts.0) || is_unclear(&parts.1),
        Form::Tuple(parts) => parts.iter().any(is_unclear),
    }
}

fn are_unclear(fields: &Fields) -> bool {
    match fields {
        Fields::Unknown => true,
        Fields::Unit => false,
        Fields::Newtype(form) => is_unclear(form),
        Fields::Tuple(forms) => forms.iter().any(is_unclear),
        Fields::Named(fields) => fields.iter().any(|(_, form)| is_unclear(form)),
    }
}

impl Change {
    fn add(&mut self, extent: Extent, words: String) {
        self.extent = self.extent.max(extent);
        if !self.words.contains(&words) {
            self.words.push(words);
        }
    }
}

struct Comparison<'a> {
    was: &'a Shape,
    now: &'a Shape,
    change: Change,
    /// The types with a name that were compared.
    compared: BTreeSet<(usize, usize)>,
}

/// The place in a type: the names of the fields that lead to it.
fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// What is at a place, as the beginning of a sentence.
fn at(path: &str) -> String {
    if path.is_empty() { "it".to_owned() } else { format!("`{path}`") }
}

impl Comparison<'_> {
    fn add(&mut self, extent: Extent, words: String) {
        self.change.add(extent, words);
    }

    /// Adds that a place has other contents now.
    fn replaced(&mut self, extent: Extent, was: &Form, now: &Form, path: &str) {
        let (was, now) = (self.was.show(was), self.now.show(now));
        self.add(extent, format!("{} was `{was}` and is `{now}`", at(path)));
    }

    fn form(&mut self, was: &Form, now: &Form, path: &str) {
        if self.versions_differ(was, now, path) {
            return;
        }
        let outer = (was, now);
        let (was, now) = (self.was.unwrapped(was), self.now.unwrapped(now));
        if (was, now) != outer && self.versions_differ(was, now, path) {
            return;
        }
        match (was, now) {
            (Form::Named(_), Form::Named(_)) => self.named((was, now), path),
            (Form::Plain(was), Form::Plain(now)) if was == now => {}
            (Form::Plain(a), Form::Plain(b)) if a.widens_to(*b) => {
                self.replaced(Extent::ByName, was, now, path);
            }
            (Form::Maybe(was), Form::Maybe(now)) | (Form::List(was), Form::List(now)) => {
                self.form(was, now, path);
            }
            (_, Form::Maybe(inner)) => {
                self.replaced(Extent::ByName, was, now, path);
                self.form(was, inner, path);
            }
            (Form::Map(was), Form::Map(now)) => {
                self.form(&was.0, &now.0, path);
                self.form(&was.1, &now.1, path);
            }
            (Form::Array(was, length), Form::Array(now, other)) if length == other => {
                self.form(was, now, path);
            }
            (Form::Tuple(a), Form::Tuple(b)) if a.len() == b.len() => self.each(a, b, path),
            (Form::Tuple(parts), Form::Array(inner, length)) if parts.len() == *length => {
                parts.iter().for_each(|part| self.form(part, inner, path));
            }
            (Form::Array(inner, length), Form::Tuple(parts)) if parts.len() == *length => {
                parts.iter().for_each(|part| self.form(inner, part, path));
            }
            (Form::Unknown, Form::Unknown) => {}
            (Form::Opaque(was), Form::Opaque(now)) if was == now => {}
            _ => self.replaced(Extent::Other, was, now, path),
        }
    }

    fn each(&mut self, was: &[Form], now: &[Form], path: &str) {
        for (at, (was, now)) in was.iter().zip(now).enumerate() {
            self.form(was, now, &inside(path, &at.to_string()));
        }
    }

    /// Whether one of them is of another version than the other.
    fn versions_differ(&mut self, was: &Form, now: &Form, path: &str) -> bool {
        let version = |named: Option<&NamedForm>| named.map_or(1, |named| named.version);
        let was = version(self.was.named_form(was));
        let now = version(self.now.named_form(now));
        if was < now {
            let words = format!("{} is upgraded from version {was} to {now}", at(path));
            self.add(Extent::ByName, words);
        }
        if was > now {
            let words = format!("{} was version {was} and is version {now}", at(path));
            self.add(Extent::Other, words);
        }
        was != now
    }

    fn named(&mut self, (was, now): (&Form, &Form), path: &str) {
        let ((Form::Named(was_at), Some(was_type)), (Form::Named(now_at), Some(now_type))) =
            ((was, self.was.named_form(was)), (now, self.now.named_form(now)))
        else {
            return;
        };
        if !self.compared.insert((*was_at, *now_at)) {
            return;
        }
        if was_type.name != now_type.name {
            let words = format!("`{}` is called `{}` now", was_type.name, now_type.name);
            self.add(Extent::Renamed, words);
        }
        match (&was_type.body, &now_type.body) {
            (Body::Struct(a), Body::Struct(b)) => {
                if !self.fields(a, b, path) {
                    self.replaced(Extent::Other, was, now, path);
                }
            }
            (Body::Enum(a), Body::Enum(b)) => self.variants(a, b, path),
            _ => self.replaced(Extent::Other, was, now, path),
        }
    }

    /// Compares fields; returns whether they are of one kind.
    fn fields(&mut self, was: &Fields, now: &Fields, path: &str) -> bool {
        match (was, now) {
            (Fields::Unknown, Fields::Unknown) | (Fields::Unit, Fields::Unit) => true,
            (Fields::Newtype(was), Fields::Newtype(now)) => {
                self.form(was, now, path);
                true
            }
            (Fields::Tuple(was), Fields::Tuple(now)) if was.len() == now.len() => {
                self.each(was, now, path);
                true
            }
            (Fields::Named(was), Fields::Named(now)) => {
                self.named_fields(was, now, path);
                true
            }
            _ => false,
        }
    }

    fn named_fields(&mut self, was: &[(String, Form)], now: &[(String, Form)], path: &str) {
        let find = |fields: &[(String, Form)], name: &str| {
            fields.iter().position(|(other, _)| other == name)
        };
        for (name, form) in now.iter().filter(|(name, _)| find(was, name).is_none()) {
            let field = format!("{}: {}", inside(path, name), self.now.show(form));
            self.add(Extent::ByName, format!("field `{field}` is new"));
        }
        let mut places = Vec::new();
        for (name, form) in was {
            let found = find(now, name).and_then(|at| Some((at, now.get(at)?)));
            let Some((at, (_, now))) = found else {
                let field = format!("{}: {}", inside(path, name), self.was.show(form));
                self.add(Extent::ByName, format!("field `{field}` is gone"));
                continue;
            };
            places.push(at);
            self.form(form, now, &inside(path, name));
        }
        if !places.is_sorted() {
            self.add(Extent::ByName, format!("the fields of {} have another order", at(path)));
        }
    }

    fn variants(&mut self, was: &[(String, Fields)], now: &[(String, Fields)], path: &str) {
        for (name, _) in now.iter().filter(|(name, _)| was.iter().all(|(was, _)| was != name)) {
            self.add(Extent::ByName, format!("variant `{}` is new", inside(path, name)));
        }
        for (number, (name, fields)) in was.iter().enumerate() {
            let found = now.iter().enumerate().find(|(_, (now, _))| now == name);
            let name = inside(path, name);
            let Some((now_number, (_, now))) = found else {
                self.add(Extent::ByName, format!("variant `{name}` is gone"));
                continue;
            };
            if number != now_number {
                self.add(
                    Extent::ByName,
                    format!("the variants of {} have other numbers", at(path)),
                );
            }
            if !self.fields(fields, now, &name) {
                self.add(Extent::Other, format!("variant `{name}` has other contents"));
            }
        }
    }
}

impl Plain {
    /// Whether each number of this type is one of the other.
    fn widens_to(self, other: Self) -> bool {
        match (self, other) {
            (Self::Signed(was), Self::Signed(now))
            | (Self::Unsigned(was), Self::Unsigned(now))
            | (Self::Float(was), Self::Float(now)) => was <= now,
            (Self::Unsigned(was), Self::Signed(now)) => was < now,
            _ => false,
        }
    }
}
