//! The builder calls of the steps.
//!
//! Where types may not match, a path is called, `Fits::then(Operator::event(stream, operator))`,
//! and not a method: the compiler then prints the message of the trait, and no more. The call has
//! the span of its subject, from the first to the last token, so that only this is underlined.

use super::bounds;
use super::cut::{self, Piece};
use super::in_flight::{self, InFlight};
use super::model::{Call, Declaration, Job, Join, Step};
use super::token::{self, stream};
use super::{again, end_points};
use crate::beside::{before, behind};
use crate::crate_path::CratePath;
use millstream_graph::words::{AUTO, Check, HEADS, How, WORDS};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;

/// The name of the builder.
pub(super) const JOB: &str = "__job";

/// Whether a sink is compared with the promise of its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SinkCheck {
    /// It is.
    Promise,
    /// A reason stands before it, so it is not.
    Excused,
}

impl SinkCheck {
    /// That of a sink behind these steps.
    pub(super) fn behind(before: &[Step]) -> Self {
        match before.last().and_then(Step::word) {
            Some((word, _)) if word.how == How::Weaken => Self::Excused,
            _ => Self::Promise,
        }
    }
}

/// A place where a word may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The beginning of a line.
    Head,
    /// Behind an arrow.
    Step,
    /// The number of instances.
    Count,
}

impl Place {
    /// Whether a word is being written here.
    fn is_begun(self, written: &str) -> bool {
        let is_begun = |word: &str| word.starts_with(written);
        match self {
            Self::Head => HEADS.iter().any(|word| is_begun(word)),
            Self::Step => WORDS.iter().any(|word| is_begun(word.name)),
            Self::Count => is_begun(AUTO),
        }
    }

    /// The module with the words.
    const fn module(self) -> &'static str {
        match self {
            Self::Head => "heads",
            Self::Step => "steps",
            Self::Count => "counts",
        }
    }
}

/// What all calls refer to.
#[derive(Debug)]
pub(super) struct Calls {
    /// The builder. It has the span of tokens of the user, so that messages about it point there.
    pub(super) job: Ident,
    /// The path of the runtime.
    pub(super) runtime: CratePath,
    /// Whether the job keeps what it remembers.
    memory: JobMemory,
    /// Where a source or a sink stands that an earlier line has.
    pub(super) again: HashSet<usize>,
}

/// Whether a job keeps what it remembers, by its promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobMemory {
    /// It promises `at_most_once`, or nothing.
    Volatile,
    /// It promises more, or something that is computed.
    Durable,
}

impl JobMemory {
    /// That of a job.
    fn of(job: Option<&Job>) -> Self {
        let promise = job.and_then(|job| job.arguments.get(1));
        match promise.map(|promise| promise.tokens.as_slice()) {
            None => Self::Volatile,
            Some([TokenTree::Ident(word)]) if word == "at_most_once" => Self::Volatile,
            Some(_) => Self::Durable,
        }
    }
}

impl Calls {
    /// Those of a topology.
    pub(super) fn of(declaration: &Declaration, (job, runtime): (&Ident, &CratePath)) -> Self {
        let memory = JobMemory::of(declaration.job.as_ref());
        let again = again::of(declaration);
        Self { job: job.clone(), runtime: runtime.clone(), memory, again }
    }

