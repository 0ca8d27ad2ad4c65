//! `#[operator] impl Type { … }`: an operator that is a type with methods.
//!
//! `process` has the role of the `async fn`; `on_timer` is called for its timers. The `impl` itself
//! is left unchanged.

use super::args::Args;
use super::callee::{CallResult, Callee};
use super::check;
use super::impls::{Impls, Methods};
use super::mode::Mode;
use super::model::{Function, Giving, MethodKind, Model, ParamRole};
use super::returns::ReturnShape;
use super::types;
use super::unknown::{self, Target};
use crate::errors::Errors;
use millstream_graph::sentence::methods as sentence;
use millstream_graph::suggest;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Generics, Receiver, ReceiverKind, Token, Type};

const PROCESS: &str = "process";
const ON_TIMER: &str = "on_timer";

/// Planned methods of operators.
const PLANNED: &[&str] = &["open", "close"];

/// An `impl` block; the bodies of its functions are unparsed tokens.
struct ImplItem {
    attrs: Vec<Attribute>,
    word: Token![impl],
    generics: Generics,
    target: Type,
    of_trait: Option<Token![for]>,
    functions: Vec<Function>,
}

impl Parse for ImplItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let word = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let target = input.parse()?;
        let of_trait: Option<Token![for]> = input.parse()?;
        let target = match of_trait {
            Some(_) => input.parse()?,
            None => target,
        };
        generics.where_clause = input.parse()?;
        let content;
        syn::braced!(content in input);
        let functions = functions(content.parse()?);
        Ok(Self { attrs, word, generics, target, of_trait, functions })
    }
}

/// The functions among the items; each ends with its body.
fn functions(items: TokenStream) -> Vec<Function> {
    let mut found = Vec::new();
    let mut item = TokenStream::new();
    for token in items {
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        item.extend([token]);
        if ends {
            found.extend(syn::parse2::<Function>(std::mem::take(&mut item)));
        }
    }
    found
}

/// A method of the operator.
struct Method {
    model: Model,
    receiver: Option<Receiver>,
}

impl ImplItem {
    /// The function with this name, as a method of the operator.
    fn method(&self, name: &str, args: Args) -> Option<Method> {
        let function = self.functions.iter().find(|function| is_called(function, name))?;
        let mut function = function.clone();
        let receiver = function.sig.receiver().cloned();
        let inputs = std::mem::take(&mut function.sig.inputs);
        function.sig.inputs =
            inputs.into_iter().filter(|input| !matches!(input, FnArg::Receiver(_))).collect();
        Some(Method { model: Model::of(function, args), receiver })
    }

    /// Checks the names of its functions.
    fn check(&self, errors: &mut Errors) {
        let names = || self.functions.iter().map(|function| function.sig.ident.unraw().to_string());
        let has = |name: &str| names().any(|found| found == name);
        let near = |name: &str| names().find(|found| suggest::closest(found, [name]).is_some());
        let misspelt = (!has(PROCESS)).then(|| near(PROCESS)).flatten();
        if !has(PROCESS) {
            let at =
                self.functions.iter().find(|f| misspelt.as_ref().is_some_and(|n| is_called(f, n)));
            let at =
                at.map_or_else(|| self.target.to_token_stream(), |f| f.sig.ident.to_token_stream());
            errors.say(at, &sentence::no_process(misspelt.as_deref()));
        }
        for function in &self.functions {
            let name = function.sig.ident.unraw().to_string();
            let meant = (!has(ON_TIMER)).then(|| suggest::closest(&name, [ON_TIMER])).flatten();
            if PLANNED.contains(&name.as_str()) || meant.is_some() {
                errors.say(&function.sig.ident, &sentence::not_called(&name, meant));
            }
        }
    }

