//! Looks at what a derive expands to.

use proc_macro2::TokenStream;

/// Expands a derive.
pub(crate) type Derive = fn(TokenStream) -> TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// The tokens as text, without spaces.
fn packed(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}

/// The expansion of an item, without spaces.
pub(crate) fn code(derive: Derive, item: &str) -> String {
    let expanded = derive(tokens(item));
    assert!(syn::parse2::<syn::File>(expanded.clone()).is_ok(), "{item}: {expanded}");
    packed(&expanded)
}

/// Checks that the expansion of an item contains this code.
pub(crate) fn contains(derive: Derive, item: &str, expected: &str) {
    let (code, expected) = (code(derive, item), packed(&tokens(expected)));
    assert!(code.contains(&expected), "{expected}\n{code}");
}
