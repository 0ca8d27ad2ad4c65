//! The bound of the rows of a join: `.at_most(n)`, and `.weaken("…")` and `.shed()` behind it.

use super::instances::Count;
use super::model::{Call, Join};
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::join as sentence;
use millstream_graph::sentence::{rates, shape};
use millstream_graph::suggest;
use proc_macro2::{Ident, TokenTree};

/// The methods of a join, as opposed to those of its stream.
const SETTINGS: [&str; 3] = ["at_most", "weaken", "shed"];

/// Divides what stands behind a join into its own methods, including one that is being typed, and
/// those of its stream.
pub(super) fn split(rest: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let mut end = 0;
    while let [dot, TokenTree::Ident(name), more @ ..] = rest.get(end..).unwrap_or_default()
        && token::is_punct(Some(dot), '.')
    {
        let called = matches!(more.first(), Some(TokenTree::Group(_)));
        if called && !SETTINGS.contains(&&*token::spelled(name)) {
            break;
        }
        end += if called { 3 } else { 2 };
    }
    rest.split_at(end)
}

/// Reports a bound of 0.
pub(super) fn zero(join: &Call, errors: &mut Errors) {
    for (_, arguments) in join.methods().filter(|(name, _)| *name == "at_most") {
        if Count::is_zero(&token::inside(arguments)) {
            errors.say_alone(arguments.stream(), &shape::invalid_zero("`.at_most(0)`"));
        }
    }
}

/// Reports misspelt methods, and those that come before the bound.
pub(super) fn check(join: &Join<'_>, errors: &mut Errors) {
    let first = join.call.methods().next().map(|(name, _)| name);
    if let Some(name) = first.filter(|name| *name == "shed" || *name == "weaken") {
        errors.say_alone(name, &sentence::sheds_without_bound(join.word.name));
    }
    for (name, _) in join.call.methods() {
        let written = token::spelled(name);
        let meant = suggest::closest(&written, SETTINGS);
        if let Some(meant) = meant.filter(|_| !SETTINGS.contains(&&*written)) {
            errors.say_alone(name, &rates::unknown_setting(join.word.name, &written, meant));
        }
    }
}

/// Whether a join sheds events.
pub(super) fn shed<'a>(join: &Join<'a>) -> Option<&'a Ident> {
    join.call.methods().map(|(name, _)| name).find(|name| *name == "shed")
}