    /// Its `#[cfg]` attributes.
    fn cfg(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    /// The name of the type.
    fn name(&self) -> String {
        let segment = types::last_segment(&self.target);
        segment.map_or_else(String::new, |segment| segment.ident.unraw().to_string())
    }
}

fn is_called(function: &Function, name: &str) -> bool {
    function.sig.ident.unraw() == name
}

/// Whether this is a misspelt `on_timer`, which is reported already.
fn is_almost_on_timer(function: &Function) -> bool {
    suggest::closest(&function.sig.ident.unraw().to_string(), [ON_TIMER]).is_some()
}

/// Expands `#[operator(args)] impl Type { … }`.
pub(super) fn expand(args: Args, item: &TokenStream, mut errors: Errors) -> TokenStream {
    let Ok(item_impl) = syn::parse2::<ImplItem>(item.clone()) else {
        // The compiler reports it.
        let errors = errors.to_tokens();
        return quote!(#item #errors);
    };
    let runtime = args.runtime();
    let code = match item_impl.of_trait {
        Some(_) => {
            errors.say(item_impl.word, &sentence::of_a_trait());
            None
        }
        None => code(&item_impl, args, &mut errors),
    };
    let messages = match code {
        Some(_) => errors.to_tokens(),
        None => {
            let target = Target::plain(item_impl.target.to_token_stream());
            let target = target.with(&item_impl.generics, runtime);
            unknown::implementation(&target, &item_impl.cfg().collect::<Vec<_>>(), &errors)
        }
    };
    let allowed = item_impl.of_trait.is_none().then(|| {
        quote! {
            #[allow(clippy::unused_async, reason = "few await")]
            #[allow(clippy::ptr_arg, reason = "the state is what it is")]
        }
    });
    quote!(#allowed #item #code #messages)
}

/// The impls of the runtime's traits, as far as they are known.
fn code(item_impl: &ImplItem, args: Args, errors: &mut Errors) -> Option<TokenStream> {
    item_impl.check(errors);
    let mut process = item_impl.method(PROCESS, args)?;
    let mut on_timer = item_impl.method(ON_TIMER, Args::default());
    place(&mut process, on_timer.as_mut());
    for method in [Some(&process), on_timer.as_ref()].into_iter().flatten() {
        borrows_itself(method, errors);
        check::check(&method.model, errors);
    }
    let has_state = [Some(&process), on_timer.as_ref()]
        .into_iter()
        .flatten()
        .any(|method| method.model.state().is_some());
    check::ttl(&process.model, has_state, errors);
    let methods = || [Some(&process), on_timer.as_ref()].into_iter().flatten();
    let mode = match methods().any(|method| method.model.mode() == Mode::Awaits) {
        true => Mode::Awaits,
        false => Mode::Stepping,
    };
    let can_fail = methods().any(|method| method.model.returns.error.is_some());
    check::calls(&process.model, mode, can_fail, errors);
    if on_timer.is_none() && !item_impl.functions.iter().any(is_almost_on_timer) {
        check::timers(&process.model, errors);
    }
    if let Some(on_timer) = &on_timer {
        alike(&process.model, &on_timer.model, errors);
        if let Some(error) = &on_timer.model.returns.error
            && process.model.args.letters().are_wanted()
        {
            errors.say(error, &millstream_graph::sentence::letters::timer_has_no_event());
        }
    }
    let event = process.model.event()?;
    let out = process.model.out().or_else(|| on_timer.as_ref()?.model.out())?;
    let (path, receiver) = calls(&process);
    let methods = Methods {
        name: process.model.args.name().map_or_else(|| item_impl.name(), |name| name.value()),
        target: item_impl.target.to_token_stream(),
        generics: &item_impl.generics,
        process: Callee { model: &process.model, path, receiver, result: CallResult::Future },
        on_timer: on_timer.as_ref().map(|method| {
            let (path, receiver) = calls(method);
            Callee { model: &method.model, path, receiver, result: CallResult::Future }
        }),
    };
    let impls = Impls::of_methods(methods, event, out);
    let cfg = item_impl.cfg();
    if !errors.is_empty() {
        let is_sound = |ty: &Type| types::obstacle(ty).is_none() && !types::is_unsized(ty);
        let known = process.model.knows(event) && is_sound(event) && is_sound(out);
        let hollow = known.then(|| impls.hollow(&[], is_sound))?;
        return Some(quote!(#(#cfg)* const _: () = { #hollow };));
    }
    let impls = impls.checked();
    let operator = impls.operator(mode);
    let step = match mode {
        Mode::Stepping => impls.step(),
        Mode::Awaits => impls.await_step(),
    };
    Some(quote!(#(#cfg)* #[allow(unexpected_cfgs)] const _: () = { #operator #step };))
}

/// One of the two methods emits events; the other may.
fn place(process: &mut Method, on_timer: Option<&mut Method>) {
    let gives = |method: &Method| {
        let silent = method.model.first(ParamRole::Output).is_none()
            && method.model.returns.shape == ReturnShape::Nothing;
        if silent { Giving::Here } else { Giving::Elsewhere }
    };
    process.model.method = MethodKind::Process(Giving::Here);
    if let Some(on_timer) = on_timer {
        on_timer.model.method = MethodKind::OnTimer(gives(process));
        process.model.method = MethodKind::Process(gives(on_timer));
    }
}

/// State, result and error have the same type in both methods, as far as it is written.
fn alike(process: &Model, on_timer: &Model, errors: &mut Errors) {
    let parts = [
        ("state", process.state(), on_timer.state()),
        ("result", process.out(), on_timer.out()),
        ("error", process.returns.error.as_ref(), on_timer.returns.error.as_ref()),
    ];
    for (what, first, second) in parts {
        let Some((first, second)) = first.zip(second) else { continue };
        // The same type may be written with more or less of its path.
        let end = |ty| types::last_segment(ty).map(|end| end.to_token_stream().to_string());
        let whole = |ty: &Type| ty.to_token_stream().to_string();
        if end(first).unwrap_or_else(|| whole(first))
            != end(second).unwrap_or_else(|| whole(second))
        {
            errors.say(second, &sentence::two_types(what, &types::written(first)));
        }
    }
}

/// A receiver is `&self`.
fn borrows_itself(method: &Method, errors: &mut Errors) {
    let Some(receiver) = &method.receiver else { return };
    if !matches!(receiver.kind, ReceiverKind::Reference(_, _, None)) {
        errors.say(receiver, &sentence::self_by_reference());
    }
}

/// The path of a method, and its receiver.
fn calls(method: &Method) -> (TokenStream, TokenStream) {
    let ident = method.model.ident();
    let span = Span::mixed_site().located_at(ident.span());
    let receiver = method.receiver.as_ref().map(|_| quote_spanned!(span=> &*self,));
    (quote_spanned!(span=> Self::#ident), receiver.unwrap_or_default())
}
