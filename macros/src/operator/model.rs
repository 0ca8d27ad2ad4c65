//! An operator, read from the signature of its function.
//!
//! Reading does not fail on mistakes: wrong parts are kept as written, and reported by `check`.

use super::args::Args;
use super::mode::{self, Mode};
use super::returns::{Names, ReturnShape, Returns};
use super::types;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, FnArg, Ident, Pat, PatType, Signature, Type, TypeParam, TypeReference, Visibility,
};

/// A function whose body is unparsed, so that it may be half-written.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let function = Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: TokenStream::new(),
        };
        if input.is_empty() || input.peek(syn::Token![;]) {
            return Err(input.error("a function without a body"));
        }
        Ok(Self { body: input.parse()?, ..function })
    }
}

/// An operator.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) args: Args,
    pub(super) function: Function,
    /// All parameters, in order.
    pub(super) params: Vec<Param>,
    pub(super) returns: Returns,
    pub(super) method: MethodKind,
    /// A type parameter for each argument that is an `impl Trait`.
    pub(super) unnamed: Vec<TypeParam>,
}

/// The role of a function in an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MethodKind {
    /// A free function.
    Alone,
    /// `process` of an `impl`.
    Process(Giving),
    /// `on_timer` of an `impl`.
    OnTimer(Giving),
}

/// Whether another method of the operator emits events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Giving {
    /// None does: this one has to.
    Here,
    /// One does: this one may.
    Elsewhere,
}

/// A parameter of the function.
#[derive(Debug)]
pub(super) struct Param {
    pub(super) attrs: Vec<Attribute>,
    pub(super) pat: Pat,
    /// Its type as written, without groups around it; a type parameter for an argument that is an
    /// `impl Trait`.
    pub(super) ty: Type,
    /// Its type as written.
    pub(super) written: Type,
    pub(super) role: ParamRole,
}

/// The role of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParamRole {
    /// The event: the first parameter.
    Event,
    /// `&mut Context`.
    Context,
    /// `&mut Output<T>`.
    Output,
    /// Another `&mut S`.
    State,
    /// `#[shared] x: &X`; without the attribute it is a mistake.
    Shared,
    /// An argument, passed in the topology.
    Argument,
}

impl Model {
    /// Reads an operator, without its `self` if it has one.
    pub(super) fn of(function: Function, args: Args) -> Self {
        let mut params: Vec<Param> = Vec::new();
        for input in &function.sig.inputs {
            if let FnArg::Typed(typed) = input {
                params.push(Param::of(typed, params.is_empty()));
            }
        }
        let wired = params.iter_mut().filter(|param| param.is_wired());
        let unnamed = wired.filter_map(Param::name_type).collect();
        let mut returns = Returns::of(&function.sig.output);
        let sends = params.iter().any(|param| param.role == ParamRole::Output);
        let of_timer = function.sig.ident == "on_timer";
        let names = Names { runtime: &args.runtime(), of_timer };
        returns.complete(names, sends, &function.sig.generics);
        Self { args, function, params, returns, method: MethodKind::Alone, unnamed }
    }

    pub(super) fn ident(&self) -> &Ident {
        &self.function.sig.ident
    }

    /// The name of the operator: that of the attribute, or of the function.
    pub(super) fn name(&self) -> String {
        match self.args.name() {
            Some(name) => name.value(),
            None => self.ident().unraw().to_string(),
        }
    }

