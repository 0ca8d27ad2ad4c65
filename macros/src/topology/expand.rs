//! Writes the builder calls.
//!
//! Every token of the user appears once, in its order, with its own span; every token that is added
//! has the span of the one that it stands for. The text before a token of the user does not depend
//! on whether there are mistakes: an editor finds the place of the cursor by its offset.

use super::cut::{self, Piece};
use super::instances::{Count, Standing};
use super::model::{Call, Chain, Declaration, HeadKind, Job, Line, Spelling, Stage, StageKind};
use super::resolve::{Names, Uses};
use crate::errors::Errors;
use millstream_graph::words::{Role, Word};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashMap;

/// The builder's name, which the user's code cannot see.
const JOB: &str = "__job";

/// The block that the macro expands to.
///
/// With mistakes the body is there for editors only: the compiler looks at its syntax, no more.
/// Both conditions have the same length.
pub(super) fn block(body: &TokenStream, errors: &Errors, spelling: Spelling) -> TokenStream {
    let declared = Ident::new("__declared", Span::mixed_site());
    let topology = Ident::new("__topology", Span::mixed_site());
    let (condition, broken) = if errors.is_empty() && spelling == Spelling::Plausible {
        (quote!(any(rust_analyzer, not(rust_analyzer))), TokenStream::new())
    } else {
        let messages = errors.to_tokens();
        let broken = quote! {
            #[cfg(not(rust_analyzer))]
            let #declared = ::millstream::topology::Topology::broken();
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
    let job = Ident::new(JOB, Span::mixed_site());
    let default = Count::default_of(declaration.job.as_ref());
    let mut expansion = Expansion { names, default, streams: HashMap::new() };
    let builder = builder(declaration.job.as_ref());
    let lines = declaration.lines.iter().map(|line| expansion.line(line));
    let lines: TokenStream = lines.collect();
    quote! {
        #[allow(unused_imports)]
        use ::millstream::topology::words::*;
        let #job = #builder;
        #lines
        #job.build()
    }
}

fn builder(job: Option<&Job>) -> TokenStream {
    let Some(job) = job else {
        return quote!(::millstream::topology::Builder::new("job"));
    };
    let mut arguments = job.arguments.iter().map(|piece| stream(&piece.tokens));
    let name = parenthesised(arguments.next().unwrap_or_default(), job.parentheses);
    let mut builder = quote_spanned!(job.word.span()=> ::millstream::topology::Builder::new #name);
    for delivery in arguments {
        let at = first_span(&delivery);
        builder.extend(method("delivery", at, delivery));
    }
    builder.extend(job.methods.iter().cloned());
    builder
}

struct Expansion<'a> {
    names: &'a Names,
    /// The instances of a node that says nothing.
    default: Count,
    /// The streams of the lines so far.
    streams: HashMap<String, Standing>,
}

impl Expansion<'_> {
    fn line(&mut self, line: &Line) -> TokenStream {
        let attributes = stream(&line.attributes);
        let Some((name, equals)) = &line.name else {
            let (chain, _) = self.chain(&line.chain, None);
            return quote!(#attributes #chain;);
        };
        if line
            .chain
            .stages
            .last()
            .and_then(Stage::word)
            .is_some_and(|(word, _)| word.name == "sink")
        {
            let (chain, _) = self.chain(&line.chain, Some(name));
            return quote!(#attributes #chain;);
        }
        let uses = self.names.uses(name).unwrap_or_default();
        let (mut chain, standing) = self.chain(&line.chain, None);
        if line.chain.key().is_none() {
            chain.extend(method("named", name.span(), quoted(name)));
        }
        if let Some(shape) = shape(uses) {
            chain.extend(method(shape, name.span(), TokenStream::new()));
        }
        self.streams.insert(cut::spelled(name), standing);
        quote!(#attributes let #name #equals #chain;)
    }

    /// The calls of a chain; its sink has the name, if there is one.
    fn chain(&self, chain: &Chain, name: Option<&Ident>) -> (TokenStream, Standing) {
        let (mut calls, mut standing) = self.head(&chain.head.kind);
        if let Some(times) = &chain.head.times {
            calls.extend(instances("instances", times));
        }
        for stage in &chain.stages {
            let (call, behind) = self.stage(stage, standing, name);
            calls.extend(call);
            standing = behind;
        }
        (calls, standing)
    }

    fn head(&self, head: &HeadKind) -> (TokenStream, Standing) {
        let unknown = Standing::at(Count::Unknown);
        match head {
            HeadKind::Missing(at) => (quote_spanned!(*at=> ()), unknown),
            HeadKind::Source(tokens) => {
                let (job, source) = (Ident::new(JOB, Span::mixed_site()), stream(tokens));
                // Without the parentheses a mistake in the line would be drawn over the whole list,
                // since the first token's place is the macro.
                let at = first_span(&source);
                let calls = parenthesised(quote_spanned!(at=> #job.#source), at);
                (calls.to_token_stream(), Standing::at(Count::Literal(1)))
            }
            HeadKind::Merge(chains, brackets) => self.merge(chains, brackets.span()),
            HeadKind::Chain(chain) => self.chain(chain, None),
            HeadKind::Name(name, rest) => self.name(name, rest),
            HeadKind::Output(name, rest) => {
                let standing = self.streams.get(&cut::spelled(name)).copied();
                let rest = stream(rest);
                (quote!(#name #rest), standing.map_or(unknown, Standing::used_again))
            }
            HeadKind::Job(_, tokens) | HeadKind::Other(tokens) => (stream(tokens), unknown),
        }
    }

    fn merge(&self, chains: &[Chain], brackets: Span) -> (TokenStream, Standing) {
        let (streams, standings): (Vec<TokenStream>, Vec<Standing>) =
            chains.iter().map(|chain| self.chain(chain, None)).unzip();
        let comma = (streams.len() == 1).then(|| quote!(,));
        let tuple = parenthesised(quote!(#(#streams),* #comma), brackets);
        let tuple = parenthesised(tuple.to_token_stream(), brackets);
        let calls = quote_spanned!(brackets=> ::millstream::topology::merge #tuple);
        (calls, Standing::merged(&standings))
    }

    fn name(&self, name: &Ident, rest: &[TokenTree]) -> (TokenStream, Standing) {
        let rest = stream(rest);
        let known = self.streams.get(&cut::spelled(name)).copied();
        let (Some(standing), Some(uses)) = (known, self.names.uses(name)) else {
            return (quote!(#name #rest), Standing::at(Count::Unknown));
        };
        let mut calls = name.to_token_stream();
        if uses.outputs > 0 {
            calls.extend(quote_spanned!(name.span()=> .stream));
        }
        if uses.stream > 1 {
            calls.extend(method("tap", name.span(), TokenStream::new()));
        }
        calls.extend(rest);
        (calls, if uses.stream > 1 { standing.used_again() } else { standing })
    }

    fn stage(
        &self,
        stage: &Stage,
        from: Standing,
        name: Option<&Ident>,
    ) -> (TokenStream, Standing) {
        if let Some((word, call)) = stage.word() {
            return self.word(stage, (word, call), from, name);
        }
        let (at, operator) = match (&stage.kind, stage.operator()) {
            (_, Some(call)) => (call.name.span(), construct(call)),
            (StageKind::Other(tokens), _) => (first_span(&stream(tokens)), stream(tokens)),
            _ => (stage.at(), quote_spanned!(stage.at()=> ())),
        };
        let (mut calls, behind) = self.instances(stage, at, from);
        calls.extend(method("then", at, operator));
        (calls, behind)
    }

    fn word(
        &self,
        stage: &Stage,
        (word, call): (&Word, &Call),
        from: Standing,
        name: Option<&Ident>,
    ) -> (TokenStream, Standing) {
        let at = call.name.span();
        let inside = call.arguments.as_ref().map(Group::stream).unwrap_or_default();
        let (mut calls, behind) = if word.role == Role::Node {
            self.instances(stage, at, from)
        } else {
            let said = |times| instances("instances", times);
            let times = stage.times.as_ref().map(said).unwrap_or_default();
            let arguments: Vec<TokenTree> = inside.clone().into_iter().collect();
            (times, from.behind(word, &arguments, self.default))
        };
        let parentheses = call.arguments.as_ref().map_or(at, Group::span);
        let (path, rest) = (stream(&call.path), stream(&call.rest));
        calls.extend(match name.filter(|_| word.name == "sink") {
            Some(name) => {
                let method = Ident::new("sink_named", at);
                let arguments = parenthesised(with_name(inside, name), parentheses);
                quote_spanned!(at=> .#method #arguments #rest)
            }
            None => {
                let named = word.name == "overflow" && !inside.is_empty();
                let inside = if named { with_policies(inside) } else { inside };
                let arguments = parenthesised(inside, parentheses);
                quote_spanned!(at=> .#path #arguments #rest)
            }
        });
        (calls, behind)
    }

    /// What to say about the instances of a node before it.
    fn instances(&self, stage: &Stage, at: Span, from: Standing) -> (TokenStream, Standing) {
        let Some(times) = &stage.times else {
            let strays = from.strays_from(self.default);
            let calls = strays.then(|| method("default_instances", at, TokenStream::new()));
            return (calls.unwrap_or_default(), from.behind_node(None, self.default));
        };
        let written = Count::written(&times.tokens);
        // Where nothing changes the two nodes stay one chain.
        let how = if from.continues_at(written) { "same_instances" } else { "instances" };
        (instances(how, times), from.behind_node(Some(written), self.default))
    }
}

/// What a name with these uses is made into.
fn shape(uses: Uses) -> Option<&'static str> {
    match (uses.stream > 1, uses.outputs > 0) {
        (false, false) => None,
        (true, false) => Some("fan_out"),
        (false, true) => Some("outputs"),
        (true, true) => Some("outputs_fan_out"),
    }
}

/// `* n` as a call.
fn instances(how: &str, times: &Piece) -> TokenStream {
    let count = stream(&times.tokens);
    let at = times.tokens.first().map_or_else(|| times.at(), TokenTree::span);
    let count = match times.tokens.as_slice() {
        [] => quote_spanned!(at=> ()),
        [TokenTree::Ident(auto)] if auto == "auto" => {
            quote_spanned!(at=> ::millstream::topology::Instances::#auto())
        }
        // The compiler would advise against a second pair of parentheses.
        [only] => cut::group(Some(only), Delimiter::Parenthesis).map_or(count, Group::stream),
        _ => count,
    };
    method(how, at, count)
}

/// The value of an operator, from its path and arguments.
fn construct(call: &Call) -> TokenStream {
    let at = call.name.span();
    let (path, rest) = (stream(&call.path), stream(&call.rest));
    match &call.arguments {
        Some(arguments) => quote_spanned!(at=> #path::new #arguments #rest),
        None => {
            let mut braces = Group::new(Delimiter::Brace, TokenStream::new());
            braces.set_span(at);
            quote!(#path #braces #rest)
        }
    }
}

/// The arguments of a sink and its name.
fn with_name(arguments: TokenStream, name: &Ident) -> TokenStream {
    let last = arguments.clone().into_iter().last();
    let needs_comma = last.is_some_and(|token| !cut::is_punct(Some(&token), ','));
    let comma = needs_comma.then(|| quote_spanned!(name.span()=> ,));
    let name = quoted(name);
    quote!(#arguments #comma #name)
}

/// The argument of `overflow`, in which alone the names of the policies are known: elsewhere
/// `block` and `sample` are for the user to use, as in `map(|sample| …)`.
fn with_policies(argument: TokenStream) -> TokenStream {
    let at = first_span(&argument);
    quote_spanned! {at=>
        {
            #[allow(unused_imports)]
            use ::millstream::topology::words::overflow::*;
            #argument
        }
    }
}

fn quoted(name: &Ident) -> TokenStream {
    let mut literal = Literal::string(&cut::spelled(name));
    literal.set_span(name.span());
    literal.to_token_stream()
}

/// `.name(arguments)`, all of it at one place.
fn method(name: &str, at: Span, arguments: TokenStream) -> TokenStream {
    let (name, arguments) = (Ident::new(name, at), parenthesised(arguments, at));
    quote_spanned!(at=> .#name #arguments)
}

fn parenthesised(inside: TokenStream, at: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, inside);
    group.set_span(at);
    group
}

fn first_span(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}
