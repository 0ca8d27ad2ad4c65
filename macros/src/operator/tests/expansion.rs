//! What is written for functions that are right.

use super::{assert_has, expand, expanded, messages};
use proc_macro2::TokenStream;
use quote::quote;

/// A keyed operator that never awaits.
fn average() -> TokenStream {
    quote! {
        /// The usual amount.
        #[inline]
        pub async fn average(tx: Tx, card: &mut Mean) -> Score { card.push(tx) }
    }
}

#[test]
fn the_struct_follows_the_function() {
    let expected = quote! {
        #[allow(
            clippy::ptr_arg,
            clippy::needless_pass_by_value,
            clippy::unnecessary_wraps,
            clippy::must_use_candidate,
            clippy::inline_always,
            reason = "uniform"
        )]
        impl average {
            #[doc(hidden)]
            /// The usual amount.
            #[inline]
            pub fn __body(tx: Tx, card: &mut Mean) -> Score { card.push(tx) }
        }
        #[allow(clippy::unused_async, clippy::ptr_arg, clippy::used_underscore_items)]
        /// The usual amount.
        #[inline]
        pub async fn average(tx: Tx, card: &mut Mean) -> Score { average::__body(tx, card) }
        /// The usual amount.
        #[allow(dead_code, non_camel_case_types)]
        pub struct average {}
        #[allow(unexpected_cfgs, clippy::multiple_bound_locations)]
        const _: () = {
            #[allow(clippy::clone_on_copy, clippy::new_without_default, clippy::too_many_arguments)]
            impl average {
                #[cfg(any(rust_analyzer, doc))]
                #[doc = "Makes the operator `average` for a topology."]
                #[must_use]
                pub fn new() -> Self { Self {} }
                #[cfg(not(any(rust_analyzer, doc)))]
                #[doc = "Makes the operator `average` for a topology."]
                #[allow(non_upper_case_globals, clippy::type_complexity)]
                pub const new: fn() -> Self = | | Self {};
            }
            #[automatically_derived]
            impl ::core::clone::Clone for average {
                fn clone(&self) -> Self { Self {} }
            }
            #[automatically_derived]
            impl ::core::fmt::Debug for average {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str("average")
                }
            }
        };
    };
    let expected = expected.to_string();
    let open = expected.strip_suffix("} ;").unwrap();
    let expansion = expanded(average());
    assert!(expansion.starts_with(open), "{expansion}\ndoes not start with\n{open}");
}

#[test]
fn a_keyed_operator_tells_its_types_and_its_name() {
    let mean = quote!(<Mean as ::millstream::operator::Sound<__FIRST>>::Type);
    let expected = quote! {
        const __FIRST: bool = ::millstream::operator::sound(&[
            <Mean as ::millstream::operator::HasDefault>::check
        ]);
        const __SOUND: bool = __FIRST
            && {
                #[allow(unused_imports)]
                use ::millstream::operator::ViaOne as _;
                ::millstream::operator::sound(&[
                    <#mean as ::millstream::operator::IsSend>::check,
                    <Score as ::millstream::event::Event>::check,
                    <Score as ::millstream::operator::OneEvent<
                        { ::millstream::operator::KindOf::<Score>::KIND }
                    >>::check
                ])
            };
        #[automatically_derived]
        impl ::millstream::operator::Operator<Tx> for average {
            type Out = <Score as ::millstream::operator::Sound<__SOUND>>::Type;
            type State = <Mean as ::millstream::operator::Sound<__SOUND>>::Type;
            type Error = ::core::convert::Infallible;
            type Keying = ::millstream::operator::Keyed;
            type Mode = ::millstream::operator::Stepping;
            const NAME: &'static str = "average";
            const SHAPE: ::millstream::operator::Shape = ::millstream::operator::Shape::OneToOne;
            #[inline]
            fn describe(event: &Tx) -> impl ::millstream::operator::Snapshot + Send + Sync + use<> {
                #[allow(unused_imports)]
                use ::millstream::__private::{ViaCopy as _, ViaNothing as _};
                (&&::millstream::__private::Probe::<Tx>::new()).snapshot(event)
            }
            fn peekers(types: &mut ::millstream::peek::Peekers) {
                #[allow(unused_imports)]
                use ::millstream::__private::{ViaNoPeek as _, ViaPeek as _};
                (&&::millstream::__private::PeekProbe::<Tx>::new()).register(types);
                (&&::millstream::__private::PeekProbe::<Score>::new()).register(types);
            }
        }
    };
    assert_has(&expanded(average()), expected);
}

