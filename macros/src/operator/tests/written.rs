//! What becomes of the types that are written in a signature.

use super::{assert_has, expanded};
use quote::quote;

#[test]
fn a_static_reference_is_a_value() {
    let expansion = expanded(quote! {
        async fn f(x: &'static str, y: &'static str) -> &'static str { x }
    });
    assert_has(&expansion, quote!(impl ::millstream::operator::Step<&'static str> for f));
    assert_has(
        &expansion,
        quote!(
            type Out = <&'static str as ::millstream::operator::Sound<__SOUND>>::Type;
        ),
    );
    assert_has(
        &expansion,
        quote!(
            struct f {
                y: &'static str,
            }
        ),
    );
}

#[test]
fn a_type_that_may_be_a_result_is_asked_what_it_is() {
    let expansion = expanded(quote!(
        async fn f(event: Tx) -> Res<u8> {
            go()
        }
    ));
    assert_has(
        &expansion,
        quote! {
            const __OUTCOME: u8 = {
                #[allow(unused_imports)]
                use ::millstream::operator::ViaOne as _;
                ::millstream::operator::KindOf::<Res<u8>>::KIND
            };
        },
    );
    let outcome = quote!(<Res<u8> as ::millstream::operator::OutcomeOf<__OUTCOME>>);
    assert_has(&expansion, quote!(#outcome::outcome({ let _ = f; f::__body(event) })));
    let plain = expanded(quote!(
        async fn f(event: Tx) -> io::Result<u8> {
            go()
        }
    ));
    assert!(!plain.contains("__OUTCOME"), "its name says that it is a result");
    assert_has(&plain, quote!(<io::Result<u8> as ::millstream::operator::OutcomeOf<1>>::Error));
}

#[test]
fn what_is_given_of_an_unnamed_type_is_a_parameter_of_the_struct() {
    let expansion = expanded(quote! {
        async fn above<C: Client>(
            x: u8,
            rule: impl Fn(&u8) -> bool,
            #[shared] client: &C,
        ) -> u8 {
            x
        }
    });
    assert_has(&expansion, quote!(rule: __rule, client: ::std::sync::Arc<C>,));
    assert_has(
        &expansion,
        quote!(impl<
            C: Client + ::core::marker::Send + ::core::marker::Sync + 'static,
            __rule: Fn(&u8) -> bool + ::core::clone::Clone + ::core::marker::Send + 'static
        > ::millstream::operator::Step<u8> for above<C, __rule>),
    );
}

#[test]
fn generics_go_to_the_impls_without_lifetimes() {
    let expansion = expanded(quote! {
        async fn last<'a, T: Send + 'a, const N: usize>(all: [T; N], seen: &'a mut Vec<T>) -> usize
        where
            T: 'static,
            'a: 'static,
        { N }
    });
    assert_has(
        &expansion,
        quote! {
            impl<T: Send, const N: usize> ::millstream::operator::Operator<[T; N]> for last
            where
                T: 'static
        },
    );
    assert_has(&expansion, quote!(+ use<T, N>));
    assert_has(
        &expansion,
        quote!(
            struct last {}
        ),
    );
}
