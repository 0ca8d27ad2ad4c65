//! The impls of the runtime's traits for an operator.

use super::expand;
use super::mode::Mode;
use super::model::{Model, Role};
use super::returns::Shape;
use super::types;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Generics, Ident, Type, TypeParamBound, WherePredicate};

/// The parts that the impls share.
pub(super) struct Impls<'a> {
    model: &'a Model,
    event: &'a Type,
    out: &'a Type,
    state: TokenStream,
    error: TokenStream,
    runtime: TokenStream,
    generics: Generics,
    /// The place of the operator's name, with names of our own.
    span: Span,
}

impl<'a> Impls<'a> {
    /// The impls for a model, given the types of the event and of what comes out.
    pub(super) fn of(model: &'a Model, event: &'a Type, out: &'a Type) -> Self {
        Self {
            model,
            event,
            out,
            state: model.state().map_or_else(|| quote!(()), |state| quote!(#state)),
            error: model.error(),
            runtime: model.args.runtime(),
            generics: impl_generics(&model.function.sig.generics),
            span: Span::mixed_site().located_at(model.ident().span()),
        }
    }

    /// `impl Operator`: types, name, shape, and what to keep of an event.
    pub(super) fn operator(&self, mode: Mode) -> TokenStream {
        let Self { event, out, state, error, runtime, .. } = self;
        let name = self.model.name();
        let keying = match self.model.state() {
            Some(_) => quote!(Keyed),
            None => quote!(Unkeyed),
        };
        let mode = match mode {
            Mode::Stepping => quote!(Stepping),
            Mode::Awaits => quote!(Awaits),
        };
        let shape = match self.model.returns.shape {
            Shape::One => quote!(OneToOne),
            _ => quote!(Many),
        };
        let captured = types::parameters(&self.generics);
        let describe = quote_spanned! {self.span=>
            #[inline]
            fn describe(event: &#event) -> impl #runtime::operator::Snapshot + use<#(#captured),*> {
                #[allow(unused_imports)]
                use #runtime::__private::{ViaCopy as _, ViaNothing as _};
                (&&#runtime::__private::Probe::<#event>::new()).snapshot(event)
            }
        };
        self.implement(
            &quote!(Operator),
            &quote! {
                type Out = #out;
                type State = #state;
                type Error = #error;
                type Keying = #runtime::operator::#keying;
                type Mode = #runtime::operator::#mode;
                const NAME: &'static str = #name;
                const SHAPE: #runtime::operator::Shape = #runtime::operator::Shape::#shape;
                #describe
            },
        )
    }

    /// `impl Step` of a function that never awaits: its future is polled once.
    pub(super) fn step(&self) -> TokenStream {
        let Self { event, out, state, error, runtime, .. } = self;
        let call = self.call();
        let call = quote!(#runtime::__private::ready(#call));
        let given = match (self.model.returns.shape, &self.model.returns.error) {
            (Shape::One, None) => quote! {
                ::core::result::Result::Ok(::core::option::Option::Some(#call))
            },
            (Shape::One, Some(_)) => quote!(#call.map(::core::option::Option::Some)),
            (_, None) => quote!(::core::result::Result::Ok(#call)),
            (_, Some(_)) => call,
        };
        let (its_state, ctx) = (self.binding(Role::State), self.binding(Role::Context));
        let step = quote_spanned! {self.span=>
            #[inline]
            #[allow(deprecated)]
            fn step(
                &mut self,
                event: #event,
                #its_state: &mut #state,
                #ctx: &mut #runtime::operator::Context,
            ) -> ::core::result::Result<
                impl ::core::iter::IntoIterator<Item = #out>,
                #error,
            > {
                #given
            }
        };
        self.implement(&quote!(Step), &step)
    }

    /// `impl AwaitStep`: waits for the function and sends what it gives.
    pub(super) fn await_step(&self) -> TokenStream {
        let Self { event, out, state, error, runtime, .. } = self;
        let sent = self.sent();
        let (its_state, ctx) = (self.binding(Role::State), self.binding(Role::Context));
        let step = quote_spanned! {self.span=>
            #[allow(deprecated)]
            async fn step(
                &mut self,
                event: #event,
                #its_state: &mut #state,
                #ctx: &mut #runtime::operator::Context,
                out: &mut #runtime::operator::Output<#out>,
            ) -> ::core::result::Result<(), #error> {
                #sent
            }
        };
        self.implement(&quote!(AwaitStep), &step)
    }

    /// Waiting for the function and sending on.
    fn sent(&self) -> TokenStream {
        let call = self.call();
        let fallible = self.model.returns.error.is_some();
        let question = fallible.then(|| quote_spanned!(self.span=> ?));
        let result = quote_spanned!(self.span=> #call.await #question);
        match (self.model.first(Role::Output).is_some(), self.model.returns.shape) {
            (true, _) if fallible => quote_spanned!(self.span=> #call.await),
            (true, _) => quote_spanned! {self.span=>
                #result;
                ::core::result::Result::Ok(())
            },
            (false, Shape::One) => quote_spanned! {self.span=>
                out.send(#result).await;
                ::core::result::Result::Ok(())
            },
            (false, _) => quote_spanned! {self.span=>
                for item in ::core::iter::IntoIterator::into_iter(#result) {
                    out.send(item).await;
                }
                ::core::result::Result::Ok(())
            },
        }
    }

    /// The impls of an operator with mistakes: it is known what it takes and gives, but no more.
    ///
    /// The type parameters that the event leaves undetermined, and types that are not sound, are
    /// left out.
    pub(super) fn hollow(
        mut self,
        undetermined: &[&Ident],
        is_sound: impl Fn(&Type) -> bool,
    ) -> TokenStream {
        self.generics = without(self.generics, undetermined);
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

    /// The call of the function with its arguments in its own order.
    fn call(&self) -> TokenStream {
        let ident = self.model.ident();
        let args = self.model.params.iter().map(|param| {
            let (name, accessor) = (param.ident(), expand::accessor(param));
            match param.role {
                Role::Event => quote_spanned!(self.span=> event),
                Role::Context => quote_spanned!(self.span=> ctx),
                Role::Output => quote_spanned!(self.span=> out),
                Role::State => quote_spanned!(self.span=> state),
                Role::Shared => quote_spanned!(self.span=> &*self.#name),
                Role::Argument => quote_spanned!(self.span=> self.#accessor()),
            }
        });
        quote_spanned!(self.span=> #ident(#(#args),*))
    }

    /// The name of a parameter of `step`, or `_` if the function does not take it.
    fn binding(&self, role: Role) -> TokenStream {
        match (self.model.first(role), role) {
            (Some(_), Role::Context) => quote_spanned!(self.span=> ctx),
            (Some(_), _) => quote_spanned!(self.span=> state),
            (None, _) => quote_spanned!(self.span=> _),
        }
    }

    /// An impl of a trait of the runtime.
    fn implement(&self, name: &TokenStream, items: &TokenStream) -> TokenStream {
        let Self { event, runtime, model, .. } = self;
        let ident = model.ident();
        let (generics, _, clause) = self.generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #generics #runtime::operator::#name<#event> for #ident #clause { #items }
        }
    }

    /// A function that does not compile if the event cannot move between threads, at its type.
    ///
    /// State, result and error are checked by the bounds of the trait; the future of a function
    /// that awaits, with all it holds, is checked by the return type of `step`.
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

/// The generics of the impls: those of the function without lifetimes, which only borrows have.
fn impl_generics(generics: &Generics) -> Generics {
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
fn without(mut generics: Generics, parameters: &[&Ident]) -> Generics {
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
