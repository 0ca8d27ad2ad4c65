//! The timers that an operator declares.

use super::{assert_has, expanded};
use quote::quote;

#[test]
fn an_operator_that_may_set_timers_by_the_clock_says_so() {
    let expansion = expanded(quote! {
        impl Remind {
            async fn process(event: u8, state: &mut u8, ctx: &mut Context) { remind(ctx) }
            async fn on_timer(timer: Timer, state: &mut u8) -> u8 { *state }
        }
    });
    assert_has(
        &expansion,
        quote!(::millstream::operator::Keyed < ::millstream::operator::SetsTimers),
    );
    let expansion = expanded(quote! {
        impl Remind {
            async fn process(event: u8, state: &mut u8, ctx: &mut Context) { ctx.timer_at(soon) }
            async fn on_timer(timer: Timer, state: &mut u8, ctx: &mut Context) -> u8 {
                ctx.timer_after(wait);
                *state
            }
        }
    });
    assert_has(
        &expansion,
        quote!(::millstream::operator::Keyed<::millstream::operator::SetsTimers>),
    );
}
