//! What is wrong with an operator, all of it, each at the smallest token that is wrong.
//!
//! What the compiler tells well by itself (an unknown type, one that is not `Send`) is left to it.

use super::model::{self, Model, Param, Role};
use super::returns::Shape;
use super::types::{self, Obstacle};
use crate::errors::Errors;
use quote::{ToTokens, quote};
use syn::{ReturnType, Safety, Signature, Type};

/// Finds every mistake of the operator.
pub(super) fn check(model: &Model, errors: &mut Errors) {
    qualifiers(&model.function.sig, errors);
    event(model, errors);
    for param in &model.params {
        attributes(param, errors);
        match param.role {
            Role::Event => {}
            Role::Context => {}
            Role::Output => output(param, errors),
            Role::State => keepable(param.target(), "state", errors),
            Role::Shared => shared(param, model, errors),
            Role::Argument => argument(param, model, errors),
        }
    }
    once(model, errors);
    returns(model, errors);
    generics(model, errors);
}

fn qualifiers(sig: &Signature, errors: &mut Errors) {
    let name = &sig.ident;
    if sig.asyncness.is_none() {
        errors.push(
            sig.fn_token,
            "an operator is an `async fn`: add `async`",
            format_args!(
                "write `async fn {name}(…)`, also if it never awaits: it then runs as a plain loop"
            ),
        );
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.push(
            token,
            "an operator is called by the runtime, which cannot vouch for `unsafe`",
            "remove it and put the `unsafe` block into the body",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.push(abi, "an operator has the ABI of Rust", "remove the `extern`");
    }
}

fn event(model: &Model, errors: &mut Errors) {
    let Some(event) = model.first(Role::Event) else {
        let name = model.ident();
        errors.push(
            name,
            "an operator takes an event",
            format_args!(
                "write `{name}(event: Event)`, with the event type of the stream before it"
            ),
        );
        return;
    };
    if let Some(attr) = event.attrs.iter().find(|attr| model::is_shared(attr)) {
        errors.push(
            attr,
            "the first parameter is the event, which is never shared",
            "remove the attribute, or put the event before this parameter",
        );
        return;
    }
    match &event.ty {
        Type::Reference(reference) if !types::is_static(&event.ty) => {
            let (and, mutability) = (&reference.and_token, &reference.mutability);
            let help = match mutability {
                Some(_) => "put the event before this parameter",
                None => "remove the `&`",
            };
            let wrong = "the first parameter is the event, by value";
            errors.push(quote!(#and #mutability), wrong, help);
        }
        ty => match types::obstacle(ty) {
            Some(Obstacle::Unnamed(at)) => errors.push(
                at,
                "the type of the event needs a name",
                "write the type, or a type parameter: `async fn f<T: Send + 'static>(event: T)`",
            ),
            _ => keepable(ty, "event", errors),
        },
    }
}

fn attributes(param: &Param, errors: &mut Errors) {
    for attr in &param.attrs {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            errors.push(
                attr,
                "the parameters of an operator are the same in every build",
                "write the function twice, each under its own `#[cfg]`",
            );
        }
        if model::is_shared(attr) && attr.meta.require_path_only().is_err() {
            errors.push(&attr.meta, "`#[shared]` takes no arguments", "write `#[shared]`");
        }
    }
}

fn output(param: &Param, errors: &mut Errors) {
    if types::only_argument(param.target()).is_none() {
        errors.push(param.target(), "what it sends is not written", "write `&mut Output<T>`");
    }
    if let Some(item) = types::only_argument(param.target()) {
        keepable(item, "sent event", errors);
    }
}

fn shared(param: &Param, model: &Model, errors: &mut Errors) {
    if borrowed(param, errors) {
        return;
    }
    let marked = param.attrs.iter().any(model::is_shared);
    match &param.ty {
        Type::Reference(reference) if !marked => {
            errors.push(
                reference.and_token,
                "a borrowed parameter is shared by all instances",
                "write `#[shared]` before it, or take the value without `&`",
            );
            return;
        }
        Type::Reference(reference) => {
            if let Some(mutability) = &reference.mutability {
                errors.push(
                    mutability,
                    "what all instances share cannot be changed by one",
                    "take `&`, with a lock inside if it must change",
                );
                return;
            }
        }
        ty => {
            errors.push(ty, "a shared parameter is borrowed", "write `&` before its type");
            return;
        }
    }
    stored(param, model, errors);
}

fn argument(param: &Param, model: &Model, errors: &mut Errors) {
    if !borrowed(param, errors) {
        stored(param, model, errors);
    }
}

/// Whether this is a context or an output that is not taken by `&mut`.
fn borrowed(param: &Param, errors: &mut Errors) -> bool {
    let (wrong, help) = if types::ends_in(param.target(), "Context") {
        ("the context is taken by `&mut`", "write `&mut Context`")
    } else if types::ends_in(param.target(), "Output") {
        ("the output is taken by `&mut`", "write `&mut Output<T>`")
    } else {
        return false;
    };
    match &param.ty {
        Type::Reference(reference) => errors.push(reference.and_token, wrong, help),
        ty => errors.push(ty, wrong, help),
    }
    true
}

/// A parameter that becomes a field needs a name, and a type that can be one.
fn stored(param: &Param, model: &Model, errors: &mut Errors) {
    if param.ident().is_none() {
        errors.push(
            &param.pat,
            "a value given when wiring needs a name",
            "write a name here and take it apart in the body",
        );
    }
    let ty = param.target();
    keepable(ty, "value given when wiring", errors);
    if let Some(parameter) = types::parameter_in(ty, &model.function.sig.generics) {
        errors.push(
            ty,
            format_args!("a value given when wiring cannot depend on `{parameter}`"),
            "write a type without type parameters; only what belongs to the event can have them",
        );
    }
}

/// A type whose values outlive the call.
fn keepable(ty: &Type, what: &str, errors: &mut Errors) {
    match types::obstacle(ty) {
        Some(Obstacle::Borrows(at)) => errors.push(
            at,
            format_args!("the {what} outlives the call, so it cannot borrow"),
            "write an owned type, such as `String` for `&str`",
        ),
        Some(Obstacle::Unnamed(at)) => errors.push(
            at,
            format_args!("the type of the {what} needs a name"),
            "write the type itself",
        ),
        None => {}
    }
}

/// At most one state, one context, one output.
fn once(model: &Model, errors: &mut Errors) {
    for (role, wrong, help) in [
        (
            Role::State,
            "an operator has one state for each key",
            "put both into one struct; a value that never changes is taken without `&mut`",
        ),
        (Role::Context, "there is one context", "remove this parameter"),
        (Role::Output, "an operator has one output", "send both kinds of event as one `enum`"),
    ] {
        for again in model.with(role).skip(1) {
            match &again.ty {
                Type::Reference(reference) => {
                    let (and, mutability) = (&reference.and_token, &reference.mutability);
                    errors.push(quote!(#and #mutability), wrong, help);
                }
                ty => errors.push(ty, wrong, help),
            }
        }
    }
}

fn returns(model: &Model, errors: &mut Errors) {
    let returns = &model.returns;
    let at = match &model.function.sig.output {
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => model.ident().to_token_stream(),
    };
    if model.first(Role::Output).is_some() {
        if returns.shape == Shape::Alias {
            alias(at, errors);
        } else if !returns.is_nothing() {
            errors.push(
                at,
                "an operator with an output sends its results",
                "return nothing or `Result<(), E>`, or remove the output",
            );
        }
    } else {
        given(model, at, errors);
    }
    if let Some(item) = &returns.item {
        keepable(item, "result", errors);
    }
    if let Some(error) = &returns.error {
        keepable(error, "error", errors);
    }
}

/// What an operator without an output gives back.
fn given(model: &Model, at: impl ToTokens, errors: &mut Errors) {
    match model.returns.shape {
        Shape::One | Shape::Many => {}
        Shape::Nothing => errors.push(
            at,
            "an operator gives something back",
            "return `T`, `Option<T>`, `Vec<T>`, `impl Iterator<Item = T>` or a `Result` of these; \
             to end a stream use a sink",
        ),
        Shape::Alias => alias(at, errors),
        Shape::Untyped => errors.push(
            at,
            "what the iterator gives is not written",
            "write `impl Iterator<Item = T>`",
        ),
        Shape::Unnamed if model.returns.is_stream() => errors.push(
            at,
            "an operator does not return a stream",
            "take `out: &mut Output<T>` and send each result, or return `impl Iterator<Item = T>`",
        ),
        Shape::Unnamed => errors.push(
            at,
            "the type of the result needs a name",
            "write the type itself, or `impl Iterator<Item = T>` for many results",
        ),
    }
}

fn alias(at: impl ToTokens, errors: &mut Errors) {
    errors.push(at, "the type of the error is not written", "write `Result<T, E>` with both types");
}

/// Only the event says what a type parameter is.
fn generics(model: &Model, errors: &mut Errors) {
    let Some(event) = model.event() else { return };
    for parameter in types::parameters(&model.function.sig.generics) {
        if !types::mentions(event, parameter) {
            errors.push(
                parameter,
                format_args!(
                    "nothing says what `{parameter}` is: it is not in the type of the event"
                ),
                "write the type itself instead",
            );
        }
    }
}
