//! Generates the builder calls.
//!
//! Each token of the user appears once, with its own span; each generated token has the span of the
//! token that it represents. The text before a token of the user is the same with and without
//! mistakes: editors locate the cursor by its offset.

use super::calls::{
    Calls, JOB, SinkCheck, construct, ends, first_span, method, parenthesised, quoted,
};
use super::instances::{Count, InstanceCount};
use super::model::{Call, Chain, Declaration, HeadKind, Job, Join, Line, Spelling, Step, StepKind};
use super::resolve::{self, Names};
use super::token::{self, stream};
use super::{edges, feedback, in_flight, times, variants, windows};
use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::words::{Role, Word};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::{HashMap, HashSet};

mod place;

use place::{Received, StepPlace, by_path, has_late_events, is_value};

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
pub(super) fn body(declaration: &Declaration, names: &Names) -> TokenStream {
    let (job, runtime) = (Ident::new(JOB, declaration.start), declaration.runtime());
    let builder = builder(declaration.job.as_ref(), &runtime);
    let mut expansion = Expansion {
        names,
        calls: Calls::of(declaration, (&job, &runtime)),
        default: Count::default_of(declaration.job.as_ref()),
        streams: HashMap::new(),
        untyped: feedback::untyped(declaration),
        windowed: HashSet::new(),
        timed: times::needed(declaration),
        late: HashSet::new(),
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

struct Expansion<'a> {
    names: &'a Names,
    calls: Calls,
    /// The number of instances of a node without `* n`.
    default: Count,
    /// The streams of earlier lines.
    streams: HashMap<String, InstanceCount>,
    /// The loops whose event type is inferred from the streams they are merged with.
    untyped: HashSet<String>,
    /// The lines that end in a window.
    windowed: HashSet<String>,
    /// The lines whose event time several others need.
    timed: HashSet<String>,
    /// The lines with a node that has late events: the rules of the shape know its outputs.
    late: HashSet<String>,
}

impl Expansion<'_> {
    fn line(&mut self, line: &Line) -> TokenStream {
        let attributes = stream(&line.attributes);
        let last = line.chain.steps.last().and_then(Step::word);
        let writes = |word: &Word| matches!(word.name, "sink" | "dead_letters");
        let ends_in_sink = last.is_some_and(|(word, _)| writes(word));
        let Some((name, equals)) = line.name.as_ref().filter(|_| !ends_in_sink) else {
            let name = line.name.as_ref().map(|(name, _)| name);
            let (chain, _) = self.chain(&line.chain, name);
            let declares = line.foreign.declares.first().map(|word| quote!(#word _ =));
            return quote!(#attributes #declares #chain;);
        };
        let uses = self.names.uses(name).unwrap_or_default();
        let (mut chain, count) = self.chain(&line.chain, Some(name));
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
            chain.extend(method(shape, name.span(), TokenStream::new()));
        }
        if windows::stand_behind(&line.chain.head.kind, &line.chain.steps, &self.windowed) {
            self.windowed.insert(token::spelled(name));
        }
        let count = if line.attributes.is_empty() { count } else { count.uncertain() };
        self.streams.insert(token::spelled(name), count);
        if has_late_events(&line.chain) {
            self.late.insert(token::spelled(name));
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
    fn chain(&self, chain: &Chain, name: Option<&Ident>) -> (TokenStream, InstanceCount) {
        let join = chain.join().filter(|join| join.call.arguments.is_some());
        let (mut calls, mut count) = match &join {
            Some(join) => self.join(join),
            None => self.head(&chain.head.kind),
        };
        if let Some(times) = &chain.head.times {
            calls.extend(self.calls.instances("instances", times));
            count = count.uncertain();
        }
        let last = chain.steps.iter().rposition(Step::is_node);
        for (at, step) in chain.steps.iter().enumerate().skip(usize::from(join.is_some())) {
            let before = chain.steps.get(..at).unwrap_or_default();
            let after = chain.steps.get(at + 1..).unwrap_or_default();
            let windowed = windows::stand_behind(&chain.head.kind, before, &self.windowed);
            if let Some(edge) = edges::known(count, step, (before, after), self.default) {
                calls.extend(method(edge, step.span(), TokenStream::new()));
            }
            let sink = SinkCheck::behind(before);
            let receives = if windowed { Received::Windows } else { Received::behind(before) };
            let place = StepPlace { name, last: last == Some(at), receives, sink };
            (calls, count) = self.step(calls, step, count, place);
            if step.has_more_calls() {
                count = count.uncertain();
            }
        }
        (calls, count)
    }

    fn head(&self, head: &HeadKind) -> (TokenStream, InstanceCount) {
        let unknown = InstanceCount::at(Count::Unknown);
        match head {
            HeadKind::Missing(at) => (quote_spanned!(*at=> ()), unknown),
            HeadKind::Source(tokens) => {
                let count = InstanceCount::at(Count::Literal(1));
                let plain = tokens.len() == 2;
                (self.calls.source(tokens), if plain { count } else { count.uncertain() })
            }
            HeadKind::Merge(chains, brackets) => self.merge(chains, brackets.span()),
            HeadKind::Sides(chains, group) => self.merge(chains, group.span()),
            HeadKind::Chain(chain) => self.chain(chain, None),
            HeadKind::Feedback(_) => {
                let head = Ident::new(HEAD, Span::mixed_site());
                (head.to_token_stream(), InstanceCount::at(Count::Literal(1)).uncertain())
            }
            HeadKind::Name(name, rest) => self.name(name, rest),
            HeadKind::Output(name, rest) => {
                let count = self.streams.get(&token::spelled(name)).copied();
                let variants = self.names.variants(name);
                let variant = resolve::output(rest).is_some_and(resolve::is_variant);
                let of = (variant && !variants.is_empty())
                    .then(|| quote_spanned!(name.span()=> .stream));
                let count = count.map_or(unknown, InstanceCount::used_again);
                let count = if rest.len() > 2 { count.uncertain() } else { count };
                let after = stream(rest);
                let calls = quote!(#name #of #after);
                (self.output((name, rest), calls), count)
            }
            HeadKind::Other(tokens) if is_value(tokens) => {
                (self.calls.head(stream(tokens)), unknown)
            }
            HeadKind::Other(tokens) => (stream(tokens), unknown),
            HeadKind::Job(_, tokens) => (stream(tokens), unknown),
        }
    }

    fn merge(&self, chains: &[Chain], brackets: Span) -> (TokenStream, InstanceCount) {
        let mut counts = Vec::with_capacity(chains.len());
        let mut merged = None;
        // Streams without a type of their own come last: they take the type of the others.
        let (bare, typed): (Vec<_>, Vec<_>) =
            chains.iter().partition(|chain| feedback::is_bare(chain, &self.untyped));
        let plain = typed.len().max(1);
        for (at, chain) in typed.into_iter().chain(bare).enumerate() {
            let (calls, count) = self.chain(chain, None);
            counts.push(count);
            let (first, last) = ends(&calls);
            merged = Some(match merged {
                None => self.calls.call(&["Merged", "of"], (first, last), calls),
                Some(merged) => {
                    let both = quote_spanned!(first=> #merged, #calls);
                    let path =
                        if at < plain { ["SameEvents", "event"] } else { ["Merged", "with"] };
                    let another = self.calls.call(&path, (first, last), both);
                    self.calls.call(&["SameTime", "and"], (first, last), another)
                }
            });
        }
        let mut merged = merged.unwrap_or_else(|| {
            self.calls.call(&["Merged", "of"], (brackets, brackets), TokenStream::new())
        });
        merged.extend(method("stream", brackets, TokenStream::new()));
        (merged, InstanceCount::merged(&counts))
    }

    /// A join: the sides and the word.
    fn join(&self, join: &Join<'_>) -> (TokenStream, InstanceCount) {
        let sides = join.sides.iter().map(|side| {
            let (calls, count) = self.chain(side, None);
            let ends = ends(&stream(&side.last_tokens()));
            ((self.calls.side(ends.0, calls), ends), count)
        });
        let (sides, counts): (Vec<_>, Vec<_>) = sides.unzip();
        let from = InstanceCount::joined(&counts);
        let (instances, behind) = self.instances(join.step, join.call.name.span(), from);
        (self.calls.join(join, sides, &instances), behind)
    }

    fn name(&self, name: &Ident, rest: &[TokenTree]) -> (TokenStream, InstanceCount) {
        let plain = rest.is_empty();
        let rest = stream(rest);
        let known = self.streams.get(&token::spelled(name)).copied();
        let known = known.map(|count| if plain { count } else { count.uncertain() });
        let (Some(count), Some(uses)) = (known, self.names.uses(name)) else {
            let head = self.calls.head(quote!(#name #rest));
            return (head, InstanceCount::at(Count::Unknown));
        };
        let mut calls = name.to_token_stream();
        if uses.outputs > 0 {
            calls.extend(quote_spanned!(name.span()=> .stream));
        }
        if uses.stream > 1 {
            calls.extend(method("tap", name.span(), TokenStream::new()));
        }
        calls.extend(rest);
        (calls, if uses.stream > 1 { count.used_again() } else { count })
    }

    fn step(
        &self,
        stream: TokenStream,
        step: &Step,
        from: InstanceCount,
        place: StepPlace<'_>,
    ) -> (TokenStream, InstanceCount) {
        if let Some((word, call)) = step.word() {
            return self.word(stream, step, (word, call), (from, place));
        }
        let (at, operator) = match (&step.kind, step.operator()) {
            (_, Some(call)) => (call.name.span(), construct(call)),
            (StepKind::Other(tokens), _) => {
                (first_span(&token::stream(tokens)), token::stream(tokens))
            }
            _ => (step.at(), quote_spanned!(step.at()=> ())),
        };
        let (instances, behind) = self.instances(step, at, from);
        let ends = ends(&operator);
        let stream = quote!(#stream #instances);
        let windowed = place.receives == Received::Windows;
        let stream = if windowed { windows::whole(&self.calls, stream, ends.0) } else { stream };
        let errors = place.name.and_then(|name| self.names.uses(name)).unwrap_or_default().errors;
        let connected = place.last && errors > 0;
        let checked = (step, place.receives);
        let fit = place::fit(&self.calls, (&stream, &operator), checked, (ends, connected));
        let in_flight = step.operator().and_then(|call| in_flight::find(&call.rest));
        (self.calls.then(fit, ends, in_flight), behind)
    }

    fn word(
        &self,
        stream: TokenStream,
        step: &Step,
        (word, call): (&Word, &Call),
        (from, place): (InstanceCount, StepPlace<'_>),
    ) -> (TokenStream, InstanceCount) {
        let at = call.name.span();
        let inside = call.arguments.as_ref().map(Group::stream).unwrap_or_default();
        let (instances, behind) = if word.role == Role::Node {
            self.instances(step, at, from)
        } else {
            let said = |times| self.calls.instances("instances", times);
            let times = step.times.as_ref().map(said).unwrap_or_default();
            let arguments: Vec<TokenTree> = inside.clone().into_iter().collect();
            (times, from.behind(word, &arguments, self.default))
        };
        let stream = quote!(#stream #instances);
        let parentheses = call.arguments.as_ref().map_or(at, Group::span);
        let (path, rest) = (token::stream(&call.path), token::stream(&call.rest));
        let calls = match word.name {
            "sink" => self.calls.sink(stream, (call, inside), (place.name, place.sink)),
            "dead_letters" => {
                // The methods called on it are those of the file.
                let end = (place.name, place.sink);
                return (self.calls.dead_letters(stream, call, end), behind);
            }
            "feedback" => {
                let back = feedback::fed(call)
                    .map_or(inside, |name| feedback::back(&name).into_token_stream());
                let both = quote_spanned!(at=> #back, #stream);
                self.calls.call(&["FeedsBack", "event"], ends(&stream), both)
            }
            name => by_path(&self.calls, name, &stream, call).unwrap_or_else(|| {
                let (stream, inside) = match name {
                    "overflow" => self.calls.overflow(at, stream, inside),
                    "buffer" | "in_batches_of" => {
                        let number = self.calls.number("WholeNumber", inside, parentheses);
                        (self.calls.checked(name, at, stream), number)
                    }
                    _ => (self.calls.checked(name, at, stream), inside),
                };
                let arguments = parenthesised(inside, parentheses);
                quote_spanned!(at=> #stream.#path #arguments)
            }),
        };
        (quote!(#calls #rest), behind)
    }
}
