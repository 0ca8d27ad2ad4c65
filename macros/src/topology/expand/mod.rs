//! Generates the builder calls.
//!
//! Each token of the user appears once, with its own span; each generated token has the span of the
//! token that it represents. The text before a token of the user is the same with and without
//! mistakes: editors locate the cursor by its offset.

mod merge;

use super::calls::{
    Calls, JOB, Place, SinkCheck, construct, ends, first_span, method, parenthesised, quoted,
};
use super::facts::{Has, Known};
use super::forks::Forks;
use super::model::{Call, Chain, Declaration, HeadKind, Job, Join, Line, Spelling, Step, StepKind};
use super::resolve::{self, Names};
use super::token::{self, stream};
use super::{edges, feedback, in_flight, times, variants, windows};
use crate::beside::{before, behind};
use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::words::{How, Role, Word};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;

mod place;

use place::{StepPlace, by_path, is_value};

/// The most steps of a line in one expression. The compiler opens all calls of an expression before
/// the first one is known, and looks at all that is open again and again: in a longer line, each
/// step begins with what is known.
const LONG: usize = 16;

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
    // With the first token's context, as all that refers to it: lines may come from a macro of the
    // user and from its caller.
    let bound = Ident::new(JOB, before(declaration.start));
    let builder = builder(declaration.job.as_ref(), &runtime);
    let expansion = Expansion {
        names,
        calls: Calls::of(declaration, (&job, &runtime)),
        known,
        forks: Forks::of(declaration, names, known),
        untyped: feedback::untyped(declaration),
        timed: times::needed(declaration),
        late: place::with_late_events(declaration),
    };
    let lines = declaration.lines.iter().map(|line| expansion.line(line));
    let lines: TokenStream = lines.collect();
    quote! {
        #[allow(unused_imports)]
        use #runtime::builder::scope::*;
        let #runtime::checks::BegunJob { #[cfg(not(rust_analyzer))] job: #bound, .. } =
            #runtime::checks::BegunJob { job: #builder };
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
    /// The names whose consumers run in one loop.
    forks: Forks,
    /// The loops whose event type is inferred from the streams they are merged with.
    untyped: HashSet<String>,
    /// The lines whose event time several others need.
    timed: HashSet<String>,
    /// The lines with a node that has late events: the rules of the shape know its outputs.
    late: HashSet<String>,
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
        if self.timed.contains(&token::spelled(name)) {
            chain = self.calls.check("HasEventTime", "timed", name.span(), chain);
        }
        if line.chain.key().is_none() {
            chain.extend(method("named", name.span(), quoted(name)));
        }
        let variants = self.names.variants(name);
        if !variants.is_empty() {
            chain = variants::split(&self.calls, chain, name, variants);
        } else if let Some(shape) = uses.shape() {
            if uses.stream > 1 {
                chain = self.calls.check("Clone", "copied", name.span(), chain);
            }
            let shape = if self.forks.has(name) { "fork" } else { shape };
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
            let place = StepPlace { name, last: last == Some(at), facts, sink };
            calls = if chain.steps.len() > LONG {
                let bound = Ident::new("__stream", Span::mixed_site());
                let behind = self.step(bound.to_token_stream(), step, place);
                quote!((match #calls { #bound => #behind }))
            } else {
                self.step(calls, step, place)
            };
            facts = self.known.behind(step, facts);
        }
        calls
    }

    fn head(&self, head: &'a HeadKind) -> TokenStream {
        match head {
            HeadKind::Missing(at) => {
                let nothing = quote_spanned!(*at=> ());
                self.calls.head(self.calls.offering(Place::Head, &[], nothing))
            }
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
                    .then(|| quote_spanned!(behind(name.span())=> .stream));
                let after = stream(rest);
                self.output((name, rest), quote!(#name #of #after))
            }
            HeadKind::Other(tokens) if is_value(tokens) => self.calls.head(stream(tokens)),
            HeadKind::Job(_, tokens) | HeadKind::Other(tokens) => stream(tokens),
        }
    }

    /// A join: the sides and the word.
    fn join(&self, join: &Join<'a>) -> TokenStream {
        let sides = join.sides.iter().map(|side| {
            let ends = ends(&stream(&side.last_tokens()));
            (self.calls.side(ends.0, self.chain(side, None)), ends)
        });
        let from = self.known.joined(join);
        let instances = self.instances(join.step, join.call.name.span(), from);
        self.calls.join(join, sides.collect(), &instances)
    }

    fn name(&self, name: &Ident, rest: &[TokenTree]) -> TokenStream {
        let rest = stream(rest);
        let Some(uses) = self.names.uses(name) else {
            let written = quote!(#name #rest);
            let tokens: Vec<TokenTree> = written.clone().into_iter().collect();
            return self.calls.head(self.calls.offering(Place::Head, &tokens, written));
        };
        let mut calls = name.to_token_stream();
        if uses.outputs > 0 {
            calls.extend(quote_spanned!(behind(name.span())=> .stream));
        }
        if uses.stream > 1 {
            let another = if self.forks.has(name) { "path" } else { "tap" };
            calls.extend(method(another, name.span(), TokenStream::new()));
        }
        calls.extend(rest);
        calls
    }

    fn step(&self, stream: TokenStream, step: &Step, place: StepPlace<'_>) -> TokenStream {
        if let Some((word, call)) = step.word() {
            return self.word(stream, step, (word, call), place);
        }
        let (at, operator) = match (&step.kind, step.operator()) {
            (_, Some(call)) if call.is_bare() => {
                let operator = self.calls.offering(Place::Step, &call.path, construct(call));
                (call.name.span(), operator)
            }
            (_, Some(call)) => (call.name.span(), construct(call)),
            (StepKind::Other(tokens), _) => {
                (first_span(&token::stream(tokens)), token::stream(tokens))
            }
            _ => {
                let nothing = quote_spanned!(step.at()=> ());
                (step.at(), self.calls.offering(Place::Step, &[], nothing))
            }
        };
        let instances = self.instances(step, at, place.facts.count);
        let ends = ends(&operator);
        let stream = quote!(#stream #instances);
        let stream = match place.facts.has {
            Has::Window(_) => windows::whole(&self.calls, stream, ends.0),
            _ => stream,
        };
        let errors = place.name.and_then(|name| self.names.uses(name)).unwrap_or_default().errors;
        let connected = place.last && errors > 0;
        let checked = (step, place.facts.has);
        let fit = place::fit(&self.calls, (&stream, &operator), checked, (ends, connected));
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
                self.calls.call(&["FeedsBack", "event"], ends(&stream), both)
            }
            _ => by_path(&self.calls, &stream, (word, call)).unwrap_or_else(|| {
                let (stream, inside) = match word.how {
                    How::Overflow => self.calls.overflow(at, stream, inside),
                    How::Method(checks) => {
                        let inside = self.calls.whole_number(word, inside, parentheses);
                        (self.calls.checked(checks, at, stream), inside)
                    }
                    _ => (stream, inside),
                };
                let arguments = parenthesised(inside, parentheses);
                quote_spanned!(at=> #stream.#path #arguments)
            }),
        };
        quote!(#calls #rest)
    }
}
