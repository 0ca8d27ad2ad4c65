//! Writes the builder calls.
//!
//! Every token of the user appears once, with its own span; every token that is added has the span of
//! the one that it stands for. The text before a token of the user does not depend on whether there
//! are mistakes: an editor finds the place of the cursor by its offset.
//!
//! What can fail to fit is called by its path, `Fits::then(Takes::event(stream, operator))`, and not
//! as a method: the compiler then says what the trait has to say, and no more. The call has the
//! place of what it is about, from its first to its last token, so that only that is underlined.

use super::cut::{self, Piece};
use super::feedback;
use super::instances::{Count, Standing};
use super::model::{Call, Chain, Declaration, HeadKind, Job, Line, Spelling, Stage, StageKind};
use super::resolve::{Names, Uses};
use crate::errors::Errors;
use millstream_graph::words::{Role, Word};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::{HashMap, HashSet};

/// The builder's name, which the user's code cannot see.
pub(super) const JOB: &str = "__job";

/// The name of a stream that is fed back, before its line has given it one.
const HEAD: &str = "__fed";

/// The block that the macro expands to.
///
/// With mistakes from which others would follow, the body is there for editors only: the compiler
/// looks at its syntax, no more. Both conditions have the same length.
pub(super) fn block(body: &TokenStream, errors: &Errors, spelling: Spelling) -> TokenStream {
    let declared = Ident::new("__declared", Span::mixed_site());
    let topology = Ident::new("__topology", Span::mixed_site());
    let messages = errors.to_tokens();
    let (condition, broken) = if !errors.hide_the_rest() && spelling == Spelling::Plausible {
        (quote!(any(rust_analyzer, not(rust_analyzer))), messages)
    } else {
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
    let (streams, untyped) = (HashMap::new(), feedback::untyped(declaration));
    let mut expansion = Expansion { names, default, streams, untyped };
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
    /// The loops whose events have a type only by what they are merged with.
    untyped: HashSet<String>,
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
        let (mut chain, standing) = self.chain(&line.chain, Some(name));
        if line.chain.key().is_none() {
            chain.extend(method("named", name.span(), quoted(name)));
        }
        if let Some(shape) = shape(uses) {
            if uses.stream > 1 {
                chain = check("Copied", "copied", name.span(), chain);
            }
            chain.extend(method(shape, name.span(), TokenStream::new()));
        }
        self.streams.insert(cut::spelled(name), standing);
        if feedback::head(line).is_some() {
            let (head, back) = (Ident::new(HEAD, Span::mixed_site()), feedback::back(name));
            let begun = feedback::begun(&line.chain.head.kind);
            return quote! {
                #attributes
                let (#name, #back) #equals { let (#head, #back) = #begun; (#chain, #back) };
            };
        }
        quote!(#attributes let #name #equals #chain;)
    }

    /// The calls of a chain; its end has the name, if there is one.
    fn chain(&self, chain: &Chain, name: Option<&Ident>) -> (TokenStream, Standing) {
        let (mut calls, mut standing) = self.head(&chain.head.kind);
        if let Some(times) = &chain.head.times {
            calls.extend(instances("instances", times));
        }
        let last = chain.stages.iter().rposition(Stage::is_node);
        for (at, stage) in chain.stages.iter().enumerate() {
            let place = Place { name, last: last == Some(at) };
            (calls, standing) = self.stage(calls, stage, standing, place);
        }
        (calls, standing)
    }

    fn head(&self, head: &HeadKind) -> (TokenStream, Standing) {
        let unknown = Standing::at(Count::Unknown);
        match head {
            HeadKind::Missing(at) => (quote_spanned!(*at=> ()), unknown),
            HeadKind::Source(tokens) => (source(tokens), Standing::at(Count::Literal(1))),
            HeadKind::Merge(chains, brackets) => self.merge(chains, brackets.span()),
            HeadKind::Chain(chain) => self.chain(chain, None),
            HeadKind::Feedback(_) => {
                let head = Ident::new(HEAD, Span::mixed_site());
                (head.to_token_stream(), Standing::at(Count::Literal(1)))
            }
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
        let mut standings = Vec::with_capacity(chains.len());
        let mut merged = None;
        // What has no type of its own takes that of the others, so it comes behind them.
        let (bare, typed): (Vec<_>, Vec<_>) =
            chains.iter().partition(|chain| feedback::is_bare(chain, &self.untyped));
        let plain = typed.len().max(1);
        for (at, chain) in typed.into_iter().chain(bare).enumerate() {
            let (calls, standing) = self.chain(chain, None);
            standings.push(standing);
            let (first, last) = ends(&calls);
            merged = Some(match merged {
                None => call(&["Merged", "of"], (first, last), calls),
                Some(merged) => {
                    let both = quote_spanned!(first=> #merged, #calls);
                    let path = if at < plain { ["Alike", "event"] } else { ["Merged", "with"] };
                    let another = call(&path, (first, last), both);
                    call(&["SameTime", "and"], (first, last), another)
                }
            });
        }
        let mut merged = merged
            .unwrap_or_else(|| call(&["Merged", "of"], (brackets, brackets), TokenStream::new()));
        merged.extend(method("stream", brackets, TokenStream::new()));
        (merged, Standing::merged(&standings))
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
        stream: TokenStream,
        stage: &Stage,
        from: Standing,
        place: Place<'_>,
    ) -> (TokenStream, Standing) {
        if let Some((word, call)) = stage.word() {
            return self.word(stream, stage, (word, call), (from, place));
        }
        let (at, operator) = match (&stage.kind, stage.operator()) {
            (_, Some(call)) => (call.name.span(), construct(call)),
            (StageKind::Other(tokens), _) => {
                (first_span(&self::stream(tokens)), self::stream(tokens))
            }
            _ => (stage.at(), quote_spanned!(stage.at()=> ())),
        };
        let (instances, behind) = self.instances(stage, at, from);
        let ends = ends(&operator);
        let fit = quote_spanned!(ends.0=> #stream #instances, #operator);
        let errors = place.name.and_then(|name| self.names.uses(name)).unwrap_or_default().errors;
        let takes = if place.last && errors > 0 { "fallible" } else { "event" };
        (call(&["Fits", "then"], ends, call(&["Takes", takes], ends, fit)), behind)
    }

    fn word(
        &self,
        stream: TokenStream,
        stage: &Stage,
        (word, call): (&Word, &Call),
        (from, place): (Standing, Place<'_>),
    ) -> (TokenStream, Standing) {
        let at = call.name.span();
        let inside = call.arguments.as_ref().map(Group::stream).unwrap_or_default();
        let (instances, behind) = if word.role == Role::Node {
            self.instances(stage, at, from)
        } else {
            let said = |times| instances("instances", times);
            let times = stage.times.as_ref().map(said).unwrap_or_default();
            let arguments: Vec<TokenTree> = inside.clone().into_iter().collect();
            (times, from.behind(word, &arguments, self.default))
        };
        let stream = quote!(#stream #instances);
        let parentheses = call.arguments.as_ref().map_or(at, Group::span);
        let (path, rest) = (self::stream(&call.path), self::stream(&call.rest));
        let plain = call.path.len() == 1;
        let calls = match word.name {
            "sink" => sink(stream, call, inside, place.name),
            "feedback" => {
                let back = feedback::fed(call)
                    .map_or(inside, |name| feedback::back(&name).into_token_stream());
                self::call(&["Returns", "event"], (at, at), quote_spanned!(at=> #back, #stream))
            }
            "by" if plain => {
                let arguments = parenthesised(quote_spanned!(at=> #stream, #inside), parentheses);
                quote_spanned!(at=> ::millstream::topology::Groups::#path #arguments)
            }
            name => {
                let policy = name == "overflow" && !inside.is_empty();
                let inside = if policy { with_policies(inside) } else { inside };
                let stream = checked(name, at, stream);
                let arguments = parenthesised(inside, parentheses);
                quote_spanned!(at=> #stream.#path #arguments)
            }
        };
        (quote!(#calls #rest), behind)
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

/// Where in its line a stage stands.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// The name of the line.
    name: Option<&'a Ident>,
    /// Whether it is the node that has the name.
    last: bool,
}

/// `source(…)` and what follows.
fn source(tokens: &[TokenTree]) -> TokenStream {
    let job = Ident::new(JOB, Span::mixed_site());
    let [word, arguments, rest @ ..] = tokens else {
        return stream(tokens);
    };
    let (at, rest) = (word.span(), stream(rest));
    let (inside, parentheses) = match arguments {
        TokenTree::Group(group) => (group.stream(), group.span()),
        other => (other.clone().into(), other.span()),
    };
    let given = call(&["Emits", "events"], ends_or(&inside, parentheses), inside);
    let arguments = parenthesised(quote_spanned!(at=> &#job, #given), parentheses);
    quote_spanned!(at=> ::millstream::topology::Replays::#word #arguments #rest)
}

/// The end of a stream in a sink, which has the name of its line.
fn sink(
    stream: TokenStream,
    word: &Call,
    inside: TokenStream,
    name: Option<&Ident>,
) -> TokenStream {
    let job = Ident::new(JOB, Span::mixed_site());
    let at = word.name.span();
    let parentheses = word.arguments.as_ref().map_or(at, Group::span);
    let ends = ends_or(&inside, parentheses);
    let ending = quote_spanned!(at=> #stream, #inside);
    let ending = call(&["Accepts", "events"], ends, ending);
    let (method, name) = match name {
        Some(name) => (Ident::new("sink_named", at), Some(quoted(name))),
        None => (word.name.clone(), None),
    };
    let comma = name.as_ref().map(|_| quote_spanned!(at=> ,));
    let arguments = parenthesised(quote_spanned!(at=> &#job, #ending #comma #name), parentheses);
    quote_spanned!(at=> ::millstream::topology::Commits::#method #arguments)
}

/// The stream, where a stage word asks something of it.
fn checked(word: &str, at: Span, stream: TokenStream) -> TokenStream {
    match word {
        "window" => check("HasEventTime", "timed", at, check("IsKeyed", "keyed", at, stream)),
        "in_order" => check("HasEventTime", "timed", at, stream),
        "to_all" => check("Copied", "copied", at, stream),
        _ => stream,
    }
}

/// The stream, of which something is asked at a place.
fn check(name: &str, method: &str, at: Span, stream: TokenStream) -> TokenStream {
    call(&[name, method], (at, at), stream)
}

/// A call of an associated function of a trait, by its path, at the place of what it is about.
fn call(path: &[&str], (first, last): (Span, Span), arguments: TokenStream) -> TokenStream {
    let mut calls = quote_spanned!(first=> ::millstream::topology);
    for (at, name) in path.iter().enumerate() {
        let name = Ident::new(name, if at + 1 == path.len() { last } else { first });
        calls.extend(quote_spanned!(first=> ::#name));
    }
    calls.extend(parenthesised(arguments, last).to_token_stream());
    calls
}

/// The places of the first and the last token.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    ends_or(tokens, Span::call_site())
}

/// The places of the first and the last token; the other place if there is none.
fn ends_or(tokens: &TokenStream, other: Span) -> (Span, Span) {
    let first = tokens.clone().into_iter().next().map_or(other, |token| token.span());
    (first, tokens.clone().into_iter().last().map_or(other, |token| token.span()))
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

/// The argument of `overflow`, in which alone the names of the policies are known: elsewhere
/// `block` and `sample` are for the user to use, as in `map(|sample| …)`.
pub(super) fn with_policies(argument: TokenStream) -> TokenStream {
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

pub(super) fn parenthesised(inside: TokenStream, at: Span) -> Group {
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