    /// The module of the checks, with this span.
    pub(super) fn checks(&self, at: Span) -> TokenStream {
        let at = before(at);
        let runtime = self.runtime.at(at);
        quote_spanned!(at=> #runtime::checks)
    }

    /// `source(…)` and its methods.
    pub(super) fn source(&self, tokens: &[TokenTree]) -> TokenStream {
        let [word, arguments, rest @ ..] = tokens else {
            return stream(tokens);
        };
        let (at, rest) = (word.span(), stream(rest));
        let (inside, parentheses) = match arguments {
            TokenTree::Group(group) => (group.stream(), group.span()),
            other => (other.clone().into(), other.span()),
        };
        let ends = ends_or(&inside, parentheses);
        let again = self.again.contains(&tokens.as_ptr().addr());
        let check = if again { "AnotherSource" } else { end_points::source(&inside) };
        let (job, given) = (self.job_at(ends), self.call(&[check, "events"], ends, inside));
        let arguments = parenthesised(quote_spanned!(at=> #job, #given), parentheses);
        let begun = stream_of(at);
        let checks = self.checks(at);
        quote_spanned!(before(at)=> #checks::ReadsFrom::#word #arguments #begun #rest)
    }

    /// An operator behind its stream, which is paired with it already, and the number of its calls
    /// if it has one.
    pub(super) fn then(
        &self,
        fit: TokenStream,
        ends: (Span, Span),
        in_flight: Option<InFlight<'_>>,
    ) -> TokenStream {
        let fit = match &in_flight {
            Some(calls) => self.check("HasCalls", "calls", calls.word.span(), fit),
            None => fit,
        };
        let fit = self.kept("key", ends, fit);
        let fit = self.kept("state", ends, fit);
        let mut calls = self.call(&["Fits", "then"], ends, fit);
        calls.extend(stream_of(ends.0));
        if let Some(InFlight { tokens: [dot, word, _], number, .. }) = in_flight {
            let checked = self.number("WholeNumber", number.stream(), number.span());
            let number = parenthesised(checked, number.span());
            calls.extend(quote!(#dot #word #number));
        }
        calls
    }

    /// The builder, with the span of its argument, whose guarantee is compared with the job's.
    pub(super) fn job_at(&self, (first, last): (Span, Span)) -> TokenStream {
        let mut job = self.job.clone();
        job.set_span(job.span().located_at(behind(last)));
        quote_spanned!(first=> &#job)
    }

    /// `join((a, b), bound)`, and the joined stream; each side has the span of its key.
    pub(super) fn join(
        &self,
        join: &Join<'_>,
        sides: Vec<(TokenStream, (Span, Span))>,
        instances: &TokenStream,
    ) -> TokenStream {
        let (at, word) = (join.call.name.span(), join.call);
        let (settings, rest) = bounds::split(join.word, &word.rest);
        let (path, settings, rest) = (stream(&word.path), stream(settings), stream(rest));
        let mut sides = sides.into_iter();
        let first = sides.next().map(|(side, _)| side).unwrap_or_default();
        let first = parenthesised(first, join.group.span());
        let checks = self.checks(at);
        let first = quote_spanned!(before(at)=> #checks::JoinStart::#path #first);
        let sides = sides.fold(first, |before, (side, ends)| {
            self.call(&["SameKey", "and"], ends, quote_spanned!(ends.0=> #before, #side))
        });
        let inside = word.arguments.as_ref().map(Group::stream).unwrap_or_default();
        let ends = ends_or(&inside, word.arguments.as_ref().map_or(at, Group::span));
        let joined =
            self.call(&["JoinBound", "spec"], ends, quote_spanned!(ends.0=> #sides, #inside));
        let stream = stream_of(at);
        quote!(#joined #instances #settings #stream #rest)
    }

    /// The stream, with the checks that a word requires.
    pub(super) fn checked(&self, checks: &[Check], at: Span, stream: TokenStream) -> TokenStream {
        checks.iter().fold(stream, |stream, check| match check {
            Check::Keyed => self.check("IsKeyed", "keyed", at, stream),
            Check::Timed => self.check("HasEventTime", "timed", at, stream),
            Check::Cloned => self.check("Clone", "copied", at, stream),
            Check::KeptEvents => self.kept("events", (at, at), stream),
            Check::KeptKeys => self.kept("keys", (at, at), stream),
        })
    }

    /// The stream and the argument of `overflow`. Its job must be one that may drop events, except
    /// for `block`, which drops none.
    pub(super) fn overflow(
        &self,
        at: Span,
        stream: TokenStream,
        policy: TokenStream,
    ) -> (TokenStream, TokenStream) {
        let mut tokens = policy.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (None, _) => (stream, policy),
            (Some(TokenTree::Ident(word)), None) if word == "block" => {
                (stream, self.with_policies(policy))
            }
            _ => (self.check("MayDrop", "dropping", at, stream), self.with_policies(policy)),
        }
    }

    /// A side of a join: it needs event time, and events that are `Clone`.
    pub(super) fn side(&self, at: Span, stream: TokenStream) -> TokenStream {
        const CHECKS: &[Check] = &[Check::Cloned, Check::Timed, Check::KeptEvents, Check::KeptKeys];
        self.checked(CHECKS, at, stream)
    }

    /// The stream or operator, with the check that the job can keep something of it, if it has to.
    fn kept(&self, what: &str, ends: (Span, Span), subject: TokenStream) -> TokenStream {
        match self.memory {
            JobMemory::Volatile => subject,
            JobMemory::Durable => self.call(&["Serialize", what], ends, subject),
        }
    }

    /// The stream with a check, reported at this span.
    pub(super) fn check(
        &self,
        name: &str,
        method: &str,
        at: Span,
        stream: TokenStream,
    ) -> TokenStream {
        self.call(&[name, method], (at, at), stream)
    }

    /// A call of an associated function of a trait, by its path, with the span of its subject.
    pub(super) fn call(
        &self,
        path: &[&str],
        (first, last): (Span, Span),
        arguments: TokenStream,
    ) -> TokenStream {
        let mut calls = self.checks(first);
        for (at, name) in path.iter().enumerate() {
            let beside = behind(if at + 1 == path.len() { last } else { first });
            let name = Ident::new(name, beside);
            calls.extend(quote_spanned!(beside=> ::#name));
        }
        calls.extend(parenthesised(arguments, last).to_token_stream());
        calls
    }

    /// `* n` as a call.
    pub(super) fn instances(&self, how: &str, times: &Piece) -> TokenStream {
        let count = stream(&times.tokens);
        let at = times.tokens.first().map_or_else(|| times.at(), TokenTree::span);
        let count = match times.tokens.as_slice() {
            [] => quote_spanned!(at=> ()),
            [TokenTree::Ident(auto)] if auto == AUTO => {
                let runtime = self.runtime.at(before(at));
                quote_spanned!(before(at)=> #runtime::topology::Instances::#auto())
            }
            [TokenTree::Literal(_)] => count,
            // The compiler would warn about a second pair of parentheses.
            [only] => {
                let inside = token::group(Some(only), Delimiter::Parenthesis);
                let count = inside.map_or(count, Group::stream);
                let count = self.offering(Place::Count, &times.tokens, count);
                self.number("InstanceNumber", count, at)
            }
            _ => self.number("InstanceNumber", count, at),
        };
        method(how, at, count)
    }

    /// The argument of `overflow`. The names of the policies are in scope only here: `block` and
    /// `sample` are useful names elsewhere, as in `map(|sample| …)`.
    pub(super) fn with_policies(&self, argument: TokenStream) -> TokenStream {
        self.with_words(&["words", "overflow"], argument)
    }

    /// An expression with the words of a module in scope.
    fn with_words(&self, module: &[&str], tokens: TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        let module = module.iter().map(|name| Ident::new(name, Span::call_site()));
        let words = quote! {
            #[allow(unused_imports)]
            use #runtime::builder #(::#module)*::*;
        };
        quote_spanned!(first_span(&tokens)=> { #words #tokens })
    }

    /// What stands where a word may stand. If a word is being written there, an editor offers those
    /// that fit.
    pub(super) fn offering(
        &self,
        place: Place,
        written: &[TokenTree],
        tokens: TokenStream,
    ) -> TokenStream {
        let begun = match written {
            [] => true,
            [TokenTree::Ident(word)] => place.is_begun(&token::spelled(word)),
            _ => false,
        };
        if begun { self.with_words(&["offered", place.module()], tokens) } else { tokens }
    }
}

/// The spans of the first and the last token.
pub(super) fn ends(tokens: &TokenStream) -> (Span, Span) {
    ends_or(tokens, Span::call_site())
}

/// The spans of the first and the last token; the other span if there are none.
pub(super) fn ends_or(tokens: &TokenStream, other: Span) -> (Span, Span) {
    let first = tokens.clone().into_iter().next().map_or(other, |token| token.span());
    (first, tokens.clone().into_iter().last().map_or(other, |token| token.span()))
}

/// Constructs an operator from its path and arguments.
pub(super) fn construct(call: &Call) -> TokenStream {
    let at = call.name.span();
    let (path, rest) = (stream(&call.path), stream(&in_flight::others(&call.rest)));
    match &call.arguments {
        arguments if call.is_associated() => quote!(#path #arguments #rest),
        Some(arguments) => quote_spanned!(behind(at)=> #path::new #arguments #rest),
        None => {
            // The type of a function has no parameters: its event determines them.
            let is_function = token::spelled(&call.name).starts_with(char::is_lowercase);
            let path = match is_function {
                true => stream(cut::without_generics(&call.path)),
                false => path,
            };
            let mut braces = Group::new(Delimiter::Brace, TokenStream::new());
            braces.set_span(at);
            quote!(#path #braces #rest)
        }
    }
}

pub(super) fn quoted(name: &Ident) -> TokenStream {
    let mut literal = Literal::string(&token::spelled(name));
    literal.set_span(name.span());
    literal.to_token_stream()
}

/// `.stream()`, which ends a check: the resulting stream.
pub(super) fn stream_of(at: Span) -> TokenStream {
    method("stream", at, TokenStream::new())
}

/// `.name(arguments)`, with one span.
pub(super) fn method(name: &str, at: Span, arguments: TokenStream) -> TokenStream {
    let (name, arguments) = (Ident::new(name, behind(at)), parenthesised(arguments, at));
    quote_spanned!(behind(at)=> .#name #arguments)
}

pub(super) fn parenthesised(inside: TokenStream, at: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, inside);
    group.set_span(at);
    group
}

pub(super) fn first_span(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}
