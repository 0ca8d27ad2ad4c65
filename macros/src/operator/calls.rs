//! How the calls of an operator that awaits are made: `in_flight`, `order`, `timeout`, `deadline`,
//! `retry` and `retry_if`.

use super::duration::Length;
use crate::crate_path::{CratePath, text};
use crate::errors::Errors;
use millstream_graph::sentence::calls::{self as sentence, MOST_IN_FLIGHT};
use millstream_graph::suggest;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, Ident, Lit, Token};

/// The arguments that are about calls.
pub(super) const WORDS: &[&str] =
    &["in_flight", "order", "timeout", "deadline", "retry", "retry_if"];

/// The orders of results.
const ORDERS: &[&str] = &["input", "per_key", "none"];

/// The arguments as written; one that is wrong is reported and left out.
#[derive(Debug, Default)]
pub(super) struct CallArgs {
    /// The words that are given, for messages.
    given: Vec<Ident>,
    in_flight: Option<Expr>,
    order: Option<OrderWord>,
    timeout: Option<Length>,
    deadline: Option<Length>,
    retry: Option<RetryArg>,
    retry_if: Option<Expr>,
}

/// An order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderWord {
    Input,
    PerKey,
    None,
}

/// `3`, `fixed(3, "1s")`, `exponential(3, "10ms", "10s")`.
#[derive(Debug)]
struct RetryArg {
    times: Expr,
    waits: Waits,
}

/// The waits between attempts.
#[derive(Debug)]
enum Waits {
    Default,
    Fixed(Length),
    Exponential(Length, Length),
}

/// The types that copies and errors of calls are made of.
pub(super) struct CallTypes<'a> {
    pub(super) event: &'a dyn ToTokens,
    pub(super) state: &'a dyn ToTokens,
    pub(super) error: &'a dyn ToTokens,
}

impl CallArgs {
    /// Whether the word was given already.
    pub(super) fn has(&self, key: &Ident) -> bool {
        self.given.iter().any(|given| given == key)
    }

    /// Reads one of [`WORDS`].
    pub(super) fn read(&mut self, key: &Ident, value: Option<Expr>, errors: &mut Errors) {
        self.given.push(key.clone());
        match key.to_string().as_str() {
            "in_flight" => self.in_flight = in_flight(key, value, errors),
            "order" => self.order = order(key, value, errors),
            "timeout" => self.timeout = length(key, value, errors),
            "deadline" => self.deadline = length(key, value, errors),
            "retry" => self.retry = retry(key, value, errors),
            _ => self.retry_if = retry_if(key, value, errors),
        }
    }

    /// The order that is asked for.
    pub(super) fn order(&self) -> Option<OrderWord> {
        self.order
    }

    /// The first word that is given.
    pub(super) fn first(&self) -> Option<&Ident> {
        self.given.first()
    }

    /// Whether a call may run out of time.
    pub(super) fn may_time_out(&self) -> bool {
        self.timeout.is_some() || self.deadline.is_some()
    }

    /// Reports what does not fit together. `can_fail` is whether a call may return an error.
    pub(super) fn check(&self, can_fail: bool, errors: &mut Errors) {
        let given = |word: &str| self.given.iter().find(|key| *key == word);
        if let Some(retry) = given("retry")
            && !can_fail
            && !self.may_time_out()
        {
            errors.say(retry, &sentence::nothing_to_retry());
        }
        if let (Some(condition), None) = (given("retry_if"), given("retry")) {
            errors.say(condition, &sentence::condition_without_retry());
        }
        let micros = |length: &Option<Length>| length.as_ref().and_then(Length::micros);
        if let (Some(timeout), Some(deadline), Some(word)) =
            (micros(&self.timeout), micros(&self.deadline), given("deadline"))
            && deadline < timeout
        {
            errors.say(word, &sentence::deadline_before_timeout());
        }
    }

