//! The expansion of an operator with mistakes.
//!
//! It declares as much as is known, so that a mistake is reported where it is made and not again
//! where the operator is used.

use super::body;
use super::impls::Impls;
use super::item::{cfg, clone_and_debug, declaration};
use super::model::{Function, Model};
use super::types;
use super::unknown::{self, Target};
use crate::errors::Errors;
use millstream_graph::sentence::operator as sentence;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Generics, Type};

/// The operator as far as its signature is known.
///
/// The struct has no fields and `new` takes anything, so a topology accepts both `name` and
/// `name(…)`.
pub(super) fn fallback(model: &Model, errors: &Errors) -> TokenStream {
    let (ident, vis) = (model.ident(), &model.function.vis);
    let declared = declaration(model, &Generics::default(), &TokenStream::new());
    let common = clone_and_debug(ident, &Generics::default(), quote!(Self {}));
    let names = model.wired().enumerate().map(|(at, _)| format_ident!("_{at}"));
    let implemented = implementation(model);
    let messages = match implemented {
        Some(_) => errors.to_tokens(),
        None => {
            let target = Target::of(model, ident.to_token_stream());
            unknown::implementation(&target, &cfg(model).collect::<Vec<_>>(), errors)
        }
    };
    let cfg = cfg(model);
    quote! {
        #declared
        #(#cfg)*
        const _: () = {
            #[allow(dead_code, clippy::new_without_default, clippy::too_many_arguments)]
            impl #ident {
                #[doc(hidden)]
                #vis fn new(#(#names: impl ::core::marker::Sized),*) -> Self { Self {} }
            }
            #common
            #implemented
        };
        #messages
    }
}

/// The impls, if the types of the event and the results are known.
fn implementation(model: &Model) -> Option<TokenStream> {
    let event = model.event()?;
    let undetermined: Vec<&Ident> = types::parameters(&model.function.sig.generics)
        .filter(|parameter| !types::mentions(event, parameter))
        .chain(model.unnamed.iter().map(|parameter| &parameter.ident))
        .collect();
    let is_sound = |ty: &Type| {
        let depends = undetermined.iter().any(|parameter| types::mentions(ty, parameter));
        !depends && types::obstacle(ty).is_none()
    };
    // An operator without results is reported; where it is used, it counts as a filter.
    let nothing = || model.returns.is_nothing().then_some(event);
    let out = model.out().or_else(nothing)?;
    let known = model.knows(event) && is_sound(event) && is_sound(out);
    known.then(|| Impls::of(model, event, out).hollow(&undetermined, is_sound))
}

/// The unchanged item, followed by the mistakes.
///
/// A signature that does not parse is reported by the compiler; anything else is reported here.
pub(super) fn untouched(item: &TokenStream, errors: &mut Errors) -> TokenStream {
    let mut prefix = TokenStream::new();
    if let Some(word) = item_word(item) {
        match word.to_string().as_str() {
            // The same attributes as before a function that can be read, for editors.
            "fn" => prefix = body::written(&TokenStream::new()),
            _ => errors.say(word, &sentence::not_a_function()),
        }
    }
    let errors = match item_type(item) {
        Some(target) => unknown::implementation(&target, &[], errors),
        None => errors.to_tokens(),
    };
    quote!(#prefix #item #errors)
}

/// The mistakes in place of a method, which a topology may name: a constant of the same name, whose
/// type the compiler does not know because of them.
pub(super) fn method(
    function: &Function,
    runtime: &TokenStream,
    (item, errors): (&TokenStream, &Errors),
) -> TokenStream {
    let (vis, name, messages) = (&function.vis, &function.sig.ident, errors.to_tokens());
    quote! {
        #[allow(dead_code, non_upper_case_globals, unexpected_cfgs)]
        #vis const #name: <() as #runtime::operator::Sound<{ #messages true }>>::Type = {
            #[cfg(rust_analyzer)]
            #item
        };
    }
}

/// The type that the item is, if it has no parameters.
fn item_type(item: &TokenStream) -> Option<Target> {
    let mut words = item.clone().into_iter().skip_while(
        |token| !matches!(token, TokenTree::Ident(word) if word == "struct" || word == "enum"),
    );
    let (_, name, next) = (words.next()?, words.next()?, words.next());
    let generic = matches!(next, Some(TokenTree::Punct(open)) if open.as_char() == '<');
    (!generic).then(|| Target::plain(name.into()))
}

/// Whether the item is an `impl`.
pub(super) fn is_impl(item: &TokenStream) -> bool {
    item_word(item).is_some_and(|word| word == "impl")
}

/// The keywords of items.
const KINDS: &[&str] = &[
    "enum",
    "fn",
    "impl",
    "macro",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
];

/// The first of them in the item.
fn item_word(item: &TokenStream) -> Option<Ident> {
    item.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => KINDS.contains(&word.to_string().as_str()).then_some(word),
        _ => None,
    })
}
