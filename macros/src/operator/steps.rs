//! The functions that the runtime calls, and the calls of the user's functions in them.

use super::callee::{CallResult, Callee};
use super::impls::Impls;
use super::item::accessor;
use super::model::{MethodKind, Param, ParamRole};
use super::returns::ReturnShape;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

impl Impls<'_> {
    /// `impl Step` of functions that never await.
    pub(super) fn step(&self) -> TokenStream {
        let Self { event, runtime, .. } = self;
        let timer = quote!(#runtime::time::Timer);
        let step = self.step_fn("step", &quote!(#event), &self.process);
        // Not a matter of size: an event that is passed in memory costs a stall of the processor.
        let step = quote!(#[inline(always)] #step);
        let on_timer =
            self.on_timer.as_ref().map(|on_timer| self.step_fn("on_timer", &timer, on_timer));
        let on_timer = on_timer.map(|on_timer| quote!(#[inline] #on_timer));
        self.implement(&quote!(Step), &quote!(#step #on_timer))
    }

    fn step_fn(&self, name: &str, taken: &TokenStream, callee: &Callee<'_>) -> TokenStream {
        let Self { out, state, error, runtime, .. } = self;
        let name = Ident::new(name, self.span);
        let given = self.given(callee);
        let (its_state, ctx) =
            (self.binding(callee, ParamRole::State), self.binding(callee, ParamRole::Context));
        quote_spanned! {self.span=>
            #[allow(deprecated)]
            fn #name(
                &mut self,
                event: #taken,
                #its_state: &mut #state,
                #ctx: &mut #runtime::operator::Context,
            ) -> ::core::result::Result<
                impl ::core::iter::IntoIterator<Item = #out>,
                #error,
            > {
                #given
            }
        }
    }

    /// The call of a function that never awaits, and its results.
    fn given(&self, callee: &Callee<'_>) -> TokenStream {
        let Self { out, runtime, .. } = self;
        let call = self.call(callee);
        let call = match &callee.result {
            CallResult::Value(caller) => quote!({ let _ = #caller; #call }),
            CallResult::Future => quote!(#runtime::__private::ready(#call)),
        };
        if let Some((names, ty)) = callee.model.names_of_return(runtime) {
            let (outcome, value) = (names.outcome(ty), names.value());
            return quote! {
                <#ty as #outcome>::outcome(#call).map(<<#ty as #outcome>::Value as #value>::events)
            };
        }
        match (callee.model.returns.shape, &callee.model.returns.error) {
            (ReturnShape::One, None) => quote! {
                ::core::result::Result::Ok(::core::option::Option::Some(#call))
            },
            (ReturnShape::One, Some(_)) => quote!(#call.map(::core::option::Option::Some)),
            (ReturnShape::Nothing, None) => quote! {
                #call;
                ::core::result::Result::Ok(::core::option::Option::None::<#out>)
            },
            (ReturnShape::Nothing, Some(_)) => {
                quote!(#call.map(|()| ::core::option::Option::None::<#out>))
            }
            // Only the first item of an `Option` is emitted: it must be that of `core`.
            (_, None) if callee.model.returns.is_option() => quote! {
                let given: ::core::option::Option<#out> = #call;
                ::core::result::Result::Ok(given)
            },
            (_, Some(_)) if callee.model.returns.is_option() => quote! {
                let given: ::core::result::Result<::core::option::Option<#out>, _> = #call;
                given
            },
            (_, None) => quote!(::core::result::Result::Ok(#call)),
            (_, Some(_)) => call,
        }
    }

    /// `impl AwaitStep`: awaits the functions and sends their results.
    pub(super) fn await_step(&self) -> TokenStream {
        let Self { event, runtime, .. } = self;
        let timer = quote!(#runtime::time::Timer);
        let step = self.await_fn("step", &quote!(#event), &self.process);
        let on_timer =
            self.on_timer.as_ref().map(|on_timer| self.await_fn("on_timer", &timer, on_timer));
        self.implement(&quote!(AwaitStep), &quote!(#step #on_timer))
    }

    fn await_fn(&self, name: &str, taken: &TokenStream, callee: &Callee<'_>) -> TokenStream {
        let Self { state, error, runtime, .. } = self;
        let out = self.settled(self.out);
        let name = Ident::new(name, self.span);
        let sent = self.sent(callee);
        let (its_state, ctx) =
            (self.binding(callee, ParamRole::State), self.binding(callee, ParamRole::Context));
        let silent =
            callee.model.returns.is_nothing() && callee.model.first(ParamRole::Output).is_none();
        let out_name = match silent {
            true => quote_spanned!(self.span=> _),
            false => quote_spanned!(self.span=> out),
        };
        quote_spanned! {self.span=>
            #[allow(deprecated)]
            async fn #name(
                &mut self,
                event: #taken,
                #its_state: &mut #state,
                #ctx: &mut #runtime::operator::Context,
                #out_name: &mut #runtime::operator::Output<#out>,
            ) -> ::core::result::Result<(), #error> {
                #sent
            }
        }
    }

    /// Awaits a function and sends its results.
    fn sent(&self, callee: &Callee<'_>) -> TokenStream {
        let (call, model) = (self.call(callee), callee.model);
        if let Some((names, ty)) = model.names_of_return(&self.runtime) {
            let (outcome, value) = (names.outcome(ty), names.value());
            return quote_spanned! {self.span=>
                let value = <#ty as #outcome>::outcome(#call.await)?;
                let events = <<#ty as #outcome>::Value as #value>::events(value);
                for item in ::core::iter::IntoIterator::into_iter(events) {
                    out.send(item).await;
                }
                ::core::result::Result::Ok(())
            };
        }
        let fallible = model.returns.error.is_some();
        let question = fallible.then(|| quote_spanned!(self.span=> ?));
        let result = quote_spanned!(self.span=> #call.await #question);
        let silent = model.first(ParamRole::Output).is_some() || model.returns.is_nothing();
        match (silent, model.returns.shape) {
            (true, _) if fallible => quote_spanned!(self.span=> #call.await),
            (true, _) => quote_spanned! {self.span=>
                #result;
                ::core::result::Result::Ok(())
            },
            (false, ReturnShape::One) => quote_spanned! {self.span=>
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

    /// The call of a function, with its arguments in order.
    fn call(&self, callee: &Callee<'_>) -> TokenStream {
        let Callee { model, path, receiver, .. } = callee;
        let runtime = &self.runtime;
        // Types that are known by their names. A type of the user with this name is reported there;
        // only this token has its place, or the compiler would suggest to borrow.
        let given = |param: &Param, given: TokenStream| {
            let ty = quote_spanned!(param.target().span()=> _);
            quote!(<#ty as #runtime::operator::TakenFrom<_>>::given(#given))
        };
        let of_timer = matches!(model.method, MethodKind::OnTimer(_));
        let args = model.params.iter().map(|param| {
            let (name, accessor) = (param.ident(), accessor(param));
            match param.role {
                ParamRole::Event if of_timer => given(param, quote_spanned!(self.span=> event)),
                ParamRole::Event => quote_spanned!(self.span=> event),
                ParamRole::Context => given(param, quote_spanned!(self.span=> ctx)),
                ParamRole::Output => given(param, quote_spanned!(self.span=> out)),
                ParamRole::State => quote_spanned!(self.span=> state),
                ParamRole::Shared => quote_spanned!(self.span=> &*self.#name),
                ParamRole::Argument => quote_spanned!(self.span=> self.#accessor()),
            }
        });
        quote_spanned!(self.span=> #path(#receiver #(#args),*))
    }

    /// The name of a parameter, or `_` if the function does not take it.
    fn binding(&self, callee: &Callee<'_>, role: ParamRole) -> TokenStream {
        match (callee.model.first(role), role) {
            (Some(_), ParamRole::Context) => quote_spanned!(self.span=> ctx),
            (Some(_), _) => quote_spanned!(self.span=> state),
            (None, _) => quote_spanned!(self.span=> _),
        }
    }
}