#[test]
fn an_await_free_function_becomes_a_step() {
    let expected = quote! {
            #[automatically_derived]
            impl ::millstream::operator::Step<Tx> for average {
                #[inline(always)]
                #[allow(deprecated)]
                fn step(
                    &mut self,
                    event: Tx,
                    state: &mut Mean,
                    _: &mut ::millstream::operator::Context,
                ) -> ::core::result::Result<
                    impl ::core::iter::IntoIterator<Item = Score>,
                    ::core::convert::Infallible,
                > {
                    ::core::result::Result::Ok(::core::option::Option::Some(
                        { let _ = average; average::__body(event, state) }
                    ))
                }
            }
            #[allow(dead_code)]
            fn takes() { <Tx as ::millstream::event::Event>::check(); }
    };
    assert_has(&expanded(average()), expected);
}

#[test]
fn an_awaiting_operator_sends_what_it_gives() {
    let expansion = expanded(quote! {
        async fn enrich(tx: Tx, ctx: &mut Context) -> Result<Option<Rich>, Lost> { find(tx).await }
    });
    assert_has(
        &expansion,
        quote!(
            type Mode = ::millstream::operator::Awaits;
        ),
    );
    assert_has(
        &expansion,
        quote!(
            type Error = <Lost as ::millstream::operator::Sound<__SOUND>>::Type;
        ),
    );
    assert_has(
        &expansion,
        quote!(
            type State = ();
        ),
    );
    assert_has(
        &expansion,
        quote!(
            type Keying = ::millstream::operator::Unkeyed;
        ),
    );
    assert_has(
        &expansion,
        quote! {
            impl ::millstream::operator::AwaitStep<Tx> for enrich {
                #[allow(deprecated)]
                async fn step(
                    &mut self,
                    event: Tx,
                    _: &mut (),
                    ctx: &mut ::millstream::operator::Context,
                    out: &mut ::millstream::operator::Output<
                        <Rich as ::millstream::operator::Sound<__SOUND>>::Type
                    >,
                ) -> ::core::result::Result<(), Lost> {
                    for item in ::core::iter::IntoIterator::into_iter(enrich(
                        event,
                        <_ as ::millstream::operator::TakenFrom<_>>::given(ctx)
                    ).await?) {
                        out.send(item).await;
                    }
                    ::core::result::Result::Ok(())
                }
            }
        },
    );
    assert!(!expansion.contains("fn takes"), "its future is checked instead");
}

