//! `#[operator]` as a whole, on tokens.

mod body;
mod expansion;
mod mistake;
mod timers;
mod written;

use super::expand;
use proc_macro2::TokenStream;
use quote::quote;

/// The expansion of `#[operator] item`.
fn expanded(item: TokenStream) -> String {
    expand(TokenStream::new(), item).to_string()
}

/// Asserts that the expansion contains the tokens, however they are spaced.
#[track_caller]
fn assert_has(expansion: &str, tokens: TokenStream) {
    let packed = |text: &str| text.split_whitespace().collect::<String>();
    let found = packed(expansion).contains(&packed(&tokens.to_string()));
    assert!(found, "no\n  {tokens}\nin\n  {expansion}");
}

/// The messages that the compiler finds in an expansion, each up to its code.
fn messages(expansion: &str) -> Vec<String> {
    let start = quote!(::core::compile_error!).to_string();
    let editors = quote!(#[cfg(rust_analyzer)] const _).to_string();
    let expansion = expansion.split(&editors).next().unwrap();
    expansion
        .split(&start)
        .skip(1)
        .map(|rest| {
            let text = rest.split_once('"').unwrap().1;
            let end = text.find("\\nhelp: ").expect("every message says what to write");
            let (wrong, code) = text[..end].rsplit_once(" [").expect("every message has a code");
            assert!(code.starts_with("M02"), "{code}");
            wrong.to_string()
        })
        .collect()
}