    /// The constant that the runtime reads; `None` if it is as for any operator.
    pub(super) fn to_const(
        &self,
        path: &CratePath,
        has_state: bool,
        types: &CallTypes<'_>,
    ) -> Option<TokenStream> {
        self.first()?;
        let runtime = &path.to_token_stream();
        let CallTypes { event, state, error } = types;
        let in_flight = match &self.in_flight {
            Some(number) => number.to_token_stream(),
            None => quote!(1),
        };
        let order = self.order_of(has_state);
        let limit = |length: &Option<Length>| match length {
            Some(length) => {
                let length = length.to_tokens();
                let span = error.to_token_stream().span();
                let runtime = path.at(span);
                let made = quote_spanned!(span=>
                    <#error as #runtime::__private::FromTimedOut>::from_timed_out);
                quote!(::core::option::Option::Some(#runtime::operator::TimeLimit {
                    length: #length,
                    error: #made,
                }))
            }
            None => quote!(::core::option::Option::None),
        };
        let (timeout, deadline) = (limit(&self.timeout), limit(&self.deadline));
        let retry = match &self.retry {
            Some(retry) => {
                let (backoff, condition) = (retry.to_tokens(runtime), self.retry_if.as_ref());
                let condition =
                    condition.map_or_else(|| quote!(|_| true), ToTokens::to_token_stream);
                let copied = |ty: &dyn ToTokens| {
                    // All of it has the place of the type, to which the message belongs.
                    let span = ty.to_token_stream().span();
                    let runtime = path.at(span);
                    quote_spanned!(span=>
                        <#runtime::__private::Copies as #runtime::__private::CopiesOf<#ty>>::copied)
                };
                let (event, state) = (copied(event), copied(state));
                quote!(::core::option::Option::Some(#runtime::operator::Retry {
                    backoff: #backoff,
                    event: #event,
                    state: #state,
                    retry_if: #condition,
                }))
            }
            None => quote!(::core::option::Option::None),
        };
        Some(quote! {
            const CALLS: #runtime::operator::Calls<#event, #state, #error> =
                #runtime::operator::Calls {
                    in_flight: #in_flight,
                    order: #runtime::operator::Order::#order,
                    timeout: #timeout,
                    deadline: #deadline,
                    retry: #retry,
                };
        })
    }
}

impl CallArgs {
    /// Checks a number of calls that is a constant, which only the compiler knows.
    pub(super) fn check_number(&self, runtime: &TokenStream) -> Option<TokenStream> {
        let number = self.in_flight.as_ref().filter(|number| !matches!(number, Expr::Lit(_)))?;
        Some(quote_spanned! {number.span()=>
            const _: () = {
                let calls: usize = #number;
                assert!(
                    calls >= 1 && calls <= #runtime::operator::MOST_IN_FLIGHT,
                    "`in_flight` is the largest number of calls at once, from 1 to 4096",
                );
            };
        })
    }

    /// The order of results: that of keys, if there is state.
    fn order_of(&self, has_state: bool) -> TokenStream {
        match self.order {
            Some(OrderWord::None) => quote!(None),
            Some(OrderWord::PerKey) => quote!(PerKey),
            None if has_state => quote!(PerKey),
            Some(OrderWord::Input) | None => quote!(Input),
        }
    }
}

impl RetryArg {
    fn times(times: Expr) -> Self {
        Self { times, waits: Waits::Default }
    }

