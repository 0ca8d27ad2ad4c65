//! What stands at the ends of a line, and in place of operators: which check says most about it.

use super::calls::{Calls, parenthesised};
use super::cut;
use super::token;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Files, as sources and as sinks.
const FILES: &[&str] =
    &["csv_file", "jsonl_file", "csv_parts", "jsonl_parts", "jsonl_stdin", "jsonl_stdout"];

/// What prints a line for each event.
const LINES: &[&str] = &["stdout_lines", "debug_lines"];

/// What calls a closure with each event.
const EACH: &str = "for_each";

/// The check of a source.
pub(super) fn source(inside: &TokenStream) -> &'static str {
    let first = inside.clone().into_iter().next();
    match function(inside) {
        _ if token::is_punct(first.as_ref(), '&') => "OwnedSource",
        Some(name) if FILES.contains(&name.as_str()) => "FileSource",
        _ => "Source",
    }
}

/// The check of a sink.
pub(super) fn sink(inside: &TokenStream) -> &'static str {
    match function(inside) {
        _ if is_closure(inside) => "ClosureAsSink",
        Some(name) if FILES.contains(&name.as_str()) => "FileSink",
        Some(name) if LINES.contains(&name.as_str()) => "LineSink",
        Some(name) if name == EACH => "EachSink",
        _ => "Sink",
    }
}

/// The check of an operator that is no name: a constant or a choice is likely to be none.
pub(super) fn operator(tokens: &[TokenTree]) -> &'static str {
    match tokens.first() {
        Some(TokenTree::Literal(_)) => "OperatorValue",
        Some(TokenTree::Ident(word)) if word == "if" || word == "match" => "OperatorValue",
        _ => "Operator",
    }
}

/// The function that is called, `a::b(…)`, whatever is called on its result.
fn function(inside: &TokenStream) -> Option<String> {
    let (path, rest) = cut::path(inside.clone().into_iter().collect());
    token::group(rest.first(), Delimiter::Parenthesis)?;
    cut::last_name(&path).map(token::spelled)
}

/// Whether an expression is a closure.
pub(super) fn is_closure(inside: &TokenStream) -> bool {
    let first = inside.clone().into_iter().next();
    let moves = matches!(&first, Some(TokenTree::Ident(word)) if word == "move");
    moves || token::is_punct(first.as_ref(), '|')
}

/// Whether an expression is one literal.
pub(super) fn is_literal(inside: &TokenStream) -> bool {
    let mut tokens = inside.clone().into_iter();
    matches!((tokens.next(), tokens.next()), (Some(TokenTree::Literal(_)), None))
}

/// `for_each(closure)` with the event type passed to the closure: the compiler checks a closure
/// before the call that it is an argument of. With it comes the name of the event type.
pub(super) fn for_each(calls: &Calls, inside: &TokenStream) -> Option<(Ident, TokenStream)> {
    let (path, rest) = cut::path(inside.clone().into_iter().collect());
    let name = cut::last_name(&path).filter(|name| token::spelled(name) == EACH)?;
    let [TokenTree::Group(arguments), rest @ ..] = rest.as_slice() else { return None };
    let closure = arguments.stream();
    if arguments.delimiter() != Delimiter::Parenthesis || !is_closure(&closure) {
        return None;
    }
    let of = Ident::new("__of", Span::mixed_site());
    let ends = super::calls::ends(&closure);
    let both = quote_spanned!(ends.0=> &#of, #closure);
    let told = calls.call(&["EachClosure", "each"], ends, both);
    let mut inside = Group::new(Delimiter::Parenthesis, told);
    inside.set_span(arguments.span());
    let (path, rest) = (token::stream(&path), token::stream(rest));
    let at = name.span();
    Some((of, quote_spanned!(at=> #path #inside #rest)))
}

/// The argument without a comma at its end.
pub(super) fn only(arguments: &Group) -> TokenStream {
    let mut inside = token::inside(arguments);
    if token::is_punct(inside.last(), ',') {
        inside.pop();
    }
    token::stream(&inside)
}

/// Nothing in parentheses.
pub(super) fn nothing(at: Span) -> Group {
    parenthesised(TokenStream::new(), at)
}
