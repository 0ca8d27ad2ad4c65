//! The user's function in the expansion.
//!
//! A body that never awaits becomes a plain function, which the optimiser can inline into every
//! loop; the `async fn` calls it. Every other function is emitted as written.

use super::held;
use super::mode::Mode;
use super::model::{MethodKind, Model, Param, is_shared};
use super::types;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Attribute, FnArg, GenericParam, Generics, Pat, Safety, Type};

/// Why lints are allowed. The lengths matter: see [`Body::compiled`].
const AS_STORED: &str = "few operators await, and each takes its event, its arguments and its \
                         state as the runtime stores it";
const REFUSED: &str = "its signature was refused, and mistakes in the body would follow from that";
const SINCE_REFUSED: &str =
    "since its signature was refused, and mistakes in the body would follow from that";

/// What has the body in the expansion.
pub(super) enum Body {
    /// The function as written.
    Written(TokenStream),
    /// A plain function of the operator's type, and the `async fn`, which calls it.
    Plain { function: TokenStream, caller: TokenStream, inline: Inline },
}

/// Who says whether the plain function is inlined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inline {
    /// The user, by an attribute.
    AsWritten,
    Always,
}

impl Inline {
    /// The attribute, and a reason that is as long where there is none.
    fn parts(self) -> (Option<TokenStream>, Option<TokenStream>) {
        match self {
            Self::AsWritten => (None, Some(quote!(, reason = "uniform"))),
            Self::Always => (Some(quote!(#[inline(always)])), None),
        }
    }
}

impl Body {
    /// The body of the function that `item` is.
    pub(super) fn of(model: &Model, item: TokenStream) -> Self {
        let item = without_shared(item);
        let Some(Paths { body, .. }) = Paths::of(model) else {
            return Self::Written(item);
        };
        let is_inline = |attr: &Attribute| attr.path().is_ident("inline");
        let inline = match model.function.attrs.iter().any(is_inline) {
            true => Inline::AsWritten,
            false => Inline::Always,
        };
        Self::Plain { function: plain(model, item), caller: caller(model, &body), inline }
    }

    /// What the compiler sees.
    ///
    /// The parameters have the types that the operator stores, so Clippy's advice to take a slice
    /// is wrong.
    ///
    /// Whatever precedes the parameters has the same length in all four forms: editors find the
    /// cursor by its offset, and what is being written may change the form. Hence the reasons.
    pub(super) fn compiled(&self, model: &Model) -> TokenStream {
        let ident = target(model);
        match self {
            Self::Written(function) => written(function),
            Self::Plain { function, caller, inline } => {
                let (hint, reason) = inline.parts();
                quote! {
                    #[allow(
                        clippy::ptr_arg,
                        clippy::needless_pass_by_value,
                        clippy::unnecessary_wraps,
                        clippy::must_use_candidate,
                        clippy::inline_always
                        #reason
                    )]
                    impl #ident { #[doc(hidden)] #hint #function }
                    #caller
                }
            }
        }
    }

    /// What only editors see: the signature is refused, and errors in the body would be follow-up
    /// errors.
    ///
    /// The compiler does not know the condition, which can be allowed only around it.
    pub(super) fn for_editors(&self, model: &Model) -> TokenStream {
        let ident = target(model);
        let (reason, item) = match self {
            Self::Written(function) => (SINCE_REFUSED, function.clone()),
            Self::Plain { function, .. } => (REFUSED, quote!(impl #ident { #function })),
        };
        quote! {
            #[allow(unexpected_cfgs, clippy::ptr_arg, reason = #reason)]
            const _: () = {
                #[cfg(all(rust_analyzer))]
                #item
            };
        }
    }
}

/// A function as written, as the compiler sees it.
pub(super) fn written(function: &TokenStream) -> TokenStream {
    quote! {
        #[allow(
            clippy::unused_async,
            clippy::ptr_arg,
            reason = #AS_STORED
        )]
        #[cfg(all())]
        #function
    }
}

/// The operator's type.
fn target(model: &Model) -> Ident {
    let mut ident = model.ident().clone();
    // A place would be one more that editors find for the name of the function.
    ident.set_span(Span::call_site());
    ident
}

/// The paths of the two functions of an operator whose body is in a plain one.
pub(super) struct Paths {
    /// The plain one.
    pub(super) body: TokenStream,
    /// The `async fn`.
    pub(super) caller: TokenStream,
}

impl Paths {
    /// The paths, if there are two functions.
    ///
    /// There is one where an attribute may depend on the function being `async`, where a result may
    /// borrow what only the result of an `async fn` borrows, and where the type has parameters.
    pub(super) fn of(model: &Model) -> Option<Self> {
        let sig = &model.function.sig;
        let is_common = sig.asyncness.is_some()
            && sig.constness.is_none()
            && matches!(sig.safety, Safety::Default)
            && sig.abi.is_none();
        let has_own = model.method == MethodKind::Alone
            && is_common
            && model.function.attrs.iter().all(is_plain)
            && model.params.iter().flat_map(|param| &param.attrs).all(is_harmless)
            && model.mode() == Mode::Stepping
            && held::of_struct(model).params.is_empty()
            && !may_borrow(model);
        let (target, name, ident) = (target(model), plain_name(), model.ident());
        let chosen = chosen(model);
        has_own
            .then(|| Self { body: quote!(#target::#name #chosen), caller: quote!(#ident #chosen) })
    }
}

/// The type and constant parameters of a call.
fn chosen(model: &Model) -> Option<TokenStream> {
    let names: Vec<&Ident> = named_parameters(&model.function.sig.generics).collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}

fn plain_name() -> Ident {
    Ident::new("__body", Span::call_site())
}

/// Whether the attribute means the same for a function that is not `async`.
fn is_plain(attr: &Attribute) -> bool {
    ["allow", "doc", "inline", "must_use"].iter().any(|word| attr.path().is_ident(word))
}

fn is_harmless(attr: &Attribute) -> bool {
    is_shared(attr) || attr.path().is_ident("allow")
}

/// Whether an unnamed result may borrow from a parameter: in the edition of 2021 only that of an
/// `async fn` may.
fn may_borrow(model: &Model) -> bool {
    let is_reference = |param: &Param| matches!(param.ty, Type::Reference(_));
    model.returns.ty.as_ref().is_some_and(types::unnamed) && model.params.iter().any(is_reference)
}

/// The plain function: the user's tokens but for `async` and the name.
fn plain(model: &Model, item: TokenStream) -> TokenStream {
    let is_async = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "async");
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let mut parts = tokens.splitn(2, is_async);
    let (before, after) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (word, name) = (&model.function.sig.fn_token, plain_name());
    let after_name = after.iter().skip(2);
    quote!(#(#before)* #word #name #(#after_name)*)
}

/// The `async fn`, which calls the plain one.
fn caller(model: &Model, path: &TokenStream) -> TokenStream {
    let (attrs, vis) = (&model.function.attrs, &model.function.vis);
    let mut sig = model.function.sig.clone();
    let mut given = Vec::new();
    for (at, input) in sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(typed) = input else { continue };
        let ident = named(&typed.pat, at);
        typed.attrs.clear();
        *typed.pat = syn::parse_quote!(#ident);
        given.push(ident);
    }
    // As a part of the function, or the compiler would not report that it is not used.
    let mut block = Group::new(Delimiter::Brace, quote!(#path (#(#given),*)));
    block.set_span(model.ident().span());
    quote! {
        #[allow(clippy::unused_async, clippy::ptr_arg, clippy::used_underscore_items)]
        #(#attrs)*
        #vis #sig #block
    }
}

/// The name of a parameter in the documentation.
fn named(pat: &Pat, at: usize) -> Ident {
    match pat {
        Pat::Ident(pat) => {
            let mut ident = pat.ident.clone();
            ident.set_span(Span::mixed_site());
            ident
        }
        _ if at == 0 => Ident::new("event", Span::mixed_site()),
        _ => format_ident!("argument_{at}", span = Span::mixed_site()),
    }
}

/// The type and constant parameters, in the order in which a call names them.
fn named_parameters(generics: &Generics) -> impl Iterator<Item = &Ident> {
    generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    })
}

/// The function as written, without `#[shared]` on its parameters.
fn without_shared(item: TokenStream) -> TokenStream {
    item.into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                TokenTree::Group(parameters(group))
            }
            token => token,
        })
        .collect()
}

/// The group without `#[shared]`. A group without it is not rebuilt: that would lose its exact
/// spans.
fn parameters(group: Group) -> Group {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut found = false;
    for token in group.stream() {
        if is_word_shared(&token) && is_hash(kept.last()) {
            kept.pop();
            found = true;
        } else {
            kept.push(token);
        }
    }
    if !found {
        return group;
    }
    let mut parameters = Group::new(Delimiter::Parenthesis, kept.into_iter().collect());
    parameters.set_span(group.span());
    parameters
}

fn is_hash(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

fn is_word_shared(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "shared")
}
