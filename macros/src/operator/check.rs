//! Finds all mistakes of an operator, each at the smallest wrong token.
//!
//! Mistakes that the compiler reports well (an unknown type, one that is not `Send`) are left to
//! it.

use super::mode::Mode;
use super::model::{self, Giving, MethodKind, Model, Param, ParamRole};
use super::returns::ReturnShape;
use super::timers;
use super::types::{self, Obstacle};
use crate::errors::Errors;
use millstream_graph::sentence::methods;
use millstream_graph::sentence::operator as sentence;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{ReturnType, Safety, Signature, Type};

/// Finds every mistake of the operator.
pub(super) fn check(model: &Model, errors: &mut Errors) {
    qualifiers(&model.function.sig, errors);
    match model.method {
        MethodKind::OnTimer(_) => timer(model, errors),
        MethodKind::Alone | MethodKind::Process(_) => event(model, errors),
    }
    for param in &model.params {
        attributes(param, errors);
        match param.role {
            ParamRole::Event => {}
            ParamRole::Context => {}
            ParamRole::Output => output(param, errors),
            ParamRole::State => keepable(param.target(), "state", errors),
            ParamRole::Shared | ParamRole::Argument if model.method != MethodKind::Alone => {
                field(param, model, errors);
            }
            ParamRole::Shared => shared(param, errors),
            ParamRole::Argument => argument(param, errors),
        }
    }
    once(model, errors);
    returns(model, errors);
    generics(model, errors);
    if model.method == MethodKind::Alone {
        timers(model, errors);
        ttl(model, model.state().is_some(), errors);
        calls(model, model.mode(), model.returns.error.is_some(), errors);
    }
}

/// A timer that is set is due at some time, and `on_timer` is called then.
pub(super) fn timers(model: &Model, errors: &mut Errors) {
    let names = model.with(ParamRole::Context).filter_map(Param::ident);
    let body = &model.function.body;
    if let Some(set) =
        names.map(|name| name.unraw().to_string()).find_map(|name| timers::set_on(&name, body))
    {
        errors.say(&set, &methods::timer_without_on_timer(&set.to_string()));
    }
}

/// Only an operator that awaits has calls in flight; only a call that may fail has dead letters.
pub(super) fn calls(model: &Model, mode: Mode, can_fail: bool, errors: &mut Errors) {
    let args = model.args.calls();
    model.args.letters().check(can_fail || args.may_time_out(), errors);
    match (mode, args.first()) {
        (Mode::Stepping, Some(word)) => {
            let name = model.ident().to_string();
            let sentence = millstream_graph::sentence::calls::never_awaits;
            errors.say(word, &sentence(&name, &word.to_string()));
        }
        _ => args.check(can_fail, errors),
    }
}

/// Only state has a time to live.
pub(super) fn ttl(model: &Model, has_state: bool, errors: &mut Errors) {
    if let Some(ttl) = model.args.ttl()
        && !has_state
    {
        errors.say(ttl.key(), &millstream_graph::sentence::attribute::ttl_without_state());
    }
}

fn qualifiers(sig: &Signature, errors: &mut Errors) {
    let name = &sig.ident;
    if sig.asyncness.is_none() {
        errors.say(sig.fn_token, &sentence::not_async(&name.to_string()));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.say(token, &sentence::is_unsafe());
    }
    if let Some(abi) = &sig.abi {
        errors.say(abi, &sentence::foreign_abi());
    }
}

