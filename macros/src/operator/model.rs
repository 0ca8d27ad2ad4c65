//! An operator as its function's signature tells it.
//!
//! Reading never fails on a mistake: what is wrong is kept as it stands, and `check` explains it.

use super::args::Args;
use super::mode::{self, Mode};
use super::returns::Returns;
use super::types;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Ident, Pat, PatType, Signature, Type, TypeReference, Visibility};

/// A function whose body is tokens only, so that a half-written one is read too.
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
    /// All parameters, in the order in which the function takes them.
    pub(super) params: Vec<Param>,
    pub(super) returns: Returns,
    pub(super) method: MethodKind,
}

/// Which function of an operator it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MethodKind {
    /// The only one, a free one.
    Alone,
    /// `process` of an `impl`; whether another one says what is given on.
    Process(Giving),
    /// `on_timer` of an `impl`.
    OnTimer(Giving),
}

/// Whether another function of the operator gives something on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Giving {
    /// None does.
    Here,
    /// One does, so this one need not.
    Elsewhere,
}

/// A parameter of the function.
#[derive(Debug)]
pub(super) struct Param {
    pub(super) attrs: Vec<Attribute>,
    pub(super) pat: Pat,
    /// Its type as written, without groups around it.
    pub(super) ty: Type,
    pub(super) role: ParamRole,
}

/// What a parameter is for.
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
    /// A value given when the topology is wired.
    Argument,
}

impl Model {
    /// Reads an operator; none if the function has a `self`.
    pub(super) fn of(function: Function, args: Args) -> Option<Self> {
        let mut params = Vec::new();
        for input in &function.sig.inputs {
            match input {
                FnArg::Typed(typed) => params.push(Param::of(typed, params.is_empty())),
                FnArg::Receiver(_) => return None,
            }
        }
        let returns = Returns::of(&function.sig.output);
        Some(Self { args, function, params, returns, method: MethodKind::Alone })
    }

    pub(super) fn ident(&self) -> &Ident {
        &self.function.sig.ident
    }

    /// What the operator is called: by its argument, else as its function.
    pub(super) fn name(&self) -> String {
        match self.args.name() {
            Some(name) => name.value(),
            None => self.ident().unraw().to_string(),
        }
    }

    /// How it is run.
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

    /// The parameters that are given when the topology is wired.
    pub(super) fn wired(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| matches!(param.role, ParamRole::Argument | ParamRole::Shared))
    }

    /// The type of the event, even if it is wrongly taken by reference.
    pub(super) fn event(&self) -> Option<&Type> {
        self.first(ParamRole::Event).map(Param::target).filter(|ty| !matches!(ty, Type::Infer(_)))
    }

    /// The type of the keyed state.
    pub(super) fn state(&self) -> Option<&Type> {
        self.first(ParamRole::State).map(Param::target)
    }

    /// The type of the events it gives on.
    pub(super) fn out(&self) -> Option<&Type> {
        match self.first(ParamRole::Output) {
            Some(out) => types::only_argument(out.target()),
            None => self.returns.item.as_ref(),
        }
    }

    /// The type of its errors, or the one that has no value.
    pub(super) fn error(&self) -> TokenStream {
        match &self.returns.error {
            Some(error) => quote!(#error),
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
        Self { attrs: typed.attrs.clone(), pat: (*typed.pat).clone(), ty: ty.clone(), role }
    }

    /// Its type without the reference by which it is taken.
    pub(super) fn target(&self) -> &Type {
        let by_value = matches!(self.role, ParamRole::Event | ParamRole::Argument);
        match &self.ty {
            ty if by_value && types::is_static(ty) => ty,
            Type::Reference(reference) => types::ungrouped(&reference.elem),
            ty => ty,
        }
    }

    /// Its name, if it is a plain one.
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
