//! Nodes whose outputs are the variants of an enum.
//!
//! Such a node is recognised by its use: by an output that is not a side output of any node. Only
//! the compiler knows which outputs exist, and whether all are used.

use super::calls::{Calls, parenthesised};
use super::model::{Chain, Declaration, HeadKind};
use super::resolve::{Names, output};
use super::token;
use crate::beside::{before, behind};
use crate::errors::Errors;
use millstream_graph::sentence::outputs as sentence;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::HashSet;

/// Reports streams that are also used as a whole, and outputs that are used twice.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let mut check = |chain: &Chain| match &chain.head.kind {
        HeadKind::Name(name, _) => {
            if let Some(variant) = names.variants(name).first() {
                let sentence =
                    sentence::whole_and_split(&token::spelled(name), &token::spelled(variant));
                errors.say_alone(name, &sentence);
            }
        }
        HeadKind::Output(name, rest) => {
            let Some(output) = output(rest).filter(|_| names.uses(name).is_some()) else { return };
            let (node, written) = (token::spelled(name), token::spelled(output));
            if !seen.insert((node.clone(), written.clone())) {
                errors.say_alone(output, &sentence::output_used_twice(&node, &written));
            }
        }
        _ => {}
    };
    declaration.lines.iter().for_each(|line| line.chain.visit(&mut check));
}

/// Replaces the stream by the streams of the variants. The places of the used ones are passed on,
/// so that the compiler can check that all are used.
pub(super) fn split(
    calls: &Calls,
    stream: TokenStream,
    name: &Ident,
    variants: &[Ident],
) -> TokenStream {
    let at = name.span();
    let first = variants.first().map_or(at, Ident::span);
    let places = Ident::new("__places", Span::mixed_site().located_at(at));
    let stream = parenthesised(stream, first);
    let checks = calls.checks(first);
    let splitting = quote_spanned!(before(first)=> #checks::Outputs::split #stream);
    let used = variants.iter().map(|output| {
        let place = parenthesised(quote!(#places.#output), output.span());
        quote_spanned!(behind(output.span())=> .using #place)
    });
    let arguments = parenthesised(quote!(#name), at);
    // The place of the message if one is not used.
    let all_used = Ident::new("all_used", at);
    let outputs = quote_spanned!(behind(at)=> .places().#all_used #arguments.outputs());
    quote! {
        {
            let #name = #splitting.splitting();
            let #places = #name.places();
            let #name = #name #(#used)*;
            #name #outputs
        }
    }
}
