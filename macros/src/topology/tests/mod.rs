//! What `topology!` expands to, and the mistakes that it reports.

mod broken;
mod calls;
mod edges;
mod forks;
mod joins;
mod loops;
mod methods;
mod variants;

use super::{check, expand, facts, grammar, resolve};
use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// The calls for the lines, without what is around them.
fn paths(input: &str) -> TokenStream {
    let declaration = grammar::declaration(tokens(input));
    let names = resolve::Names::of(&declaration);
    expand::body(&declaration, (&names, &facts::Known::of(&declaration, &names)))
}

/// The same as methods, without the declared kinds of edges.
fn calls(input: &str) -> String {
    decided(input).replace(".as_call()", "").replace(".as_channel()", "")
}

/// Calls behind a check that has the arguments already.
const SECOND_STEPS: &[&str] = &[
    ".stream()",
    ".set_futures_apart()",
    ".set_outputs_apart()",
    ".filter()",
    ".inspect()",
    ".in_order()",
];

/// The same as methods, with the declared kinds of edges.
fn decided(input: &str) -> String {
    let body = text(&methods::methods(paths(input)));
    let (_, lines) = body.split_once("scope::*;").unwrap();
    let without = |lines: String, call: &str| lines.replace(call, "");
    SECOND_STEPS.iter().copied().fold(lines.to_owned(), without)
}

/// The tokens as text, however they are spaced.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}

/// The mistakes in the input.
fn sentences(input: &str) -> Vec<String> {
    let declaration = grammar::declaration(tokens(input));
    let names = resolve::Names::of(&declaration);
    check::check(&declaration, (&names, &facts::Known::of(&declaration, &names))).sentences()
}

fn assert_calls(input: &str, expected: &str) {
    assert_eq!(sentences(input), [""; 0], "{input}");
    let expected = format!(
        "let __job = ::millstream::builder::Builder::new(\"job\"); {expected} __job.build()"
    );
    assert_eq!(calls(input), text(&tokens(&expected)), "{input}");
}
