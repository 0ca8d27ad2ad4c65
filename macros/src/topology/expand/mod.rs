//! Generates the builder calls.
//!
//! Each token of the user appears once, with its own span; each generated token has the span of the
//! token that it represents. The text before a token of the user is the same with and without
//! mistakes: editors locate the cursor by its offset.

mod merge;

use super::calls::{
    Calls, JOB, SinkCheck, construct, ends, first_span, method, parenthesised, quoted, stream_of,
};
use super::facts::{Facts, Known};
use super::instances::{Count, InstanceCount};
use super::model::{Call, Chain, Declaration, HeadKind, Job, Join, Line, Spelling, Step, StepKind};
use super::resolve::{self, Names};
use super::token::{self, stream};
use super::{edges, feedback, in_flight, times, variants, windows};
use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::words::{How, Role, Word};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;

/// The name of a loop within its line.
const HEAD: &str = "__fed";

/// The block that the macro expands to.
///
/// If mistakes would cause follow-up errors, the body is for editors only: the compiler checks its
/// syntax, no more. Both conditions have the same length.
pub(super) fn block(declaration: &Declaration, body: &TokenStream, errors: &Errors) -> TokenStream {
    let declared = Ident::new("__declared", Span::mixed_site());
    let topology = Ident::new("__topology", Span::mixed_site());
    let messages = errors.to_tokens();
    let (condition, broken) =
        if !errors.hide_the_rest() && declaration.spelling == Spelling::Plausible {
            (quote!(any(rust_analyzer, not(rust_analyzer))), messages)
        } else {
            let runtime = declaration.runtime();
            let broken = quote! {
                #[cfg(not(rust_analyzer))]
                let #declared = #runtime::builder::Topology::broken();
                #messages
            };
            (quote!(all(rust_analyzer, any(rust_analyzer))), broken)
        };
    quote! {
        {
            #[allow(unexpected_cfgs)]
            let #topology = {
                #[cfg(#condition)]
                let #declared = { #body };
                #broken
                #declared
            };
            #topology
        }
    }
}

