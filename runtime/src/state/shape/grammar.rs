//! Reads the text of a shape.

use super::text::RESERVED;
use super::{Body, DEPTH, FieldForms, NamedForm, Plain, StateShape, ValueForm};

impl StateShape {
    /// The shape with a text; `None` if it is not that of a shape.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = TextReader { rest: text, named: Vec::new(), known: Vec::new(), depth: 0 };
        let root = reader.form()?;
        reader.rest.is_empty().then_some(Self { root, named: reader.named })
    }
}

struct TextReader<'a> {
    rest: &'a str,
    named: Vec<NamedForm>,
    /// The name of each of these types as it is written, with its number.
    known: Vec<(String, String)>,
    depth: usize,
}

/// How the fields of a type or variant begin.
enum FieldsBegin {
    Parenthesis,
    Brace,
    Nothing,
}

impl TextReader<'_> {
    /// Whether the text goes on with this, which is then read.
    fn eat(&mut self, what: &str) -> bool {
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, what: &str) -> Option<()> {
        self.eat(what).then_some(())
    }

    fn form(&mut self) -> Option<ValueForm> {
        if self.depth == DEPTH * 2 {
            return None;
        }
        self.depth += 1;
        let form = self.any_form();
        self.depth -= 1;
        form
    }

    fn any_form(&mut self) -> Option<ValueForm> {
        if self.eat("?") {
            return Some(ValueForm::Unknown);
        }
        if self.eat("opaque ") {
            return self.quoted().map(ValueForm::Opaque);
        }
        if self.eat("()") {
            return Some(ValueForm::Plain(Plain::Unit));
        }
        if self.eat("(") {
            return self.parts().map(ValueForm::Tuple);
        }
        if self.eat("Option<") {
            let inner = self.form()?;
            self.expect(">")?;
            return Some(ValueForm::Maybe(Box::new(inner)));
        }
        if self.eat("[") {
            let inner = Box::new(self.form()?);
            if self.eat("]") {
                return Some(ValueForm::List(inner));
            }
            self.expect("; ")?;
            let length = self.number()?;
            self.expect("]")?;
            return Some(ValueForm::Array(inner, length));
        }
        if self.eat("{") {
            let key = self.form()?;
            self.expect(": ")?;
            let value = self.form()?;
            self.expect("}")?;
            return Some(ValueForm::Map(Box::new((key, value))));
        }
        self.plain_or_named()
    }

    /// Forms up to the closing parenthesis.
    fn parts(&mut self) -> Option<Vec<ValueForm>> {
        let mut parts = Vec::new();
        while !self.eat(")") {
            parts.push(self.form()?);
            if !self.eat(", ") {
                self.eat(",");
            }
        }
        Some(parts)
    }

    fn plain_or_named(&mut self) -> Option<ValueForm> {
        let is_enum = self.eat("enum ");
        let is_quoted = self.rest.starts_with('"');
        let name = self.name()?;
        if let (false, false, Some(plain)) = (is_enum, is_quoted, Plain::of(&name)) {
            return Some(ValueForm::Plain(plain));
        }
        if !is_quoted && RESERVED.contains(&&*name) {
            return None;
        }
        let number = if self.eat("#") { self.number()?.to_string() } else { String::new() };
        let version = if self.eat("@") { self.number()? } else { 1 };
        let key = (name, number);
        if let Some(at) = self.known.iter().position(|known| *known == key) {
            return Some(ValueForm::Named(at));
        }
        let (at, version) = (self.named.len(), u32::try_from(version).ok()?);
        let body = Body::Struct(FieldForms::Unknown);
        self.named.push(NamedForm { name: key.0.clone(), version, body });
        self.known.push(key);
        let body = if is_enum { self.variants() } else { self.structure() }?;
        self.named.get_mut(at)?.body = body;
        Some(ValueForm::Named(at))
    }

    fn structure(&mut self) -> Option<Body> {
        match self.fields()? {
            (FieldsBegin::Nothing, _) => None,
            (_, fields) => Some(Body::Struct(fields)),
        }
    }

    fn variants(&mut self) -> Option<Body> {
        self.expect(" {")?;
        let mut variants = Vec::new();
        while !self.eat(" }") {
            self.expect(if variants.is_empty() { " " } else { ", " })?;
            let name = self.name()?;
            variants.push((name, self.fields()?.1));
        }
        Some(Body::Enum(variants))
    }

    fn fields(&mut self) -> Option<(FieldsBegin, FieldForms)> {
        if self.eat("()") {
            return Some((FieldsBegin::Parenthesis, FieldForms::Unit));
        }
        if self.eat("(?)") {
            return Some((FieldsBegin::Parenthesis, FieldForms::Unknown));
        }
        if self.eat("(") {
            let first = self.form()?;
            if self.eat(")") {
                return Some((FieldsBegin::Parenthesis, FieldForms::Newtype(first)));
            }
            if !self.eat(", ") {
                self.eat(",");
            }
            let mut parts = vec![first];
            parts.extend(self.parts()?);
            return Some((FieldsBegin::Parenthesis, FieldForms::Tuple(parts)));
        }
        // Before the end of an enum is a space too.
        if self.rest.starts_with(" {") {
            self.expect(" {")?;
            let mut fields = Vec::new();
            while !self.eat(" }") {
                self.expect(if fields.is_empty() { " " } else { ", " })?;
                let name = self.name()?;
                self.expect(": ")?;
                fields.push((name, self.form()?));
            }
            return Some((FieldsBegin::Brace, FieldForms::Named(fields)));
        }
        Some((FieldsBegin::Nothing, FieldForms::Unit))
    }

    fn name(&mut self) -> Option<String> {
        if self.rest.starts_with('"') {
            return self.quoted();
        }
        let is_over = |c: char| c != '_' && !c.is_ascii_alphanumeric();
        let end = self.rest.find(is_over).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        self.rest = rest;
        Some(name.to_owned())
    }

    fn number(&mut self) -> Option<usize> {
        self.name()?.parse().ok()
    }

    /// A text in quotes, as `{:?}` writes it.
    fn quoted(&mut self) -> Option<String> {
        self.expect("\"")?;
        let mut text = String::new();
        loop {
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            self.rest = chars.as_str();
            match c {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                c => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        match c {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '0' => Some('\0'),
            'u' => {
                let (code, rest) = self.rest.strip_prefix('{')?.split_once('}')?;
                self.rest = rest;
                char::from_u32(u32::from_str_radix(code, 16).ok()?)
            }
            c @ ('"' | '\\' | '\'') => Some(c),
            _ => None,
        }
    }
}
