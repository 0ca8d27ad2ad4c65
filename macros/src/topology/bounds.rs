//! The bound of the rows of a join: `.at_most(n)`, and `.weaken("…")` and `.shed()` behind it.

use super::model::{Call, Join};
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::join as sentence;
use millstream_graph::sentence::rates;
use millstream_graph::suggest;
use millstream_graph::words::Word;
use proc_macro2::{Ident, TokenTree};

/// Divides what stands behind a join into its own methods, including one that is being typed, and
/// those of its stream.
pub(super) fn split<'a>(word: &Word, rest: &'a [TokenTree]) -> (&'a [TokenTree], &'a [TokenTree]) {
    let mut end = 0;
    while let [dot, TokenTree::Ident(name), more @ ..] = rest.get(end..).unwrap_or_default()
        && token::is_punct(Some(dot), '.')
    {
        let called = matches!(more.first(), Some(TokenTree::Group(_)));
        if called && !word.settings.contains(&&*token::spelled(name)) {
            break;
        }
        end += if called { 3 } else { 2 };
    }
    rest.split_at(end)
}

/// Reports misspelt methods, and those that come before the bound.
pub(super) fn check(join: &Join<'_>, errors: &mut Errors) {
    let first = join.call.methods().next().map(|(name, _)| name);
    if let Some(name) = first.filter(|name| *name == "shed" || *name == "weaken") {
        errors.say_alone(name, &sentence::sheds_without_bound(join.word.name));
    }
    for (name, _) in join.call.methods() {
        let written = token::spelled(name);
        let meant = suggest::closest(&written, join.word.settings.iter().copied());
        if let Some(meant) = meant.filter(|_| !join.word.settings.contains(&&*written)) {
            errors.say_alone(name, &rates::unknown_setting(join.word.name, &written, meant));
        }
    }
}

/// The method that has a join or a throttle shed events.
pub(super) fn shed(call: &Call) -> Option<&Ident> {
    call.methods().map(|(name, _)| name).find(|name| *name == "shed")
}