    fn to_tokens(&self, runtime: &TokenStream) -> TokenStream {
        let (backoff, times) = (quote!(#runtime::operator::Backoff), &self.times);
        match &self.waits {
            Waits::Default => quote!(#backoff::times(#times)),
            Waits::Fixed(wait) => {
                let wait = wait.to_tokens();
                quote!(#backoff::fixed(#times, #wait))
            }
            Waits::Exponential(first, most) => {
                let (first, most) = (first.to_tokens(), most.to_tokens());
                quote!(#backoff::exponential(#times, #first, #most))
            }
        }
    }
}

/// The place of a message about a value: the value, or its key if there is none.
fn place(key: &Ident, value: Option<Expr>) -> TokenStream {
    value.map_or_else(|| quote!(#key), |value| quote!(#value))
}

fn in_flight(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<Expr> {
    let fits = match &value {
        None => false,
        Some(Expr::Lit(literal)) => match &literal.lit {
            Lit::Int(number) => number
                .base10_parse::<u64>()
                .is_ok_and(|number| (1..=MOST_IN_FLIGHT).contains(&number)),
            _ => false,
        },
        Some(Expr::Unary(_)) => false,
        Some(_) => true,
    };
    if fits {
        return value;
    }
    errors.say(place(key, value), &sentence::number_in_flight());
    None
}

fn order(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<OrderWord> {
    let word = match &value {
        Some(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
        Some(value) => text(value).map(syn::LitStr::value),
        None => None,
    };
    match word.as_deref() {
        Some("input") => Some(OrderWord::Input),
        Some("per_key") => Some(OrderWord::PerKey),
        Some("none") => Some(OrderWord::None),
        word => {
            let meant = word.and_then(|word| suggest::closest(word, ORDERS.iter().copied()));
            errors.say(place(key, value), &sentence::unknown_order(meant));
            None
        }
    }
}

/// A duration: `"2s"`, or a constant.
fn length(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<Length> {
    let read = value.as_ref().and_then(Length::read);
    match read.as_ref().map(Length::micros) {
        None => errors.say(place(key, value), &sentence::no_duration(&key.to_string())),
        Some(Some(0)) => errors.say(place(key, value), &sentence::no_time(&key.to_string())),
        Some(_) => return read,
    }
    None
}

fn retry(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<RetryArg> {
    let counts =
        |literal: &Lit| matches!(literal, Lit::Int(number) if number.base10_parse::<u32>().is_ok());
    let read = match &value {
        Some(Expr::Call(call)) => backoff(call),
        Some(times @ Expr::Path(_)) => Some(RetryArg::times(times.clone())),
        Some(times @ Expr::Lit(literal)) if counts(&literal.lit) => {
            Some(RetryArg::times(times.clone()))
        }
        _ => None,
    };
    if read.is_none() {
        errors.say(place(key, value), &sentence::how_to_retry());
    }
    read
}

/// `fixed(…)` or `exponential(…)`.
fn backoff(call: &ExprCall) -> Option<RetryArg> {
    let Expr::Path(name) = &*call.func else { return None };
    let args: &Punctuated<Expr, Token![,]> = &call.args;
    let lengths: Option<Vec<Length>> = args.iter().skip(1).map(Length::read).collect();
    let (times, mut lengths) = (args.first()?.clone(), lengths?.into_iter());
    let waits = match name.path.get_ident()?.to_string().as_str() {
        "fixed" => Waits::Fixed(lengths.next()?),
        "exponential" => Waits::Exponential(lengths.next()?, lengths.next()?),
        _ => return None,
    };
    lengths.next().is_none().then_some(RetryArg { times, waits })
}

fn retry_if(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<Expr> {
    if matches!(&value, Some(Expr::Path(_) | Expr::Closure(_))) {
        return value;
    }
    errors.say(place(key, value), &sentence::condition_is_no_function());
    None
}

#[cfg(test)]
mod tests {
    use super::super::duration::micros;
    use super::*;

    fn read(tokens: TokenStream) -> (CallArgs, Vec<String>) {
        let (mut args, mut errors) = (CallArgs::default(), Errors::default());
        let pairs = syn::parse::Parser::parse2(
            Punctuated::<syn::ExprAssign, Token![,]>::parse_terminated,
            tokens,
        );
        for pair in pairs.unwrap() {
            let Expr::Path(key) = *pair.left else { panic!("a key") };
            args.read(key.path.get_ident().unwrap(), Some(*pair.right), &mut errors);
        }
        args.check(true, &mut errors);
        let sentences = errors.sentences();
        (args, sentences)
    }

    #[test]
    fn every_form_of_the_arguments_is_read() {
        for tokens in [
            quote!(in_flight = 1, order = none),
            quote!(in_flight = 4_096, order = input, timeout = "150ms"),
            quote!(in_flight = LIMIT * 2, order = "per_key", timeout = LIMIT),
            quote!(retry = 3, timeout = "2s", deadline = "2s"),
            quote!(retry = RETRIES, retry_if = is_transient),
            quote!(retry = fixed(3, "1s"), retry_if = |error| error.is_transient()),
            quote!(retry = exponential(3, "10ms", "10s"), deadline = "1m 30s"),
        ] {
            let (args, errors) = read(tokens.clone());
            assert_eq!(errors, [""; 0], "{tokens}");
            let unit = quote!(());
            let types = CallTypes { event: &unit, state: &unit, error: &unit };
            assert!(args.to_const(&CratePath::default(), true, &types).is_some());
        }
        assert_eq!(micros("2s"), Some(2_000_000));
    }

    #[test]
    fn every_value_that_cannot_be_used_is_reported_once() {
        for (tokens, code) in [
            (quote!(in_flight = 0), "M0253"),
            (quote!(in_flight = 5000), "M0253"),
            (quote!(in_flight = -1), "M0253"),
            (quote!(in_flight = "many"), "M0253"),
            (quote!(order = random), "M0254"),
            (quote!(order = 3), "M0254"),
            (quote!(timeout = 2), "M0255"),
            (quote!(timeout = "2"), "M0255"),
            (quote!(deadline = "soon"), "M0255"),
            (quote!(timeout = "0s"), "M0256"),
            (quote!(retry = "often"), "M0257"),
            (quote!(retry = fixed(3)), "M0257"),
            (quote!(retry = linear(3, "1s")), "M0257"),
            (quote!(retry = exponential(3, "1s", "2s", "3s")), "M0257"),
            (quote!(retry_if = is_transient), "M0270"),
            (quote!(retry = 1, retry_if = 3), "M0259"),
            (quote!(timeout = "2s", deadline = "1s"), "M0260"),
        ] {
            let (_, errors) = read(tokens.clone());
            assert_eq!(errors.len(), 1, "{tokens}: {errors:?}");
            assert!(errors[0].contains(code), "{tokens}: {errors:?}");
        }
    }
}
