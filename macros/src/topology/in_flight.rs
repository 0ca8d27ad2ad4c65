//! `.in_flight(…)` behind an operator: the number of its calls, which belongs to its stream.

use super::token;
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// `.in_flight(…)`, as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct InFlight<'a> {
    /// The three tokens.
    pub(super) tokens: &'a [TokenTree],
    /// The word.
    pub(super) word: &'a Ident,
    /// The number, in parentheses.
    pub(super) number: &'a Group,
}

/// Finds it among the methods of an operator.
pub(super) fn find(methods: &[TokenTree]) -> Option<InFlight<'_>> {
    methods.windows(3).find_map(read)
}

/// The other methods.
pub(super) fn others(methods: &[TokenTree]) -> Vec<TokenTree> {
    let at = methods.windows(3).position(|tokens| read(tokens).is_some());
    let is_other = |nth: &usize| at.is_none_or(|at| *nth < at || *nth >= at + 3);
    let methods = methods.iter().enumerate();
    methods.filter(|(nth, _)| is_other(nth)).map(|(_, token)| token.clone()).collect()
}

fn read(tokens: &[TokenTree]) -> Option<InFlight<'_>> {
    let word = token::name(tokens.get(1)).filter(|word| token::spelled(word) == "in_flight")?;
    let number = token::group(tokens.get(2), Delimiter::Parenthesis)?;
    token::is_punct(tokens.first(), '.').then_some(InFlight { tokens, word, number })
}