/// The calls of the builder.
pub(super) fn body(declaration: &Declaration, (names, known): (&Names, &Known<'_>)) -> TokenStream {
    let (job, runtime) = (Ident::new(JOB, declaration.start), declaration.runtime());
    let builder = builder(declaration.job.as_ref(), &runtime);
    let expansion = Expansion {
        names,
        calls: Calls::of(declaration, (&job, &runtime)),
        known,
        untyped: feedback::untyped(declaration),
    };
    let lines = declaration.lines.iter().map(|line| expansion.line(line));
    let lines: TokenStream = lines.collect();
    quote! {
        #[allow(unused_imports)]
        use #runtime::builder::words::*;
        let #job = #builder;
        #lines
        #job.build()
    }
}

fn builder(job: Option<&Job>, runtime: &CratePath) -> TokenStream {
    let Some(job) = job else {
        return quote!(#runtime::builder::Builder::new("job"));
    };
    let mut arguments = job.arguments.iter().map(|piece| stream(&piece.tokens));
    let name = parenthesised(arguments.next().unwrap_or_default(), job.parentheses);
    let at = job.word.span();
    let runtime = runtime.at(at);
    let mut builder = quote_spanned!(at=> #runtime::builder::Builder::new #name);
    for delivery in arguments {
        let at = first_span(&delivery);
        builder.extend(method("delivery", at, delivery));
    }
    builder.extend(job.methods.iter().cloned());
    builder
}

struct Expansion<'a, 'e> {
    names: &'e Names,
    known: &'e Known<'a>,
    calls: Calls,
    /// The loops whose event type is inferred from the streams they are merged with.
    untyped: HashSet<String>,
}

impl<'a> Expansion<'a, '_> {
    fn line(&self, line: &'a Line) -> TokenStream {
        let attributes = stream(&line.attributes);
        let last = line.chain.steps.last().and_then(Step::word);
        let ends_in_sink = last.is_some_and(|(word, _)| word.writes());
        let Some((name, equals)) = line.name.as_ref().filter(|_| !ends_in_sink) else {
            let name = line.name.as_ref().map(|(name, _)| name);
            let alone = self.ignored(&line.chain).filter(|_| line.attributes.is_empty());
            if let (None, Some(calls)) = (name, alone) {
                return calls;
            }
            let chain = self.chain(&line.chain, name);
            let declares = line.foreign.declares.first().map(|word| quote!(#word _ =));
            return quote!(#attributes #declares #chain;);
        };
        let uses = self.names.uses(name).unwrap_or_default();
        let mut chain = self.chain(&line.chain, Some(name));
        if line.chain.key().is_none() {
            chain.extend(method("named", name.span(), quoted(name)));
        }
        let variants = self.names.variants(name);
        if !variants.is_empty() {
            chain = variants::split(&self.calls, chain, name, variants);
        } else if let Some(shape) = uses.shape() {
            if uses.stream > 1 {
                chain = self.calls.check("CloneEvents", "copied", name.span(), chain);
            }
            chain.extend(method(shape, name.span(), TokenStream::new()));
        }
        if feedback::head(line).is_some() {
            let (head, back) = (Ident::new(HEAD, Span::mixed_site()), feedback::back(name));
            let begun = feedback::begun(&self.calls, &line.chain.head.kind);
            return quote! {
                #attributes
                let (#name, #back) #equals { let (#head, #back) = #begun; (#chain, #back) };
            };
        }
        if line.foreign.declares.is_empty() {
            return quote!(#attributes let #name #equals #chain;);
        }
        let declares = stream(&line.foreign.declares);
        quote!(#attributes #declares #name #equals #chain;)
    }

    /// The calls of a chain; the name is that of its last node.
    fn chain(&self, chain: &'a Chain, name: Option<&Ident>) -> TokenStream {
        let join = chain.join().filter(|join| join.call.arguments.is_some());
        let mut calls = match &join {
            Some(join) => self.join(join),
            None => self.head(&chain.head.kind),
        };
        if let Some(times) = &chain.head.times {
            calls.extend(self.calls.instances("instances", times));
        }
        let mut facts = self.known.begin(chain);
        let last = chain.steps.iter().rposition(Step::is_node);
        for (at, step) in chain.steps.iter().enumerate().skip(usize::from(join.is_some())) {
            let before = chain.steps.get(..at).unwrap_or_default();
            let after = chain.steps.get(at + 1..).unwrap_or_default();
            let default = self.known.default_instances();
            if let Some(edge) = edges::known(facts.count, step, (before, after), default) {
                calls.extend(method(edge, step.span(), TokenStream::new()));
            }
            let sink = SinkCheck::behind(before);
            calls = self.step(calls, step, StepPlace { name, last: last == Some(at), facts, sink });
            facts = self.known.behind(step, facts);
        }
        calls
    }

    fn head(&self, head: &'a HeadKind) -> TokenStream {
        match head {
            HeadKind::Missing(at) => quote_spanned!(*at=> ()),
            HeadKind::Source(tokens) => self.calls.source(tokens),
            HeadKind::Merge(chains, brackets) => self.merge(chains, brackets.span()),
            HeadKind::Sides(chains, group) => self.merge(chains, group.span()),
            HeadKind::Chain(chain) => self.chain(chain, None),
            HeadKind::Feedback(_) => Ident::new(HEAD, Span::mixed_site()).to_token_stream(),
            HeadKind::Name(name, rest) => self.name(name, rest),
            HeadKind::Output(name, rest) => {
                let variants = self.names.variants(name);
                let variant = resolve::output(rest).is_some_and(resolve::is_variant);
                let of = (variant && !variants.is_empty())
                    .then(|| quote_spanned!(name.span()=> .stream));
                let rest = stream(rest);
                quote!(#name #of #rest)
            }
            HeadKind::Job(_, tokens) | HeadKind::Other(tokens) => stream(tokens),
        }
    }

    /// A join: the sides and the word.
    fn join(&self, join: &Join<'a>) -> TokenStream {
        let sides = join.sides.iter().map(|side| {
            let ends = ends(&stream(&side.last_tokens()));
            (self.calls.side(ends.0, self.chain(side, None)), ends)
        });
        let counts: Vec<_> = join.sides.iter().map(|side| self.known.chain(side).count).collect();
        let from = InstanceCount::joined(&counts);
        let instances = self.instances(join.step, join.call.name.span(), from);
        self.calls.join(join, sides.collect(), &instances)
    }

    fn name(&self, name: &Ident, rest: &[TokenTree]) -> TokenStream {
        let rest = stream(rest);
        let Some(uses) = self.names.uses(name) else { return quote!(#name #rest) };
        let mut calls = name.to_token_stream();
        if uses.outputs > 0 {
            calls.extend(quote_spanned!(name.span()=> .stream));
        }
        if uses.stream > 1 {
            calls.extend(method("tap", name.span(), TokenStream::new()));
        }
        calls.extend(rest);
        calls
    }

    fn step(&self, stream: TokenStream, step: &Step, place: StepPlace<'_>) -> TokenStream {
        if let Some((word, call)) = step.word() {
            return self.word(stream, step, (word, call), place);
        }
        let (at, operator) = match (&step.kind, step.operator()) {
            (_, Some(call)) => (call.name.span(), construct(call)),
            (StepKind::Other(tokens), _) => {
                (first_span(&token::stream(tokens)), token::stream(tokens))
            }
            _ => (step.at(), quote_spanned!(step.at()=> ())),
        };
        let instances = self.instances(step, at, place.facts.count);
        let ends = ends(&operator);
        let stream = quote!(#stream #instances);
        let stream = if place.facts.is_windowed() {
            windows::whole(&self.calls, stream, ends.0)
        } else {
            stream
        };
        let fit = quote_spanned!(ends.0=> #stream, #operator);
        let errors = place.name.and_then(|name| self.names.uses(name)).unwrap_or_default().errors;
        let takes = if place.last && errors > 0 { "fallible" } else { "event" };
        let fit = self.calls.call(&["Takes", takes], ends, fit);
        let in_flight = step.operator().and_then(|call| in_flight::find(&call.rest));
        self.calls.then(fit, ends, in_flight)
    }

    fn word(
        &self,
        stream: TokenStream,
        step: &Step,
        (word, call): (&Word, &Call),
        place: StepPlace<'_>,
    ) -> TokenStream {
        let at = call.name.span();
        let inside = call.arguments.as_ref().map(Group::stream).unwrap_or_default();
        let instances = if word.role == Role::Node {
            self.instances(step, at, place.facts.count)
        } else {
            let said = |times| self.calls.instances("instances", times);
            step.times.as_ref().map(said).unwrap_or_default()
        };
        let stream = quote!(#stream #instances);
        let parentheses = call.arguments.as_ref().map_or(at, Group::span);
        let (path, rest) = (token::stream(&call.path), token::stream(&call.rest));
        let calls = match word.how {
            How::Sink => self.calls.sink(stream, (call, inside), (place.name, place.sink)),
            How::DeadLetters => {
                // The methods called on it are those of the file.
                let end = (place.name, place.sink);
                return self.calls.dead_letters(stream, call, end);
            }
            How::Feedback => {
                let back = feedback::fed(call)
                    .map_or(inside, |name| feedback::back(&name).into_token_stream());
                let both = quote_spanned!(at=> #back, #stream);
                self.calls.call(&["FeedsBack", "event"], (at, at), both)
            }
            how => by_path(&self.calls, how, &stream, call).unwrap_or_else(|| {
                let (stream, inside) = match how {
                    How::Overflow => self.calls.overflow(at, stream, inside),
                    How::Method(checks) => (self.calls.checked(checks, at, stream), inside),
                    _ => (stream, inside),
                };
                let arguments = parenthesised(inside, parentheses);
                quote_spanned!(at=> #stream.#path #arguments)
            }),
        };
        quote!(#calls #rest)
    }

    /// The call that sets the instances of the next node.
    fn instances(&self, step: &Step, at: Span, from: InstanceCount) -> TokenStream {
        let Some(times) = &step.times else {
            let strays = from.strays_from(self.known.default_instances());
            let calls = strays.then(|| method("default_instances", at, TokenStream::new()));
            return calls.unwrap_or_default();
        };
        // With the same number the two nodes remain one chain.
        let same = from.continues_at(Count::written(&times.tokens));
        self.calls.instances(if same { "same_instances" } else { "instances" }, times)
    }
}

/// A word whose arguments are checked by the path of a contract; one with generics is a method.
fn by_path(calls: &Calls, how: How, stream: &TokenStream, call: &Call) -> Option<TokenStream> {
    let at = call.name.span();
    if call.path.len() != 1 {
        return None;
    }
    match how {
        How::EventTime => times::event_time(calls, stream, call),
        How::Window => windows::window(calls, stream, call),
        How::Aggregate => windows::aggregate(calls, stream, call),
        How::Closure(contract) => {
            let (paired, behind) = (calls.closure(stream, contract, call), stream_of(at));
            Some(quote_spanned!(at=> #paired #behind))
        }
        How::Events(contract) => {
            let (paired, behind) = (calls.events(stream, contract, call), stream_of(at));
            Some(quote_spanned!(at=> #paired #behind))
        }
        _ => None,
    }
}

/// The position of a step in its line.
#[derive(Debug, Clone, Copy)]
struct StepPlace<'a> {
    /// The name of the line.
    name: Option<&'a Ident>,
    /// Whether it is the node with the name.
    last: bool,
    /// What is known of the stream before it.
    facts: Facts<'a>,
    /// Whether it is compared with the promise of the job, if it is a sink.
    sink: SinkCheck,
}
