//! The calls that check what the user gives: streams, closures and numbers.

use super::calls::{Calls, ends, ends_or, method, parenthesised, stream_of};
use super::end_points;
use super::model::Call;
use super::token;
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
    /// reports one mistake once.
    pub(super) fn closure_of(
        &self,
        word: &str,
        stream: &TokenStream,
        closure: &TokenStream,
        at: Span,
    ) -> Option<TokenStream> {
        let check = match word {
            "map" => "MapClosure",
            "flat_map" => "FlatMapClosure",
            "filter" => "FilterClosure",
            "inspect" => "InspectClosure",
            "by" => "KeyClosure",
            "event_time" => "TimeClosure",
            "in_order" => "TieClosure",
            "aggregate" => "ValueClosure",
            _ => return None,
        };
        let ends = ends_or(closure, at);
        let both = quote_spanned!(ends.0=> #stream, #closure);
        if end_points::is_literal(closure) {
            return Some(self.call(&["ValueAsClosure", "given"], ends, both));
        }
        let given = self.call(&[check, word], ends, both);
        Some(self.call(&["CloneAndSend", "of"], ends, given))
    }

    /// A word that takes one closure or function and nothing else; `None` for others. The closures
    /// of `map` and `flat_map` return no futures.
    pub(super) fn closure(&self, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
        let (at, name) = (word.name.span(), token::spelled(&word.name));
        let arguments = word.arguments.as_ref().filter(|_| word.path.len() == 1)?;
        let closure = end_points::only(arguments);
        if name == "through" {
            let ends = ends_or(&closure, arguments.span());
            let both = quote_spanned!(ends.0=> #stream, #closure);
            return Some(self.call(&["PartFunction", "through"], ends, both));
        }
        let contract = match name.as_str() {
            "map" => Some("Event"),
            "flat_map" => Some("IntoEvents"),
            "by" => Some("Key"),
            "filter" | "inspect" | "in_order" => None,
            _ => return None,
        };
        let given = self.closure_of(&name, stream, &closure, arguments.span())?;
        let path = token::stream(&word.path);
        let Some(contract) = contract else {
            let nothing = parenthesised(TokenStream::new(), arguments.span());
            return Some(quote_spanned!(at=> #given.#path #nothing));
        };
        let (checks, contract) = (self.checks(at), Ident::new(contract, at));
        let given = parenthesised(given, arguments.span());
        let mut paired = quote_spanned!(at=> #checks::#contract::#path #given);
        if name != "by" {
            paired.extend(method("set_futures_apart", at, TokenStream::new()));
            paired = self.call(&["AreEvents", "events"], (at, at), paired);
        }
        let behind = stream_of(at);
        Some(quote_spanned!(at=> #paired #behind))
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