fn event(model: &Model, errors: &mut Errors) {
    let Some(event) = model.first(ParamRole::Event) else {
        let name = model.ident();
        errors.say(name, &sentence::no_event(&name.to_string()));
        return;
    };
    if let Some(attr) = event.attrs.iter().find(|attr| model::is_shared(attr)) {
        errors.say(attr, &sentence::event_is_shared());
        return;
    }
    let owner = types::owner(event.target()).map(|owner| format!("write `{owner}`"));
    match &event.ty {
        Type::Reference(reference) if types::unnamed(&reference.elem) => {
            errors.say(&reference.elem, &sentence::event_of_some_type());
        }
        Type::Reference(reference) if !types::is_static(&event.ty) => {
            let (and, mutability) = (&reference.and_token, &reference.mutability);
            let help = match (mutability, owner) {
                (Some(_), _) => "put the event before this parameter".to_owned(),
                (None, Some(owner)) => owner,
                (None, None) => "remove the `&`".to_owned(),
            };
            errors.say(quote!(#and #mutability), &sentence::event_by_reference(&help));
        }
        ty if types::is_unsized(ty) => {
            errors.say(ty, &sentence::event_by_reference(&owner.unwrap_or_default()));
        }
        ty => match types::obstacle(ty) {
            Some(Obstacle::Unnamed(at)) => errors.say(at, &sentence::event_of_some_type()),
            _ => keepable(ty, "event", errors),
        },
    }
}

/// The first parameter of `on_timer`.
fn timer(model: &Model, errors: &mut Errors) {
    match model.first(ParamRole::Event) {
        Some(timer) if types::ends_in(&timer.ty, "Timer") => {}
        Some(timer) => errors.say(&timer.ty, &methods::timer_first()),
        None => errors.say(model.ident(), &methods::timer_first()),
    }
}

/// An argument or shared value of a method: it should be a field.
fn field(param: &Param, model: &Model, errors: &mut Errors) {
    if !borrowed(param, errors) {
        errors.say(&param.ty, &methods::value_is_field(&model.ident().to_string()));
    }
}

fn attributes(param: &Param, errors: &mut Errors) {
    for attr in &param.attrs {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            errors.say(attr, &sentence::conditional_parameter());
        }
        if model::is_shared(attr) && attr.meta.require_path_only().is_err() {
            errors.say(&attr.meta, &sentence::shared_takes_nothing());
        }
    }
}

fn output(param: &Param, errors: &mut Errors) {
    if types::only_argument(param.target()).is_none() {
        errors.say(param.target(), &sentence::output_without_type());
    }
    if let Some(item) = types::only_argument(param.target()) {
        keepable(item, "sent event", errors);
    }
}

fn shared(param: &Param, errors: &mut Errors) {
    if borrowed(param, errors) {
        return;
    }
    let marked = param.attrs.iter().any(model::is_shared);
    match &param.ty {
        Type::Reference(reference) if !marked => {
            errors.say(reference.and_token, &sentence::borrowed_parameter());
            return;
        }
        Type::Reference(reference) => {
            if let Some(mutability) = &reference.mutability {
                errors.say(mutability, &sentence::shared_mutably());
                return;
            }
        }
        ty => {
            errors.say(ty, &sentence::shared_by_value());
            return;
        }
    }
    stored(param, errors);
}

fn argument(param: &Param, errors: &mut Errors) {
    if !borrowed(param, errors) {
        stored(param, errors);
    }
}

/// Whether this is a context or an output that is not taken by `&mut`.
fn borrowed(param: &Param, errors: &mut Errors) -> bool {
    let sentence = if types::ends_in(param.target(), "Context") {
        sentence::context_by_mut()
    } else if types::ends_in(param.target(), "Output") {
        sentence::output_by_mut()
    } else {
        return false;
    };
    match &param.ty {
        Type::Reference(reference) => errors.say(reference.and_token, &sentence),
        ty => errors.say(ty, &sentence),
    }
    true
}

/// A parameter that becomes a field needs a name, and a type that can be one.
fn stored(param: &Param, errors: &mut Errors) {
    if param.ident().is_none() {
        errors.say(&param.pat, &sentence::argument_without_name());
    }
    keepable(param.target(), "value given when wiring", errors);
}

/// Checks a type whose values outlive the call.
fn keepable(ty: &Type, what: &str, errors: &mut Errors) {
    match types::obstacle(ty) {
        Some(Obstacle::Borrows(at)) => errors.say(at, &sentence::borrows(what)),
        Some(Obstacle::Unnamed(at)) => errors.say(at, &sentence::unnamed_type(what)),
        None => {}
    }
}

/// At most one state, one context, one output.
fn once(model: &Model, errors: &mut Errors) {
    for (role, sentence) in [
        (ParamRole::State, sentence::two_states()),
        (ParamRole::Context, sentence::two_contexts()),
        (ParamRole::Output, sentence::two_outputs()),
    ] {
        for again in model.with(role).skip(1) {
            match &again.ty {
                Type::Reference(reference) => {
                    let (and, mutability) = (&reference.and_token, &reference.mutability);
                    errors.say(quote!(#and #mutability), &sentence);
                }
                ty => errors.say(ty, &sentence),
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
    if model.first(ParamRole::Output).is_some() {
        let typed =
            model.with(ParamRole::Output).all(|out| types::only_argument(out.target()).is_some());
        if !returns.is_nothing() && typed {
            errors.say(at, &sentence::output_and_result());
        }
    } else {
        given(model, at, errors);
    }
    if let Some(item) = returns.item.as_ref().filter(|_| returns.future().is_none()) {
        keepable(item, "result", errors);
    }
    if let Some(error) = &returns.error {
        keepable(error, "error", errors);
    }
}

/// Checks the return type of an operator without an output.
fn given(model: &Model, at: impl ToTokens, errors: &mut Errors) {
    if let Some(value) = model.returns.future() {
        let value = value.map(types::written);
        errors.say(at, &sentence::future_as_result(value.as_deref()));
        return;
    }
    match model.returns.shape {
        ReturnShape::One | ReturnShape::Many | ReturnShape::ByType => {}
        // It has an output of another type, which is reported already.
        ReturnShape::Nothing if model.params.iter().any(is_output) => {}
        ReturnShape::Nothing if gives_elsewhere(model.method) => {}
        ReturnShape::Nothing => errors.say(at, &sentence::no_result()),
        ReturnShape::Untyped => errors.say(at, &sentence::iterator_without_item()),
        ReturnShape::Unnamed if model.returns.is_stream() => {
            errors.say(at, &sentence::stream_as_result())
        }
        ReturnShape::Unnamed => errors.say(at, &sentence::unnamed_result()),
    }
}

fn gives_elsewhere(method: MethodKind) -> bool {
    matches!(
        method,
        MethodKind::Process(Giving::Elsewhere) | MethodKind::OnTimer(Giving::Elsewhere)
    )
}

/// Whether this is an output, however it is taken.
fn is_output(param: &Param) -> bool {
    types::ends_in(param.target(), "Output")
}

/// Type parameters are inferred from the event and the arguments.
fn generics(model: &Model, errors: &mut Errors) {
    let Some(event) = model.event() else { return };
    for parameter in types::parameters(&model.function.sig.generics) {
        let given = model.wired().any(|param| types::mentions(param.target(), parameter));
        if !given && !types::mentions(event, parameter) {
            errors.say(parameter, &sentence::undetermined_parameter(&parameter.to_string()));
        }
    }
}
