//! The type parameters of the struct that represents the function: those of its fields.
//!
//! An argument that is an `impl Trait` has a parameter of its own. Parameters of the event alone
//! belong to the impls only, so that a topology can write `name {}`.

use super::model::{Model, ParamRole};
use super::types;
use syn::{GenericParam, Generics, Ident, TypeParamBound, WherePredicate};

/// The generics of the impls: those of the function without lifetimes, which only borrows have, and
/// those of its arguments.
pub(super) fn of_impls(model: &Model) -> Generics {
    let mut generics = without_lifetimes(&model.function.sig.generics);
    generics.params.extend(model.unnamed.iter().cloned().map(GenericParam::Type));
    for param in model.wired() {
        let needed: [TypeParamBound; 3] = match param.role {
            ParamRole::Shared => [
                syn::parse_quote!(::core::marker::Send),
                syn::parse_quote!(::core::marker::Sync),
                syn::parse_quote!('static),
            ],
            _ => [
                syn::parse_quote!(::core::clone::Clone),
                syn::parse_quote!(::core::marker::Send),
                syn::parse_quote!('static),
            ],
        };
        let mentioned =
            generics.type_params_mut().filter(|held| types::mentions(param.target(), &held.ident));
        mentioned.for_each(|held| held.bounds.extend(needed.iter().cloned()));
    }
    generics
}

/// The generics of the struct.
pub(super) fn of_struct(model: &Model) -> Generics {
    let all = of_impls(model);
    let is_held = |name: &Ident| model.wired().any(|param| types::mentions(param.target(), name));
    let others: Vec<Ident> =
        types::parameters(&all).filter(|name| !is_held(name)).cloned().collect();
    without(all, &others.iter().collect::<Vec<_>>())
}

/// The generics without lifetimes.
pub(super) fn without_lifetimes(generics: &Generics) -> Generics {
    let mut kept = generics.clone();
    kept.params = kept
        .params
        .into_iter()
        .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
        .collect();
    for param in kept.type_params_mut() {
        param.bounds = param.bounds.clone().into_iter().filter(holds_always).collect();
    }
    if let Some(clause) = &mut kept.where_clause {
        clause.predicates = clause
            .predicates
            .clone()
            .into_iter()
            .filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_)))
            .collect();
    }
    kept
}

fn holds_always(bound: &TypeParamBound) -> bool {
    !matches!(bound, TypeParamBound::Lifetime(lifetime) if lifetime.ident != "static")
}

/// The generics without these type and const parameters and without the clauses that name them.
pub(super) fn without(mut generics: Generics, parameters: &[&Ident]) -> Generics {
    let named = |param: &GenericParam| match param {
        GenericParam::Type(param) => parameters.contains(&&param.ident),
        GenericParam::Const(param) => parameters.contains(&&param.ident),
        GenericParam::Lifetime(_) => false,
    };
    generics.params = generics.params.into_iter().filter(|param| !named(param)).collect();
    if let Some(clause) = &mut generics.where_clause {
        clause.predicates = clause
            .predicates
            .clone()
            .into_iter()
            .filter(|predicate| {
                !parameters.iter().any(|word| types::clause_mentions(predicate, word))
            })
            .collect();
    }
    generics
}
