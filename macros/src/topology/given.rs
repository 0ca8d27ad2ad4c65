//! The calls that check what the user gives: streams, closures and numbers.

use super::calls::{Calls, ends, ends_or, method, parenthesised, stream_of};
use super::captures::{self, Captures};
use super::end_points;
use super::model::Call;
use super::token;
use crate::beside::before;
use millstream_graph::words::{Kind, Word};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

impl Calls {
    /// What a line begins with, if it is no name of a line.
    pub(super) fn head(&self, head: TokenStream) -> TokenStream {
        let ends = ends(&head);
        // The compiler would warn about a second pair of parentheses.
        let tokens: Vec<TokenTree> = head.clone().into_iter().collect();
        let inside = match tokens.as_slice() {
            [only] => token::group(Some(only), Delimiter::Parenthesis).map(Group::stream),
            _ => None,
        };
        self.call(&["Stream", "of"], ends, inside.unwrap_or(head))
    }

    /// A side output of a node, which has to have it.
    pub(super) fn side_output(
        &self,
        (node, output): (&Ident, &Ident),
        stream: TokenStream,
    ) -> TokenStream {
        let check = match token::spelled(output).as_str() {
            "errors" => "Errors",
            "late" => "LateEvents",
            "overflow" => "OverflowEvents",
            "unmatched" => "UnmatchedEvents",
            _ => return stream,
        };
        let apart = method("set_outputs_apart", output.span(), TokenStream::new());
        let ends = (node.span(), output.span());
        self.call(&[check, &token::spelled(output)], ends, quote!(#stream #apart))
    }

    /// A stream and the closure of a word, with the span of the closure: the compiler then
    /// reports one mistake once. `None` for a word that takes no closure.
    pub(super) fn closure_of(
        &self,
        word: &Word,
        stream: &TokenStream,
        closure: &TokenStream,
        at: Span,
    ) -> Option<TokenStream> {
        let check = word.closure?;
        let ends = ends_or(closure, at);
        let both = quote_spanned!(ends.0=> #stream, #closure);
        if end_points::is_literal(closure) {
            return Some(self.call(&["ValueAsClosure", "given"], ends, both));
        }
        Some(match captures::of(closure) {
            Captures::Nothing => self.call(&["plain", word.name], ends, both),
            Captures::Unknown => {
                let given = self.call(&[check, word.name], ends, both);
                self.call(&["CloneAndSend", "of"], ends, given)
            }
        })
    }

    /// A function of streams.
    pub(super) fn part(&self, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
        let arguments = word.arguments.as_ref()?;
        let function = end_points::only(arguments);
        let ends = ends_or(&function, arguments.span());
        let both = quote_spanned!(ends.0=> #stream, #function);
        Some(self.call(&["PartFunction", "through"], ends, both))
    }

    /// A stream and the only argument of a word, a closure, with the span of the parentheses.
    fn only_closure(
        &self,
        stream: &TokenStream,
        (word, call): (&Word, &Call),
    ) -> Option<(TokenStream, Span)> {
        let arguments = call.arguments.as_ref()?;
        let closure = end_points::only(arguments);
        let given = self.closure_of(word, stream, &closure, arguments.span())?;
        Some((given, arguments.span()))
    }

    /// A word that takes one closure and nothing else, on what that makes of the stream.
    pub(super) fn closure_alone(
        &self,
        stream: &TokenStream,
        (word, call): (&Word, &Call),
    ) -> Option<TokenStream> {
        let (given, parentheses) = self.only_closure(stream, (word, call))?;
        let (path, nothing) =
            (token::stream(&call.path), parenthesised(TokenStream::new(), parentheses));
        Some(quote_spanned!(call.name.span()=> #given.#path #nothing))
    }

    /// A word with a closure, by the path of the contract of its results.
    pub(super) fn closure(
        &self,
        stream: &TokenStream,
        (word, call): (&Word, &Call),
        contract: &str,
    ) -> Option<TokenStream> {
        let at = call.name.span();
        let (paired, behind) = (self.paired(stream, (word, call), contract)?, stream_of(at));
        Some(quote_spanned!(at=> #paired #behind))
    }

    /// A word whose closure returns events, which are no futures.
    pub(super) fn events(
        &self,
        stream: &TokenStream,
        (word, call): (&Word, &Call),
        contract: &str,
    ) -> Option<TokenStream> {
        let at = call.name.span();
        let mut paired = self.paired(stream, (word, call), contract)?;
        paired.extend(method("set_futures_apart", at, TokenStream::new()));
        let (paired, behind) =
            (self.call(&["AreEvents", "events"], (at, at), paired), stream_of(at));
        Some(quote_spanned!(at=> #paired #behind))
    }

    fn paired(
        &self,
        stream: &TokenStream,
        (word, call): (&Word, &Call),
        contract: &str,
    ) -> Option<TokenStream> {
        let (given, parentheses) = self.only_closure(stream, (word, call))?;
        let (at, given) = (call.name.span(), parenthesised(given, parentheses));
        let (checks, contract) = (self.checks(at), Ident::new(contract, before(at)));
        let path = token::stream(&call.path);
        Some(quote_spanned!(at=> #checks::#contract::#path #given))
    }

    /// The argument of a word, which is a whole number of any type if the word takes one.
    pub(super) fn whole_number(&self, word: &Word, given: TokenStream, at: Span) -> TokenStream {
        match word.arguments {
            [only] if only.kind == Kind::Count => self.number("WholeNumber", given, at),
            _ => given,
        }
    }

    /// A number, which can be of any type if it is no literal, with or without a sign.
    pub(super) fn number(&self, check: &str, number: TokenStream, at: Span) -> TokenStream {
        let first = number.clone().into_iter().next();
        if token::is_punct(first.as_ref(), '-') || end_points::is_literal(&number) {
            return number;
        }
        self.call(&[check, "of"], ends_or(&number, at), number)
    }
}
