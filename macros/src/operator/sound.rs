//! What the types of an operator are asked for: a constant that compiles only if they are what the
//! runtime needs.
//!
//! Its errors are at the types as written. The types of the impls depend on it, so nothing follows
//! from such an error: neither here nor where the operator is used. A constant has no type
//! parameters, so types that contain one are asked by the bounds of the trait alone.

use super::impls::{Checks, Impls};
use super::model::{MethodKind, ParamRole};
use super::returns::ReturnShape;
use super::types;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{PathArguments, Type, WherePredicate, parse_quote};

/// Types that are all that is asked for, if their parts are.
const SOUND: &[&str] = &[
    "Option", "String", "Vec", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8",
    "isize", "u128", "u16", "u32", "u64", "u8", "usize",
];

impl Impls<'_> {
    /// The same, with types that are unknown if they are not what the runtime needs.
    pub(super) fn checked(mut self) -> Self {
        self.checks = Checks::Made;
        if let Some(clause) = self.held() {
            self.generics.make_where_clause().predicates.push(clause);
        }
        self
    }

    /// The constant.
    pub(super) fn checks(&self) -> Option<TokenStream> {
        let (first, checks) = self.all_checks();
        if self.checks == Checks::Omitted || checks.is_empty() {
            return None;
        }
        let runtime = &self.runtime;
        let checked = |checks: &[TokenStream]| quote!(#runtime::operator::sound(&[#(#checks),*]));
        let further = checked(&checks);
        let further = match self.plain_name().is_some_and(|name| self.is_asked(&quote!(#name))) {
            true => quote!({
                #[allow(unused_imports)]
                use #runtime::operator::ViaOne as _;
                #further
            }),
            false => further,
        };
        if first.is_empty() {
            return Some(quote!(const __SOUND: bool = #further;));
        }
        let first = checked(&first);
        Some(quote! {
            const __FIRST: bool = #first;
            const __SOUND: bool = __FIRST && #further;
        })
    }

    /// The type as written, or one that is unknown if the constant does not compile.
    pub(super) fn settled(&self, ty: &dyn ToTokens) -> TokenStream {
        let ty = ty.to_token_stream();
        match self.checks == Checks::Made && self.is_asked(&ty) {
            true => self.unless_unsound(&ty),
            false => ty,
        }
    }

    fn unless_unsound(&self, ty: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        quote!(<#ty as #runtime::operator::Sound<__SOUND>>::Type)
    }

    /// That the operator itself can be held, if that depends on its parts.
    fn held(&self) -> Option<WherePredicate> {
        if !self.is_asked(&self.target) {
            return None;
        }
        let target = self.unless_unsound(&self.target);
        match self.process.model.method {
            MethodKind::Alone if self.all_checks().1.is_empty() => None,
            MethodKind::Alone if self.process.model.wired().next().is_none() => None,
            MethodKind::Alone => Some(parse_quote!(#target: ::core::marker::Send)),
            MethodKind::Process(_) | MethodKind::OnTimer(_) => {
                Some(parse_quote!(#target: ::core::clone::Clone + ::core::marker::Send))
            }
        }
    }

    /// Whether the constant asks for a type.
    fn is_asked(&self, ty: &TokenStream) -> bool {
        let parameters: Vec<&Ident> = types::parameters(&self.generics).collect();
        !is_sound(ty) && !mentions(ty, &parameters)
    }

    /// The type of the result, if it is a plain name, which could be another one of a `Result`.
    fn plain_name(&self) -> Option<&Type> {
        let returns = &self.process.model.returns;
        let ty = returns.ty.as_ref().filter(|_| returns.shape == ReturnShape::One)?;
        let end = types::last_segment(ty)?;
        matches!(end.arguments, PathArguments::None).then_some(ty)
    }

    /// The checks: functions of traits, each at the place of a type. A type that fails the first
    /// ones is not checked further.
    fn all_checks(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let model = self.process.model;
        let (mut first, mut further) = (Vec::new(), Vec::new());
        let (path, runtime) = (model.args.crate_path(), &self.runtime);
        let mut ask = |ty: &dyn ToTokens, needs: Needs| {
            let ty = ty.to_token_stream();
            if !self.is_asked(&ty) {
                return;
            }
            let asked = |ty: &TokenStream, needs: &str| {
                let (module, needs) = match needs {
                    "Event" => (quote!(event), quote!(Event)),
                    "OneEvent" => {
                        let kind = quote!(#runtime::operator::KindOf::<#ty>::KIND);
                        (quote!(operator), quote!(OneEvent<{ #kind }>))
                    }
                    needs => {
                        (quote!(operator), Ident::new(needs, Span::call_site()).into_token_stream())
                    }
                };
                quote!(<#ty as #runtime::#module::#needs>::check)
            };
            match needs {
                Needs::One(needs) => further.push(asked(&ty, needs)),
                Needs::Two(needs, more) => {
                    first.push(asked(&ty, needs));
                    let span = ty.span();
                    let runtime = path.at(span);
                    let known =
                        quote_spanned!(span=> <#ty as #runtime::operator::Sound<__FIRST>>::Type);
                    further.push(asked(&known, more));
                }
            }
        };
        if model.method != MethodKind::Alone {
            ask(&self.target, Needs::Two("HasClone", "IsSend"));
        }
        for param in model.wired() {
            let needs = if param.role == ParamRole::Shared { "IsShared" } else { "IsSend" };
            ask(param.target(), Needs::One(needs));
        }
        if self.has_state {
            ask(&self.state, Needs::Two("HasDefault", "IsSend"));
        }
        ask(self.out, Needs::One("Event"));
        if let Some(name) = self.plain_name() {
            ask(&name, Needs::One("OneEvent"));
        }
        if self.has_error {
            ask(&self.error, Needs::One("IsError"));
        }
        (first, further)
    }
}

/// The traits by which a type is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    One(&'static str),
    Two(&'static str, &'static str),
}

/// Whether the type is made of types that need not be asked.
fn is_sound(ty: &TokenStream) -> bool {
    ty.clone().into_iter().all(|token| match token {
        TokenTree::Ident(word) => SOUND.contains(&word.to_string().as_str()),
        TokenTree::Group(group) => is_sound(&group.stream()),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '<' | '>' | ','),
        TokenTree::Literal(_) => false,
    })
}

/// Whether one of the words is among the tokens.
fn mentions(ty: &TokenStream, words: &[&Ident]) -> bool {
    !words.is_empty()
        && ty.clone().into_iter().any(|token| match token {
            TokenTree::Ident(word) => words.contains(&&word),
            TokenTree::Group(group) => mentions(&group.stream(), words),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
}
