//! What a module of a crate defines, imports and names, read from its tokens.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// A path as it is written: `super::grid::Grid`, without what is generic.
pub type Path = Vec<String>;

/// Words that are followed by the name of what they define.
const DEFINING: &[&str] = &["struct", "enum", "union", "trait", "fn", "const", "static", "type"];

/// Words that may stand between one of them and the name.
const BETWEEN: &[&str] = &["mut", "unsafe", "async", "extern", "fn", "_"];

/// A `use` of one name, or of all that a module has.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub path: Path,
    /// The name that it has here; none if all names are meant.
    pub name: Option<String>,
    /// Whether it is there for others, who name it as if it were defined here.
    pub shown: bool,
}

/// What stands in a module.
#[derive(Debug, Default)]
pub struct Names {
    pub defined: BTreeSet<String>,
    /// The modules in it, with what stands in those that are no file of their own.
    pub modules: Vec<(String, Option<Names>)>,
    pub imports: Vec<Import>,
    /// All paths of more than one word in its code.
    pub paths: BTreeSet<Path>,
    /// All words in its code.
    pub words: BTreeSet<String>,
}

impl Names {
    /// Reads the text of a file.
    pub fn of(text: &str) -> Self {
        let mut names = Self::default();
        names.read(&without_tests(text.parse().unwrap()), Depth::Module);
        names
    }

    fn read(&mut self, tokens: &[TokenTree], depth: Depth) {
        let mut rest = tokens;
        let mut shown = false;
        while let Some(token) = rest.first() {
            let length = match token {
                TokenTree::Ident(word) if word == "pub" => {
                    shown = true;
                    // What a visibility is restricted to is not used.
                    1 + usize::from(group(rest.get(1), Delimiter::Parenthesis).is_some())
                }
                TokenTree::Ident(word) => {
                    self.read_word(&word.to_string(), rest, (depth, std::mem::take(&mut shown)))
                }
                TokenTree::Group(group) => {
                    self.read(&list(group.stream()), Depth::Body);
                    1
                }
                // What follows `::` goes on with a path that was read, or is another crate.
                _ if begins_with_colons(rest) => 2 + usize::from(word(rest.get(2)).is_some()),
                _ => 1,
            };
            rest = &rest[length..];
        }
    }

    /// Reads what begins with the word, and says how many tokens that are.
    fn read_word(&mut self, first: &str, rest: &[TokenTree], at: (Depth, bool)) -> usize {
        let (depth, shown) = at;
        let next = word(rest.get(1));
        match (first, next) {
            ("use", _) if !is_sign(rest.get(1), '<') => {
                let end = rest.iter().position(|token| is_sign(Some(token), ';'));
                let end = end.unwrap_or(rest.len());
                imports(&rest[1..end], &[], shown, &mut self.imports);
                return end;
            }
            ("mod", Some(name)) if depth == Depth::Module => {
                let inner = group(rest.get(2), Delimiter::Brace).map(|tokens| {
                    let mut inner = Self::default();
                    inner.read(&tokens, Depth::Module);
                    inner
                });
                self.modules.push((name, inner));
                return 3;
            }
            ("macro_rules", None) if depth == Depth::Module => {
                self.defined.extend(word(rest.get(2)));
                return 3;
            }
            (_, Some(name)) if DEFINING.contains(&first) && depth == Depth::Module => {
                let defined = !BETWEEN.contains(&name.as_str());
                self.defined.extend(defined.then_some(name));
                // `static mut` and the like have the name behind the next word.
                let behind = word(rest.get(2)).filter(|_| !defined && first == "static");
                self.defined.extend(behind);
                return if defined { 2 } else { 1 };
            }
            _ => {}
        }
        let path = path(rest);
        let length = 3 * path.len() - 2;
        self.words.extend(path.first().cloned());
        if path.len() > 1 {
            self.paths.insert(path);
        }
        length
    }
}

/// Whether tokens stand in a module itself or in something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Module,
    Body,
}

/// The path that the tokens begin with.
fn path(tokens: &[TokenTree]) -> Path {
    let mut path = Path::new();
    let mut rest = tokens;
    while let Some(next) = word(rest.first()) {
        path.push(next);
        match begins_with_colons(&rest[1..]) {
            true => rest = &rest[3..],
            false => break,
        }
    }
    path
}

/// The imports of a tree behind `use`, each with the path that leads to it.
fn imports(tokens: &[TokenTree], before: &[String], shown: bool, found: &mut Vec<Import>) {
    let mut path = before.to_vec();
    let mut rest = tokens;
    while let Some(token) = rest.first() {
        match token {
            TokenTree::Group(group) => {
                let inner = list(group.stream());
                let trees = inner.split(|token| is_sign(Some(token), ','));
                trees.for_each(|tree| imports(tree, &path, shown, found));
                return;
            }
            _ if is_sign(Some(token), '*') => {
                found.push(Import { path, name: None, shown });
                return;
            }
            TokenTree::Ident(word) if word == "as" => break,
            // In braces it is what stands before them.
            TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
            TokenTree::Ident(word) => path.push(word.to_string()),
            // Another crate, unless a macro says `$crate`.
            _ if path.is_empty() && !is_sign(Some(token), '$') => return,
            _ => {}
        }
        rest = &rest[1..];
    }
    let name = word(rest.get(1)).or_else(|| path.last().cloned());
    if !tokens.is_empty() {
        found.push(Import { path, name, shown });
    }
}

/// The tokens without what is compiled for tests only, and without lifetimes, which have names.
fn without_tests(tokens: TokenStream) -> Vec<TokenTree> {
    let tokens = list(tokens);
    let mut kept = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some(token) = rest.first() {
        let attribute =
            group(rest.get(1), Delimiter::Bracket).filter(|_| is_sign(Some(token), '#'));
        let length = match token {
            _ if attribute.is_some_and(|tokens| is_for_tests(&tokens)) => 2 + item(&rest[2..]),
            _ if is_sign(Some(token), '\'') => 2,
            TokenTree::Group(group) => {
                let inner = without_tests(group.stream()).into_iter().collect();
                kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
                1
            }
            token => {
                kept.push(token.clone());
                1
            }
        };
        rest = &rest[length..];
    }
    kept
}

fn is_for_tests(attribute: &[TokenTree]) -> bool {
    let condition = group(attribute.get(1), Delimiter::Parenthesis).unwrap_or_default();
    word(attribute.first()).is_some_and(|word| word == "cfg")
        && condition.len() == 1
        && word(condition.first()).is_some_and(|word| word == "test")
}

/// How many tokens an item has, whose attributes may go on.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| {
        is_sign(Some(token), ';') || group(Some(token), Delimiter::Brace).is_some()
    };
    tokens.iter().position(ends).map_or(tokens.len(), |end| end + 1)
}

fn list(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
            Some(list(group.stream()))
        }
        _ => None,
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn begins_with_colons(tokens: &[TokenTree]) -> bool {
    let joint = |punct: &proc_macro2::Punct| punct.spacing() == Spacing::Joint;
    matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && joint(punct))
        && is_sign(tokens.get(1), ':')
}
