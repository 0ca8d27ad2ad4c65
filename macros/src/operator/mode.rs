//! Whether a body can run as a step of a loop.
//!
//! A body is *await-free* if it contains neither the word `await` nor a macro that could hide one.
//! Such a body is called as a plain function, or polled exactly once. In doubt a body awaits: that
//! is always correct, but slower.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Attribute;

/// How an operator is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Never awaits: a step of the stage's loop.
    Stepping,
    /// May await: a future.
    Awaits,
}

/// Macros of the standard library that expand to no await beyond their arguments.
const STD: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The macros of `tracing` and `log`.
const LOG: &[&str] = &["debug", "error", "info", "trace", "warn"];

/// Keywords after which `!` is a negation.
const NEGATED_AFTER: &[&str] = &["break", "else", "if", "in", "match", "return", "while"];

/// Attributes that do not change the body.
const PLAIN: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "track_caller",
    "warn",
];

/// Attributes, by their first segment, that belong to tools and change nothing.
const TOOLS: &[&str] = &["clippy", "diagnostic", "rustfmt"];

/// How a function with these attributes and this body is run.
pub(super) fn mode(attrs: &[Attribute], body: &TokenStream) -> Mode {
    if attrs.iter().all(leaves_the_body) && is_await_free(body) {
        Mode::Stepping
    } else {
        Mode::Awaits
    }
}

/// Whether the attribute adds no await to the body; `instrument` rewrites it, but adds none.
fn leaves_the_body(attr: &Attribute) -> bool {
    let path: Vec<String> =
        attr.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [name] => PLAIN.contains(name) || *name == "instrument",
        ["tracing", "instrument"] => true,
        [tool, ..] => TOOLS.contains(tool),
        [] => false,
    }
}

/// Whether the tokens contain no await, at any depth.
fn is_await_free(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => is_await_free(&group.stream()),
        TokenTree::Ident(word) => word != "await",
        TokenTree::Punct(punct) if punct.as_char() == '!' => {
            let (before, rest) = tokens.split_at(at);
            !calls_macro(before, rest) || is_known(before)
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

/// Whether the `!` at the start of `rest` calls a macro and does not negate.
fn calls_macro(before: &[TokenTree], rest: &[TokenTree]) -> bool {
    let named = match before.last() {
        Some(TokenTree::Ident(word)) => !NEGATED_AFTER.contains(&word.to_string().as_str()),
        // A macro's path may come out of another macro in a group of its own.
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::None,
        _ => false,
    };
    // `macro_rules! name` has a word here.
    named && matches!(rest.get(1), Some(TokenTree::Group(_) | TokenTree::Ident(_)))
}

/// Whether the macro whose path ends `before` is known to add no await.
fn is_known(before: &[TokenTree]) -> bool {
    let Some((name, mut rest)) = last_word(before) else {
        return false;
    };
    let mut path = Vec::new();
    while let Some(next) = without_colons(rest) {
        match last_word(next) {
            Some((word, further)) => {
                path.push(word);
                rest = further;
            }
            None => break,
        }
    }
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => STD.contains(&name.as_str()) || LOG.contains(&name.as_str()),
        ["std" | "core" | "alloc"] => STD.contains(&name.as_str()),
        ["tracing" | "log"] => LOG.contains(&name.as_str()),
        _ => false,
    }
}

fn last_word(tokens: &[TokenTree]) -> Option<(String, &[TokenTree])> {
    match tokens.split_last()? {
        (TokenTree::Ident(word), rest) => Some((word.to_string(), rest)),
        _ => None,
    }
}

fn without_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let (rest, colons) = tokens.split_at_checked(tokens.len().checked_sub(2)?)?;
    colons
        .iter()
        .all(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':'))
        .then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    const AWAIT_FREE: &[&str] = &[
        "",
        "tx.amount * 2",
        "if !(a && b) { return !(c); } !x",
        "while !{ ready() } {} a != (b); match !(x) { _ => break !(y) }",
        "let v = vec![1, 2]; assert!(v.len() == 2, \"{v:?}\"); v",
        "std::println!(\"{}\", 1); ::std::format!(\"a\"); core::matches!(x, Some(_))",
        "info!(id = 1, \"seen\"); tracing::debug!(\"x\"); log::warn!(\"y\"); ::log::error!(\"z\")",
        "let s = \"x.await\"; // .await\n s",
        "awaits.awaited()",
        "/* foo!(x) */ let c = '!'; c",
        "a.map(|x| !(x)); let y = x as u8;",
        "loop { if let Some(x) = it.next() { write!(f, \"{x}\")?; } else { break } }",
    ];

    const AWAITS: &[&str] = &[
        "client.get(x).await",
        "f(async { g().await })",
        "let later = async move || { x.await };",
        "vec![a.await]",
        "if x { match y { _ => { z(|| [w.await]) } } }",
        "tokio::select! { a = b => {} }",
        "join!(a, b)",
        "my_macro!()",
        "my::vec![1]",
        "other::info!(\"x\")",
        "tracing::vec![1]",
        "std::info!(\"x\")",
        "a::std::vec![1]",
        "macro_rules! m { () => {} } 1",
        "std::pin::pin!(x)",
        "x\n.await\n?",
        "vec! { inner!(1) }",
    ];

    #[test]
    fn bodies_that_cannot_wait_are_steps() {
        for body in AWAIT_FREE {
            assert_eq!(mode(&[], &body.parse().unwrap()), Mode::Stepping, "{body}");
        }
    }

    #[test]
    fn bodies_that_may_wait_are_futures() {
        for body in AWAITS {
            assert_eq!(mode(&[], &body.parse().unwrap()), Mode::Awaits, "{body}");
        }
    }

    #[test]
    fn an_unknown_attribute_may_bring_an_await() {
        let body = TokenStream::new();
        let plain: Vec<Attribute> = vec![
            parse_quote!(#[doc = "x"]),
            parse_quote!(#[allow(dead_code)]),
            parse_quote!(#[cfg(unix)]),
            parse_quote!(#[rustfmt::skip]),
            parse_quote!(#[tracing::instrument(skip_all)]),
            parse_quote!(#[instrument]),
        ];
        assert_eq!(mode(&plain, &body), Mode::Stepping);
        for attr in
            [parse_quote!(#[retry(3)]), parse_quote!(#[a::inline]), parse_quote!(#[cfg_attr(x, y)])]
        {
            assert_eq!(mode(&[attr], &body), Mode::Awaits);
        }
    }

    #[test]
    fn a_macro_named_by_another_macro_may_wait() {
        let name = proc_macro2::Group::new(Delimiter::None, quote::quote!(thing));
        assert_eq!(mode(&[], &quote::quote!(#name!(1))), Mode::Awaits);
    }
}
