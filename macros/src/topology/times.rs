//! `event_time(|event| …, strategy)`.

use super::calls::{Calls, parenthesised, stream_of};
use super::cut::{self, Piece};
use super::model::Call;
use super::token;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// The strategy whose closure receives events.
const PUNCTUATED: &str = "punctuated";

/// The call by its path, so that the compiler explains what a strategy is. `None` without a closure
/// and a strategy, which is reported elsewhere.
pub(super) fn event_time(calls: &Calls, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
    let arguments = word.arguments.as_ref()?;
    let pieces = cut::at_commas(arguments.stream());
    let [time, strategy] = pieces.as_slice() else {
        return None;
    };
    let at = word.name.span();
    let (time, comma) = (token::stream(&time.tokens), token::stream(&strategy.separator));
    let marks = |stream: &TokenStream, strategy: TokenStream| {
        let inside = quote_spanned!(at=> #stream, #time #comma #strategy);
        let (name, arguments) = (&word.name, parenthesised(inside, arguments.span()));
        let timed = stream_of(at);
        let checks = calls.checks(at);
        quote_spanned!(at=> #checks::MakesWatermarks::#name #arguments #timed)
    };
    let of = Ident::new("__of", Span::mixed_site());
    let Some(strategy) = punctuated(strategy, &of) else {
        return Some(marks(stream, token::stream(&strategy.tokens)));
    };
    let bound = Ident::new("__stream", Span::mixed_site());
    let timed = marks(&quote_spanned!(at=> #bound), strategy);
    let both = calls.call(&["EventsOf", "stream"], (at, at), stream.clone());
    Some(quote_spanned!(at=> match #both { (#bound, #of) => #timed }))
}

/// `punctuated(closure)` and its methods, with the event type passed to the closure: the compiler
/// checks a closure before the call that it is an argument of.
fn punctuated(strategy: &Piece, of: &Ident) -> Option<TokenStream> {
    let (path, rest) = cut::path(strategy.tokens.clone());
    let name = cut::last_name(&path).filter(|name| token::spelled(name) == PUNCTUATED)?;
    let [TokenTree::Group(arguments), rest @ ..] = rest.as_slice() else {
        return None;
    };
    let (at, closure) = (name.span(), arguments.stream());
    let first = closure.clone().into_iter().next();
    let is_closure = token::is_punct(first.as_ref(), '|')
        || matches!(&first, Some(TokenTree::Ident(word)) if word == "move");
    if arguments.delimiter() != Delimiter::Parenthesis || !is_closure {
        return None;
    }
    let told = quote_spanned!(at=> #of.punctuation);
    let closure = parenthesised(closure, arguments.span());
    let mut inside = Group::new(Delimiter::Parenthesis, quote_spanned!(at=> #told #closure));
    inside.set_span(arguments.span());
    let (path, rest) = (token::stream(&path), token::stream(rest));
    Some(quote_spanned!(at=> #path #inside #rest))
}
