//! The calls that end a stream in a sink.

use super::calls::{Calls, SinkCheck, ends, ends_or, parenthesised, quoted};
use super::cut::ClosureCall;
use super::model::Call;
use super::{end_points, token};
use crate::beside::before;
use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

impl Calls {
    /// The sink of a stream, which has the name of its line.
    pub(super) fn sink(
        &self,
        stream: TokenStream,
        (word, inside): (&Call, TokenStream),
        (name, check): (Option<&Ident>, SinkCheck),
    ) -> TokenStream {
        let at = word.name.span();
        let parentheses = word.arguments.as_ref().map_or(at, Group::span);
        let ends = ends_or(&inside, parentheses);
        let again = self.again.contains(&std::ptr::from_ref(word).addr());
        let contract = if again { "AnotherSink" } else { end_points::sink(&inside) };
        let job = self.job_at(ends);
        let ending = match for_each(self, &inside) {
            Some((of, each)) => {
                let bound = Ident::new("__stream", Span::mixed_site());
                let ending = quote_spanned!(at=> #bound, #each);
                let ending = self.call(&[contract, "events"], ends, ending);
                let both = self.call(&["EventsOf", "stream"], (at, at), stream);
                quote_spanned!(at=> match #both { (#bound, #of) => #ending })
            }
            None => self.call(&[contract, "events"], ends, quote_spanned!(at=> #stream, #inside)),
        };
        let (method, name) = match name {
            Some(name) => (Ident::new("sink_named", at), Some(quoted(name))),
            None if word.name == "sink" => (word.name.clone(), None),
            None => (Ident::new("sink", at), None),
        };
        if check == SinkCheck::Excused {
            let name = parenthesised(name.into_token_stream(), parentheses);
            return quote_spanned!(at=> #ending.#method #name);
        }
        let comma = name.as_ref().map(|_| quote_spanned!(at=> ,));
        let arguments = parenthesised(quote_spanned!(at=> #job, #ending #comma #name), parentheses);
        let checks = self.checks(at);
        quote_spanned!(before(at)=> #checks::WritesTo::#method #arguments)
    }

    /// The file of a stream of dead letters, with the methods called on it.
    pub(super) fn dead_letters(
        &self,
        stream: TokenStream,
        word: &Call,
        end: (Option<&Ident>, SinkCheck),
    ) -> TokenStream {
        let at = word.name.span();
        let letters = self.check("DeadLetter", "letters", at, stream);
        let (arguments, rest) = (&word.arguments, token::stream(&word.rest));
        let (checks, name) = (self.checks(at), &word.name);
        let file = quote_spanned!(before(at)=> #checks::#name #arguments #rest);
        self.sink(letters, (word, file), end)
    }
}

/// `for_each(closure)` with the event type passed to the closure: the compiler checks a closure
/// before the call that it is an argument of. With it comes the name of the event type.
fn for_each(calls: &Calls, inside: &TokenStream) -> Option<(Ident, TokenStream)> {
    let call = ClosureCall::of(end_points::EACH, inside.clone().into_iter().collect())?;
    let (of, closure) = (Ident::new("__of", Span::mixed_site()), &call.closure);
    let ends = ends(closure);
    let both = quote_spanned!(ends.0=> &#of, #closure);
    let told = calls.call(&["EachClosure", "each"], ends, both);
    Some((of, call.with(told)))
}
