//! What has changed in a type since a checkpoint was written, in words.

use super::{Body, FieldForms, NamedForm, Plain, StateShape, ValueForm};
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

impl StateShape {
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

fn is_unclear(form: &ValueForm) -> bool {
    match form {
        ValueForm::Unknown | ValueForm::Opaque(_) => true,
        ValueForm::Plain(_) | ValueForm::Named(_) => false,
        ValueForm::Maybe(inner) | ValueForm::List(inner) | ValueForm::Array(inner, _) => {
            is_unclear(inner)
        }
        ValueForm::Map(parts) => is_unclear(&parts.0) || is_unclear(&parts.1),
        ValueForm::Tuple(parts) => parts.iter().any(is_unclear),
    }
}

fn are_unclear(fields: &FieldForms) -> bool {
    match fields {
        FieldForms::Unknown => true,
        FieldForms::Unit => false,
        FieldForms::Newtype(form) => is_unclear(form),
        FieldForms::Tuple(forms) => forms.iter().any(is_unclear),
        FieldForms::Named(fields) => fields.iter().any(|(_, form)| is_unclear(form)),
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
    was: &'a StateShape,
    now: &'a StateShape,
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
    fn replaced(&mut self, extent: Extent, was: &ValueForm, now: &ValueForm, path: &str) {
        let (was, now) = (self.was.show(was), self.now.show(now));
        self.add(extent, format!("{} was `{was}` and is `{now}`", at(path)));
    }

    fn form(&mut self, was: &ValueForm, now: &ValueForm, path: &str) {
        if self.versions_differ(was, now, path) {
            return;
        }
        let outer = (was, now);
        let (was, now) = (self.was.unwrapped(was), self.now.unwrapped(now));
        if (was, now) != outer && self.versions_differ(was, now, path) {
            return;
        }
        match (was, now) {
            (ValueForm::Named(_), ValueForm::Named(_)) => self.named((was, now), path),
            (ValueForm::Plain(was), ValueForm::Plain(now)) if was == now => {}
            (ValueForm::Plain(a), ValueForm::Plain(b)) if a.widens_to(*b) => {
                self.replaced(Extent::ByName, was, now, path);
            }
            (ValueForm::Maybe(was), ValueForm::Maybe(now))
            | (ValueForm::List(was), ValueForm::List(now)) => {
                self.form(was, now, path);
            }
            (_, ValueForm::Maybe(inner)) => {
                self.replaced(Extent::ByName, was, now, path);
                self.form(was, inner, path);
            }
            (ValueForm::Map(was), ValueForm::Map(now)) => {
                self.form(&was.0, &now.0, path);
                self.form(&was.1, &now.1, path);
            }
            (ValueForm::Array(was, length), ValueForm::Array(now, other)) if length == other => {
                self.form(was, now, path);
            }
            (ValueForm::Tuple(a), ValueForm::Tuple(b)) if a.len() == b.len() => {
                self.each(a, b, path)
            }
            (ValueForm::Tuple(parts), ValueForm::Array(inner, length))
                if parts.len() == *length =>
            {
                parts.iter().for_each(|part| self.form(part, inner, path));
            }
            (ValueForm::Array(inner, length), ValueForm::Tuple(parts))
                if parts.len() == *length =>
            {
                parts.iter().for_each(|part| self.form(inner, part, path));
            }
            (ValueForm::Unknown, ValueForm::Unknown) => {}
            (ValueForm::Opaque(was), ValueForm::Opaque(now)) if was == now => {}
            _ => self.replaced(Extent::Other, was, now, path),
        }
    }

    fn each(&mut self, was: &[ValueForm], now: &[ValueForm], path: &str) {
        for (at, (was, now)) in was.iter().zip(now).enumerate() {
            self.form(was, now, &inside(path, &at.to_string()));
        }
    }

    /// Whether one of them is of another version than the other.
    fn versions_differ(&mut self, was: &ValueForm, now: &ValueForm, path: &str) -> bool {
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

    fn named(&mut self, (was, now): (&ValueForm, &ValueForm), path: &str) {
        let (
            (ValueForm::Named(was_at), Some(was_type)),
            (ValueForm::Named(now_at), Some(now_type)),
        ) = ((was, self.was.named_form(was)), (now, self.now.named_form(now)))
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
    fn fields(&mut self, was: &FieldForms, now: &FieldForms, path: &str) -> bool {
        match (was, now) {
            (FieldForms::Unknown, FieldForms::Unknown) | (FieldForms::Unit, FieldForms::Unit) => {
                true
            }
            (FieldForms::Newtype(was), FieldForms::Newtype(now)) => {
                self.form(was, now, path);
                true
            }
            (FieldForms::Tuple(was), FieldForms::Tuple(now)) if was.len() == now.len() => {
                self.each(was, now, path);
                true
            }
            (FieldForms::Named(was), FieldForms::Named(now)) => {
                self.named_fields(was, now, path);
                true
            }
            _ => false,
        }
    }

    fn named_fields(
        &mut self,
        was: &[(String, ValueForm)],
        now: &[(String, ValueForm)],
        path: &str,
    ) {
        let find = |fields: &[(String, ValueForm)], name: &str| {
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

    fn variants(&mut self, was: &[(String, FieldForms)], now: &[(String, FieldForms)], path: &str) {
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
