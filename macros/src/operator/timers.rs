//! Whether the timers of an operator may go by the job's clock.

use super::model::{Model, ParamRole};
use proc_macro2::{Ident, TokenStream, TokenTree};
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

/// The methods that set a timer.
const SETTERS: &[&str] = &["timer_at", "timer_after"];

/// The first call of a method that sets a timer on this context, if the tokens contain one.
pub(super) fn set_on(context: &str, body: &TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Group(group) => set_on(context, &group.stream()),
        TokenTree::Ident(word) if word.unraw() == context => {
            let [TokenTree::Punct(dot), TokenTree::Ident(method), ..] =
                tokens.get(at + 1..).unwrap_or_default()
            else {
                return None;
            };
            let sets = SETTERS.contains(&method.to_string().as_str());
            let of_field = at > 0 && is_dot(tokens.get(at - 1));
            (dot.as_char() == '.' && sets && !of_field).then(|| method.clone())
        }
        _ => None,
    })
}

fn is_dot(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '.')
}

#[cfg(test)]
mod tests {
    use super::{is_known_of, set_on};
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

    #[test]
    fn only_a_timer_of_the_context_is_set() {
        let set = |body| set_on("ctx", &body).map(|method: proc_macro2::Ident| method.to_string());
        assert_eq!(
            set(quote!({
                if a {
                    ctx.timer_after(wait)
                }
            }))
            .as_deref(),
            Some("timer_after")
        );
        assert_eq!(set(quote!({ ctx.timer_at(ctx.event_time()) })).as_deref(), Some("timer_at"));
        for body in [
            quote!({ ctx.event_time() }),
            quote!({ clock.timer_at(ctx.event_time()) }),
            quote!({ self.ctx.timer_at(soon) }),
            quote!({ ctx.timers() }),
        ] {
            assert_eq!(set(body.clone()), None, "{body}");
        }
    }
}
