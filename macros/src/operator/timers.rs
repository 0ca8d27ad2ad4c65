//! Whether the timers of an operator may go by the job's clock.

use super::model::{Model, ParamRole};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;

/// What a method may ask its `Context` without setting a timer by the clock.
const OF_EVENT_TIME: &[&str] =
    &["event_time", "watermark", "instance", "timer_at", "timers", "forget_key", "forgets_key"];

/// Whether a function sets timers in event time alone: every use of its `Context` is a call of a
/// method that is known to set no other. A function that receives it may set any.
pub(super) fn in_event_time(model: &Model) -> bool {
    model.with(ParamRole::Context).all(|context| {
        let name = context.ident().map(|name| name.unraw().to_string());
        name.is_some_and(|name| is_known_of(&name, &model.function.body))
    })
}

fn is_known_of(context: &str, body: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => is_known_of(context, &group.stream()),
        TokenTree::Ident(word) if word.unraw() == context => {
            match tokens.get(at + 1..).unwrap_or_default() {
                [TokenTree::Punct(dot), TokenTree::Ident(method), ..] => {
                    dot.as_char() == '.' && OF_EVENT_TIME.contains(&method.to_string().as_str())
                }
                _ => false,
            }
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::is_known_of;
    use quote::quote;

    #[test]
    fn only_known_methods_of_the_context_are_in_event_time() {
        for body in [
            quote!({ ctx.timer_at(ctx.event_time() + 5.mins()) }),
            quote!({
                if late {
                    ctx.forget_key();
                }
            }),
            quote!({ state.after(ctx.watermark()) }),
            quote!({ 0 }),
        ] {
            assert!(is_known_of("ctx", &body), "{body}");
        }
        for body in [
            quote!({ ctx.timer_after(5.mins()) }),
            quote!({ if new { ctx.timer_after(5.mins()) } else { ctx.timer_at(soon) } }),
            quote!({ remind(ctx) }),
            quote!({ remind(&mut *ctx) }),
            quote!({
                let c = ctx;
                c.timer_after(wait)
            }),
            quote!({ ctx.remind() }),
            quote!({ Context::timer_after(ctx, wait) }),
            quote!({ remind!(ctx) }),
        ] {
            assert!(!is_known_of("ctx", &body), "{body}");
        }
    }
}
