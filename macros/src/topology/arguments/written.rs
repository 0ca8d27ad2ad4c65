//! What is written in place of an argument.

use crate::errors::Errors;
use crate::topology::instances::Count;
use crate::topology::token::{self, stream};
use millstream_graph::sentence::arguments as sentence;
use millstream_graph::words::Argument;
use proc_macro2::{Delimiter, Group, Punct, TokenTree};

/// What takes an argument, and the argument.
pub(super) type Taken<'a> = (&'a str, &'a Argument);

/// Reports something of another kind, with what may be meant.
pub(super) fn other_kind(
    (owner, argument): Taken<'_>,
    tokens: &[TokenTree],
    meant: Option<&str>,
    errors: &mut Errors,
) {
    let meant = meant.unwrap_or(argument.example);
    let sentence = sentence::other_kind((owner, argument), &written(tokens), meant);
    errors.say_alone(stream(tokens), &sentence);
}

/// Whether the tokens are the number 0.
pub(super) fn is_zero(tokens: &[TokenTree]) -> bool {
    Count::is_zero(tokens)
}

/// Whether the tokens begin as a closure does.
pub(in crate::topology) fn is_closure(tokens: &[TokenTree]) -> bool {
    let first = tokens.first();
    let awaits = matches!(first, Some(TokenTree::Ident(word)) if *word == "async");
    awaits || token::begins_closure(first)
}

/// The `async` of a closure, or of the block that is all of its body.
pub(super) fn async_of(tokens: &[TokenTree]) -> Option<TokenTree> {
    let is_async = |token: &&TokenTree| token.to_string() == "async";
    if let Some(token) = tokens.first().filter(is_async) {
        return Some(token.clone());
    }
    let bars = tokens.iter().enumerate().filter(|(_, token)| token::is_punct(Some(*token), '|'));
    let (end, _) = bars.take(2).last()?;
    let body = tokens.get(end + 1..)?;
    body.first().filter(is_async).cloned()
}

/// Whether this is a literal, with or without a sign, that is not an integer. Expressions are left
/// to the compiler, which knows their types.
pub(in crate::topology) fn is_no_number(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Literal(literal)] => {
            !matches!(syn::Lit::new(literal.clone()), syn::Lit::Int(_))
        }
        [TokenTree::Punct(minus), TokenTree::Literal(_)] => Punct::as_char(minus) == '-',
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            is_no_number(&token::inside(group))
        }
        _ => false,
    }
}

/// What is written in parentheses.
pub(in crate::topology) fn text(group: &Group) -> String {
    written(&token::inside(group))
}

/// The tokens, spaced as one writes them.
pub(super) fn written(tokens: &[TokenTree]) -> String {
    let written = stream(tokens).to_string();
    let tight = [(" . ", "."), (" (", "("), ("( ", "("), (" ,", ","), ("- ", "-"), (" :: ", "::")];
    let written = tight.iter().fold(written, |text, (wide, tight)| text.replace(wide, tight));
    // The bars of a closure stand at its parameter.
    match written.strip_prefix("| ").and_then(|closure| closure.split_once(" |")) {
        Some((parameter, body)) => format!("|{parameter}|{body}"),
        None => written,
    }
}