#[test]
fn an_operator_with_an_output_awaits_even_if_its_body_does_not() {
    let out = quote!(<_ as ::millstream::operator::TakenFrom<_>>::given(out));
    let plain = expanded(quote!(
        async fn split(text: String, out: &mut Output<Word>) {
            go(text)
        }
    ));
    assert_has(
        &plain,
        quote!(
            type Out = <Word as ::millstream::operator::Sound<__SOUND>>::Type;
        ),
    );
    assert_has(
        &plain,
        quote!({
            split(event, #out).await;
            ::core::result::Result::Ok(())
        }),
    );
    let fallible = expanded(quote! {
        async fn split(text: String, out: &mut Output<Word>) -> Result<(), Bad> { Ok(()) }
    });
    assert_has(
        &fallible,
        quote!(
            type Error = <Bad as ::millstream::operator::Sound<__SOUND>>::Type;
        ),
    );
    assert_has(&fallible, quote!({ split(event, #out).await }));
}

#[test]
fn each_shape_is_given_on_as_it_is() {
    for (output, item, given, shape) in [
        (quote!(u8), quote!(u8), quote!(Ok(::core::option::Option::Some(RESULT))), "OneToOne"),
        (
            quote!(Option<u8>),
            quote!(u8),
            quote!(let given: ::core::option::Option<u8> = RESULT;),
            "AtMostOne",
        ),
        (quote!(Vec<u8>), quote!(u8), quote!(Ok(RESULT)), "Many"),
        (quote!(impl Iterator<Item = u8>), quote!(u8), quote!(Ok(RESULT)), "Many"),
        (
            quote!(Result<u8, E>),
            quote!(u8),
            quote!(RESULT.map(::core::option::Option::Some)),
            "OneToOne",
        ),
        (quote!(Result<Vec<u8>, E>), quote!(u8), quote!(RESULT), "Many"),
    ] {
        let expansion = expanded(quote!(async fn f(event: Tx) -> #output { go() }));
        let result = quote!({
            let _ = f;
            f::__body(event)
        })
        .to_string();
        let given = given.to_string().replace("RESULT", &result);
        assert!(expansion.contains(&given), "no\n  {given}\nin\n  {expansion}");
        assert_has(&expansion, quote!(type Out = #item;));
        let shape = quote::format_ident!("{shape}");
        assert_has(&expansion, quote!(= ::millstream::operator::Shape::#shape;));
    }
}

#[test]
fn what_is_given_when_wiring_becomes_fields() {
    let expansion = expanded(quote! {
        async fn near(tx: Tx, mut speed: f64, #[shared] map: &Map, seen: &mut Last) -> Score {
            go()
        }
    });
    assert_has(&expansion, quote!(fn __body(tx: Tx, mut speed: f64, map: &Map, seen: &mut Last)));
    assert_has(&expansion, quote!(async fn near(tx: Tx, speed: f64, map: &Map, seen: &mut Last)));
    assert_has(
        &expansion,
        quote!(
            struct near {
                speed: f64,
                map: ::std::sync::Arc<Map>,
            }
        ),
    );
    assert_has(
        &expansion,
        quote! {
            pub(crate) fn new<const __M1: u8>(
                speed: f64,
                map: impl ::millstream::operator::SharedAs<Map, __M1>
            ) -> Self {
                Self { speed: speed, map: ::millstream::operator::SharedAs::shared(map) }
            }
        },
    );
    assert_has(&expansion, quote!(near::__body(event, self.__speed(), &*self.map, state)));
}

#[test]
fn arguments_set_the_name_and_the_crate() {
    let expansion = expand(
        quote!(name = "mean", crate = "::engine::flow"),
        quote!(
            async fn r#match(x: u8) -> u8 {
                x
            }
        ),
    )
    .to_string();
    assert_has(
        &expansion,
        quote!(
            const NAME: &'static str = "mean";
        ),
    );
    assert_has(&expansion, quote!(impl ::engine::flow::operator::Step<u8> for r#match));
    assert!(!expansion.contains("millstream"), "{expansion}");
    assert_has(
        &expanded(quote!(
            async fn r#match(x: u8) -> u8 {
                x
            }
        )),
        quote!(= "match";),
    );
}

#[test]
fn conditions_and_docs_are_the_structs_too() {
    let expansion = expanded(quote!(
        #[cfg(unix)]
        #[deprecated]
        async fn f(x: u8) -> u8 {
            x
        }
    ));
    assert_has(
        &expansion,
        quote!(#[cfg(unix)] #[doc = "The operator `f`."] #[allow(dead_code, non_camel_case_types)]),
    );
    let allowed = quote!(#[allow(unexpected_cfgs, clippy::multiple_bound_locations)]);
    assert_has(&expansion, quote!(#[cfg(unix)] #allowed const _: () =));
}

#[test]
fn an_impl_is_left_as_it_is_and_its_methods_are_called() {
    let item = quote! {
        impl<T: Send> Sum<T> {
            async fn process(&self, event: T, state: &mut u64, ctx: &mut Context) {}
            async fn on_timer(timer: Timer, state: &mut u64) -> Option<u64> { None }
            const MOST: u64 = { 3 };
            fn other() {}
        }
    };
    let expansion = expanded(item.clone());
    assert_has(&expansion, item);
    assert_has(&expansion, quote!(impl<T: Send> ::millstream::operator::Step<T> for Sum<T>));
    let given = quote!(<_ as ::millstream::operator::TakenFrom<_>>::given);
    assert_has(&expansion, quote!(Self::process(&*self, event, state, #given(ctx))));
    assert_has(&expansion, quote!(Self::on_timer(#given(event), state)));
    assert_has(
        &expansion,
        quote!(
            type Out = u64;
        ),
    );
    assert_has(
        &expansion,
        quote!(
            const NAME: &'static str = "Sum";
        ),
    );
    assert_has(
        &expansion,
        quote!(::millstream::operator::Keyed<::millstream::operator::SetsEventTimers>),
    );
    assert_eq!(messages(&expansion), [""; 0]);
}

#[test]
fn one_method_that_awaits_makes_both_futures() {
    let expansion = expanded(quote! {
        impl Ask {
            async fn process(event: u8) -> u8 { event }
            async fn on_timer(timer: Timer) -> u8 { later().await }
        }
    });
    assert_has(&expansion, quote!(impl ::millstream::operator::AwaitStep<u8> for Ask));
    let timer = quote!(<_ as ::millstream::operator::TakenFrom<_>>::given(event));
    assert_has(&expansion, quote!(out.send(Self::on_timer(#timer).await).await;));
    assert_has(
        &expansion,
        quote!(
            type Keying = ::millstream::operator::Keyed<::millstream::operator::SetsEventTimers>;
        ),
    );
}
