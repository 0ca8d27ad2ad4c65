//! The impls of the runtime's traits for an operator.

use super::callee::Callee;
use super::calls::{CallTypes, OrderWord};
use super::mode::Mode;
use super::model::{MethodKind, Model};
use super::returns::ReturnShape;
use super::{held, timers, types};
use crate::beside::not_greyed;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Ident, Type};

/// What the impls have in common.
pub(super) struct Impls<'a> {
    model: &'a Model,
    pub(super) event: &'a Type,
    pub(super) out: &'a Type,
    pub(super) state: TokenStream,
    pub(super) error: TokenStream,
    pub(super) runtime: TokenStream,
    /// Its name.
    name: String,
    /// The type that implements the traits.
    pub(super) target: TokenStream,
    /// The function for an event.
    pub(super) process: Callee<'a>,
    /// The function for a timer that is due.
    pub(super) on_timer: Option<Callee<'a>>,
    pub(super) generics: Generics,
    /// The span of the operator's name, with hygiene of our own.
    pub(super) span: Span,
    /// Whether the types depend on the [checks](super::sound).
    pub(super) checks: Checks,
    /// Whether its state and its error are types as written.
    pub(super) has_state: bool,
    pub(super) has_error: bool,
}

/// Whether the types of an operator are checked: not if it has mistakes already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checks {
    Made,
    Omitted,
}

/// An operator that is a type with methods.
pub(super) struct Methods<'a> {
    pub(super) name: String,
    pub(super) target: TokenStream,
    pub(super) generics: &'a Generics,
    pub(super) process: Callee<'a>,
    pub(super) on_timer: Option<Callee<'a>>,
}

