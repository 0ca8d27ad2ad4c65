//! What stands at the ends of a line, and in place of operators: which check says most about it.

use super::cut;
use super::token;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Files, as sources and as sinks.
const FILES: &[&str] =
    &["csv_file", "jsonl_file", "csv_parts", "jsonl_parts", "jsonl_stdin", "jsonl_stdout"];

/// What prints a line for each event.
const LINES: &[&str] = &["stdout_lines", "debug_lines"];

/// What calls a closure with each event.
pub(super) const EACH: &str = "for_each";

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
        first if token::begins_closure(first) => "ClosureAsOperator",
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
    token::begins_closure(inside.clone().into_iter().next().as_ref())
}

/// Whether an expression is one literal.
pub(super) fn is_literal(inside: &TokenStream) -> bool {
    let mut tokens = inside.clone().into_iter();
    matches!((tokens.next(), tokens.next()), (Some(TokenTree::Literal(_)), None))
}

/// The argument without a comma at its end.
pub(super) fn only(arguments: &Group) -> TokenStream {
    let mut inside = token::inside(arguments);
    if token::is_punct(inside.last(), ',') {
        inside.pop();
    }
    token::stream(&inside)
}
