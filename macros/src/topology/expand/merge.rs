//! Streams in brackets: merged, or ignored one by one.

use super::Expansion;
use crate::topology::calls::{ends, method};
use crate::topology::feedback;
use crate::topology::model::{Chain, HeadKind};
use millstream_graph::words::How;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

impl<'a> Expansion<'a, '_> {
    /// `[a, b] >> ignore`: each stream is ignored alone, since their types may differ.
    pub(super) fn ignored(&self, chain: &'a Chain) -> Option<TokenStream> {
        let HeadKind::Merge(chains, _) = &chain.head.kind else { return None };
        let [step] = chain.steps.as_slice() else { return None };
        let (_, call) = step.word().filter(|(word, _)| word.how == How::Ignore)?;
        if chains.is_empty()
            || chain.head.times.is_some()
            || step.times.is_some()
            || !call.rest.is_empty()
        {
            return None;
        }
        let mut calls = TokenStream::new();
        for (at, inside) in chains.iter().enumerate() {
            let stream = self.chain(inside, None);
            // The word of the user stands once in the expansion.
            let ignore = match at {
                0 => call.name.clone(),
                _ => Ident::new("ignore", ends(&stream).1),
            };
            calls.extend(quote_spanned!(call.name.span()=> #stream.#ignore();));
        }
        Some(calls)
    }

    /// The streams as one, which has a type.
    pub(super) fn merge(&self, chains: &'a [Chain], brackets: Span) -> TokenStream {
        let (fork, mut merged) = (self.forks.meeting_in(chains), None);
        // Streams without a type of their own come last: they take the type of the others.
        let (bare, typed): (Vec<_>, Vec<_>) =
            chains.iter().partition(|chain| feedback::is_bare(chain, &self.untyped));
        let plain = typed.len().max(1);
        for (at, chain) in typed.into_iter().chain(bare).enumerate() {
            let calls = self.chain(chain, None);
            let (first, last) = ends(&calls);
            merged = Some(match merged {
                None => match fork {
                    Some(fork) => {
                        let mut fork = fork.clone();
                        fork.set_span(fork.span().located_at(first));
                        let path = quote_spanned!(first=> #fork, #calls);
                        self.calls.call(&["Merged", "paths"], (first, last), path)
                    }
                    None => self.calls.call(&["Merged", "of"], (first, last), calls),
                },
                Some(merged) => {
                    let both = quote_spanned!(first=> #merged, #calls);
                    let path =
                        if at < plain { ["SameEvents", "event"] } else { ["Merged", "with"] };
                    let another = self.calls.call(&path, (first, last), both);
                    self.calls.call(&["SameTime", "and"], (first, last), another)
                }
            });
        }
        let mut merged = merged.unwrap_or_else(|| {
            self.calls.call(&["Merged", "of"], (brackets, brackets), TokenStream::new())
        });
        let end = if fork.is_some() { "met" } else { "stream" };
        merged.extend(method(end, brackets, TokenStream::new()));
        merged
    }
}