    /// The constants of its return type, if they decide.
    pub(super) fn names_of_return<'a>(
        &self,
        runtime: &'a TokenStream,
    ) -> Option<(Names<'a>, &Type)> {
        let of_timer = self.ident() == "on_timer";
        let decides = self.returns.shape == ReturnShape::ByType;
        self.returns.ty.as_ref().filter(|_| decides).map(|ty| (Names { runtime, of_timer }, ty))
    }

    /// How it runs.
    pub(super) fn mode(&self) -> Mode {
        match self.first(ParamRole::Output) {
            Some(_) => Mode::Awaits,
            None => mode::mode(&self.function.attrs, &self.function.body),
        }
    }

    /// The parameters with this role.
    pub(super) fn with(&self, role: ParamRole) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(move |param| param.role == role)
    }

    /// The first parameter with this role.
    pub(super) fn first(&self, role: ParamRole) -> Option<&Param> {
        self.with(role).next()
    }

    /// The parameters that are passed in the topology.
    pub(super) fn wired(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|param| param.is_wired())
    }

    /// The type of the event, without a reference written by mistake.
    pub(super) fn event(&self) -> Option<&Type> {
        self.first(ParamRole::Event).map(Param::target).filter(|ty| !matches!(ty, Type::Infer(_)))
    }

    /// Whether this is the type of the event, though the first parameter may be wrong.
    pub(super) fn knows(&self, event: &Type) -> bool {
        let Some(first) = self.params.first() else { return false };
        let (changed, borrowed) = match &first.ty {
            Type::Reference(reference) => (reference.mutability.is_some(), true),
            _ => (false, false),
        };
        let elsewhere = changed || first.attrs.iter().any(is_shared);
        let owned = borrowed && !types::is_static(&first.ty) && types::owner(event).is_some();
        !elsewhere && !owned && !types::is_unsized(event)
    }

    /// The type of the keyed state.
    pub(super) fn state(&self) -> Option<&Type> {
        self.first(ParamRole::State).map(Param::target)
    }

    /// The type of the events it emits.
    pub(super) fn out(&self) -> Option<&Type> {
        match self.first(ParamRole::Output) {
            Some(out) => types::only_argument(out.target()),
            None => self.returns.item.as_ref(),
        }
    }

    /// The type of its errors; `TimedOut` if only its calls can fail, by taking too long.
    pub(super) fn error(&self) -> TokenStream {
        match &self.returns.error {
            Some(error) => quote!(#error),
            None if self.args.calls().may_time_out() => {
                let runtime = self.args.runtime();
                quote!(#runtime::operator::TimedOut)
            }
            None => quote!(::core::convert::Infallible),
        }
    }
}

impl Param {
    fn of(typed: &PatType, first: bool) -> Self {
        let ty = types::ungrouped(&typed.ty);
        let role = match ty {
            _ if first => ParamRole::Event,
            _ if typed.attrs.iter().any(is_shared) => ParamRole::Shared,
            Type::Reference(TypeReference { mutability: Some(_), elem, .. }) => {
                if types::ends_in(elem, "Context") {
                    ParamRole::Context
                } else if types::ends_in(elem, "Output") {
                    ParamRole::Output
                } else {
                    ParamRole::State
                }
            }
            Type::Reference(_) if !types::is_static(ty) => ParamRole::Shared,
            _ => ParamRole::Argument,
        };
        let (attrs, pat) = (typed.attrs.clone(), (*typed.pat).clone());
        Self { attrs, pat, ty: ty.clone(), written: ty.clone(), role }
    }

    /// Whether it is passed in the topology.
    pub(super) fn is_wired(&self) -> bool {
        matches!(self.role, ParamRole::Argument | ParamRole::Shared)
    }

    /// Its type without the reference.
    pub(super) fn target(&self) -> &Type {
        let by_value = matches!(self.role, ParamRole::Event | ParamRole::Argument);
        match &self.ty {
            ty if by_value && types::is_static(ty) => ty,
            Type::Reference(reference) => types::ungrouped(&reference.elem),
            ty => ty,
        }
    }

    /// The type parameter for an argument that is an `impl Trait`, which gets its name as its type.
    fn name_type(&mut self) -> Option<TypeParam> {
        let Type::ImplTrait(unnamed) = self.target() else { return None };
        let bounds = unnamed.bounds.clone();
        let name = self.ident()?.unraw().to_string();
        let name = Ident::new(&format!("__{name}"), Span::call_site());
        let named: Type = syn::parse_quote!(#name);
        match (&mut self.ty, self.role) {
            (Type::Reference(reference), ParamRole::Shared) => *reference.elem = named,
            (ty, _) => *ty = named,
        }
        Some(TypeParam { bounds, ..TypeParam::from(name) })
    }

    /// Its name, if its pattern is one.
    pub(super) fn ident(&self) -> Option<&Ident> {
        match &self.pat {
            Pat::Ident(pat) if pat.subpat.is_none() => Some(&pat.ident),
            _ => None,
        }
    }
}

/// Whether this is `#[shared]`.
pub(super) fn is_shared(attr: &Attribute) -> bool {
    attr.path().is_ident("shared")
}