impl<'a> Impls<'a> {
    /// The impls for a model, with the types of the event and the results.
    pub(super) fn of(model: &'a Model, event: &'a Type, out: &'a Type) -> Self {
        Self {
            model,
            event,
            out,
            state: model.state().map_or_else(|| quote!(()), |state| quote!(#state)),
            error: model.error(),
            runtime: model.args.runtime(),
            name: model.name(),
            target: target(model),
            process: Callee::function(model),
            on_timer: None,
            generics: held::of_impls(model),
            span: Span::mixed_site().located_at(model.ident().span()),
            checks: Checks::Omitted,
            has_state: model.state().is_some(),
            has_error: model.returns.error.is_some(),
        }
    }

    /// The impls for a type with methods.
    pub(super) fn of_methods(methods: Methods<'a>, event: &'a Type, out: &'a Type) -> Self {
        let Methods { name, target, generics, process, on_timer } = methods;
        let (model, timer) = (process.model, on_timer.as_ref().map(|timer| timer.model));
        let state = model.state().or_else(|| timer?.state());
        let error = match timer {
            Some(timer) if model.returns.error.is_none() && timer.returns.error.is_some() => {
                timer.error()
            }
            _ => model.error(),
        };
        let has_state = state.is_some();
        let has_error =
            [Some(model), timer].into_iter().flatten().any(|model| model.returns.error.is_some());
        let state = state.map_or_else(|| quote!(()), |state| quote!(#state));
        let mut all = held::without_lifetimes(generics);
        let own = held::without_lifetimes(&model.function.sig.generics);
        all.params.extend(own.params);
        if let Some(clause) = own.where_clause {
            all.make_where_clause().predicates.extend(clause.predicates);
        }
        Self {
            state,
            error,
            name,
            target,
            process,
            on_timer,
            generics: all,
            has_state,
            has_error,
            ..Self::of(model, event, out)
        }
    }

    /// `impl Operator`: types, name, shape, and the snapshot of an event.
    pub(super) fn operator(&self, mode: Mode) -> TokenStream {
        let Self { event, out, runtime, .. } = self;
        let name = &self.name;
        let checks = self.checks();
        let written = |ty: &TokenStream, is_written: bool| match is_written {
            true => self.settled(ty),
            false => ty.clone(),
        };
        let given = self.by_type(&quote!(Out), &self.settled(out), |ty| quote!(#ty));
        let state = written(&self.state, self.has_state);
        let error = written(&self.error, self.has_error);
        let error = self.by_type(&quote!(Error), &error, |_| quote!(::core::convert::Infallible));
        let (keying, calls) = (self.keying(), self.calls(mode));
        let letters = self.model.args.letters();
        let (reports, copies) = (letters.of_mode(runtime), self.copies());
        let mode = match mode {
            Mode::Stepping => quote!(Stepping #reports),
            Mode::Awaits => quote!(Awaits #reports),
        };
        let shape = self.shape();
        let captured = types::parameters(&self.generics);
        let describe = quote_spanned! {self.span=>
            #[inline]
            fn describe(
                event: &#event
            ) -> impl #runtime::operator::Snapshot + Send + Sync + use<#(#captured),*> {
                #[allow(unused_imports)]
                use #runtime::__private::{ViaCopy as _, ViaNothing as _};
                (&&#runtime::__private::Probe::<#event>::new()).snapshot(event)
            }
        };
        let peekers = quote_spanned! {self.span=>
            fn peekers(types: &mut #runtime::peek::Peekers) {
                #[allow(unused_imports)]
                use #runtime::__private::{ViaNoPeek as _, ViaPeek as _};
                (&&#runtime::__private::PeekProbe::<#event>::new()).register(types);
                (&&#runtime::__private::PeekProbe::<#out>::new()).register(types);
            }
        };
        let operator = self.implement(
            &quote!(Operator),
            &quote! {
                #given
                type State = #state;
                #error
                type Keying = #runtime::operator::#keying;
                type Mode = #runtime::operator::#mode;
                const NAME: &'static str = #name;
                const SHAPE: #runtime::operator::Shape = #shape;
                #calls
                #copies
                #describe
                #peekers
            },
        );
        let number = self.model.args.calls().check_number(runtime);
        let returned = self.returned();
        quote!(#returned #checks #operator #number)
    }

    /// How many events it emits for one.
    fn shape(&self) -> TokenStream {
        let runtime = &self.runtime;
        let shapes = quote!(#runtime::operator::Shape);
        match (self.model.returns.shape, self.model.names_of_return(runtime)) {
            (_, Some((names, ty))) => {
                let (outcome, value) = (names.outcome(ty), names.value());
                quote!(<<#ty as #outcome>::Value as #value>::SHAPE)
            }
            (ReturnShape::One, _) => quote!(#shapes::OneToOne),
            _ if self.model.returns.is_option() => quote!(#shapes::AtMostOne),
            _ => quote!(#shapes::Many),
        }
    }

    /// The constants of the kind of result, if that is for the compiler to decide.
    fn returned(&self) -> TokenStream {
        let callees = [Some(&self.process), self.on_timer.as_ref()].into_iter().flatten();
        let names = callees.filter_map(|callee| callee.model.names_of_return(&self.runtime));
        names.map(|(names, ty)| names.declare(ty)).collect()
    }

    /// A type of the operator. Editors have another one where a constant decides, which they do not
    /// compute.
    fn by_type(
        &self,
        name: &TokenStream,
        ty: &TokenStream,
        otherwise: impl Fn(&Type) -> TokenStream,
    ) -> TokenStream {
        let Some((_, written)) = self.process.model.names_of_return(&self.runtime) else {
            return quote!(type #name = #ty;);
        };
        let otherwise = otherwise(written);
        let ty = not_greyed(ty.clone());
        quote! {
            #[cfg(not(rust_analyzer))]
            type #name = #ty;
            #[cfg(rust_analyzer)]
            type #name = #otherwise;
        }
    }

    /// What it keeps per key.
    fn keying(&self) -> TokenStream {
        let (model, runtime) = (self.model, &self.runtime);
        let ttl = model.args.ttl().map(|ttl| ttl.to_type(runtime));
        let per_key = model.args.calls().order() == Some(OrderWord::PerKey);
        match (model.state(), &self.on_timer, ttl) {
            (None, None, _) if per_key => quote!(Keyed),
            (None, None, _) => quote!(Unkeyed),
            (Some(_), None, None) => quote!(Keyed),
            (Some(_), None, Some(ttl)) => quote!(Keyed<#runtime::operator::NoTimers, #ttl>),
            (_, Some(timer), ttl) => {
                let methods = [model, timer.model];
                let sets = match methods.into_iter().all(timers::in_event_time) {
                    true => quote!(#runtime::operator::SetsEventTimers),
                    false => quote!(#runtime::operator::SetsTimers),
                };
                let ttl = ttl.map(|ttl| quote!(, #ttl));
                quote!(Keyed<#sets #ttl>)
            }
        }
    }

    /// How its calls are made, if that is said.
    fn calls(&self, mode: Mode) -> Option<TokenStream> {
        let Self { event, state, error, .. } = self;
        let has_state = self.model.state().is_some() || self.on_timer.is_some();
        let args = &self.model.args;
        let types = CallTypes { event, state, error };
        match mode {
            Mode::Stepping => None,
            Mode::Awaits => args.calls().to_const(&args.crate_path(), has_state, &types),
        }
    }

    /// How events are copied for dead letters, if there are any.
    fn copies(&self) -> Option<TokenStream> {
        let args = &self.model.args;
        args.letters().to_const(&args.crate_path(), (&self.event, &self.state))
    }

    /// The impls of an operator with mistakes: the types of the events it receives and emits.
    ///
    /// Type parameters that the event does not determine, and invalid types, are omitted.
    pub(super) fn hollow(
        mut self,
        undetermined: &[&Ident],
        is_sound: impl Fn(&Type) -> bool,
    ) -> TokenStream {
        self.generics = held::without(self.generics, undetermined);
        if self.process.model.method == MethodKind::Alone {
            self.target = self.process.model.ident().to_token_stream();
        }
        if !self.model.state().is_none_or(&is_sound) {
            self.state = quote!(());
        }
        if !self.model.returns.error.as_ref().is_none_or(&is_sound) {
            self.error = quote!(::core::convert::Infallible);
        }
        let operator = self.operator(Mode::Stepping);
        let Self { event, out, state, error, runtime, .. } = &self;
        let step = quote_spanned! {self.span=>
            fn step(
                &mut self,
                _: #event,
                _: &mut #state,
                _: &mut #runtime::operator::Context,
            ) -> ::core::result::Result<
                impl ::core::iter::IntoIterator<Item = #out>,
                #error,
            > {
                ::core::result::Result::Ok(::core::option::Option::None::<#out>)
            }
        };
        let step = self.implement(&quote!(Step), &step);
        quote!(#operator #step)
    }

    /// An impl of an operator trait.
    pub(super) fn implement(&self, name: &TokenStream, items: &TokenStream) -> TokenStream {
        let Self { event, runtime, target, .. } = self;
        let (generics, _, clause) = self.generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #generics #runtime::operator::#name<#event> for #target #clause { #items }
        }
    }

    /// A function that does not compile if the event is not `Send`; the error is at its type.
    ///
    /// State, result and error are checked by the bounds of the trait; the future of a function
    /// that awaits is checked by the return type of `step`.
    pub(super) fn check(&self, mode: Mode) -> TokenStream {
        if self.event.to_token_stream().to_string() == self.out.to_token_stream().to_string() {
            return TokenStream::new();
        }
        if mode == Mode::Awaits {
            return TokenStream::new();
        }
        let (event, runtime) = (self.event, &self.runtime);
        let (generics, _, clause) = self.generics.split_for_impl();
        let span = syn::spanned::Spanned::span(event);
        let checked = quote_spanned!(span=> <#event as #runtime::event::Event>::check(););
        quote! {
            #[allow(dead_code)]
            fn takes #generics () #clause { #checked }
        }
    }
}

/// The struct of a function.
fn target(model: &Model) -> TokenStream {
    let (ident, generics) = (model.ident(), held::of_struct(model));
    let (_, arguments, _) = generics.split_for_impl();
    quote!(#ident #arguments)
}
