//! Misspelt words.

use super::model::Call;
use super::token;
use millstream_graph::suggest;
use millstream_graph::words::{self, WORDS, Word};
use proc_macro2::{Group, Ident, TokenTree};

/// The shortest word that is considered misspelt without further evidence.
const TELLING_LENGTH: usize = 4;

/// The word that an operator's path is a misspelling of.
///
/// The macro does not know the operators. It reports a word only if an operator of that name is
/// unlikely: one letter is wrong, the first letters agree, and it is not a longer word (`windows`).
/// A short word also needs a closure as argument, which operators seldom have (two letters may then
/// be wrong). A word without arguments is compared with words that take none. Everything else is
/// left to the compiler, which knows the names.
pub(super) fn misspelt(call: &Call) -> Option<&'static Word> {
    let written = token::spelled(&call.name);
    if call.path.len() > 1 || words::find(&written).is_some() {
        return None;
    }
    let words = WORDS.iter().map(|word| word.name);
    let meant = match takes_closure(call) {
        true => suggest::closest(&written, words),
        false => suggest::within(1, &written, words),
    }?;
    let telling = written.chars().count() >= TELLING_LENGTH && !written.starts_with(meant);
    let likely = written.chars().next() == meant.chars().next();
    let alike = |word: &&Word| call.arguments.is_some() || !word.takes_arguments();
    words::find(meant).filter(|_| likely && (telling || takes_closure(call))).filter(alike)
}

/// A call at the start of a chain that was meant to be `source(…)` or `job(…)`.
pub(super) fn misspelt_call(tokens: &[TokenTree]) -> Option<(&Ident, &'static str)> {
    let name = token::name(tokens.first())?;
    let TokenTree::Group(given) = tokens.get(1)? else {
        return None;
    };
    Some((name, misspelt_beginning(name, given)?))
}

/// The word that a call at the start of a chain is a misspelling of.
fn misspelt_beginning(name: &Ident, given: &Group) -> Option<&'static str> {
    let written = token::spelled(name);
    let first = given.stream().into_iter().next();
    // A call with a string is more likely a job than a stream.
    let named =
        matches!(first, Some(TokenTree::Literal(text)) if text.to_string().starts_with('"'));
    let letters = written.to_lowercase();
    if named
        && letters.starts_with('j')
        && (letters == "job" || suggest::closest(&letters, ["job"]).is_some())
    {
        return Some("job");
    }
    let meant = suggest::closest(&written, ["source", "job", "feedback"])?;
    let telling = written.chars().count() >= TELLING_LENGTH && !written.starts_with(meant);
    let likely = written.chars().next() == meant.chars().next();
    (likely && telling).then_some(meant)
}

fn takes_closure(call: &Call) -> bool {
    let first = call.arguments.as_ref().and_then(|group| group.stream().into_iter().next());
    token::begins_closure(first.as_ref())
}
