//! The calls of a topology with the paths of the contracts taken out again.
//!
//! `Fits::then(Operator::event(stream, operator))` is `stream.then(operator)`, and so on for each
//! contract: what is left is what one would write by hand.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

/// Paths that are written as they are.
const NO_CONTRACTS: &[&str] = &["::Builder::new", "::Instances::auto", "::EventsOf::stream"];

/// The calls, as methods.
pub(super) fn methods(tokens: TokenStream) -> TokenStream {
    let text = tokens.to_string().replace("checks ::", "builder ::");
    as_methods(text.parse().unwrap())
}

fn as_methods(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut written = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some((path, arguments, length)) = contract(&tokens[at..]) {
            written.extend(method(&path, arguments));
            at += length;
            continue;
        }
        if let Some(job) = begun(&tokens[at..]) {
            written.extend(as_methods(job));
            at += 10;
            continue;
        }
        if let Some(inside) = offering(token) {
            written.extend(as_methods(inside));
            at += 1;
            continue;
        }
        written.extend([match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), as_methods(group.stream())))
            }
            other => other.clone(),
        }]);
        at += 1;
    }
    written
}

/// `::millstream::builder::Trait::function(arguments)`, without `checks`: the last two names,
/// the arguments, and how many tokens it is.
fn contract(tokens: &[TokenTree]) -> Option<(String, Vec<TokenStream>, usize)> {
    let start: String = tokens.iter().take(6).map(ToString::to_string).collect();
    let path: String = tokens.get(6..12)?.iter().map(ToString::to_string).collect();
    let Some(TokenTree::Group(group)) = tokens.get(12) else { return None };
    let is_path = tokens[9].to_string() == ":";
    let found =
        start == "::millstream::builder" && is_path && !NO_CONTRACTS.contains(&path.as_str());
    found.then(|| (path[2..].to_owned(), arguments(group.stream()), 13))
}

/// `::millstream::builder::BegunJob { job: value }`: the value, or `__job` in the pattern.
fn begun(tokens: &[TokenTree]) -> Option<TokenStream> {
    let start: String = tokens.iter().take(9).map(ToString::to_string).collect();
    let Some(TokenTree::Group(group)) = tokens.get(9) else { return None };
    let mut inside = group.stream().into_iter();
    let is_pattern = inside.next()?.to_string() == "#";
    let value = if is_pattern { quote!(__job) } else { inside.skip(1).collect() };
    (start == "::millstream::builder::BegunJob").then_some(value)
}

/// What stands in a block behind the words that an editor offers there.
fn offering(token: &TokenTree) -> Option<TokenStream> {
    let TokenTree::Group(group) = token else { return None };
    let mut inside = group.stream().into_iter();
    let begins: String = inside
        .by_ref()
        .map(|token| token.to_string().replace(' ', ""))
        .take_while(|token| token != ";")
        .collect();
    let rest =
        begins.strip_prefix("#[allow(unused_imports)]use::millstream::builder::offered::")?;
    ["heads::*", "steps::*", "counts::*"].contains(&rest).then(|| inside.collect())
}

fn arguments(tokens: TokenStream) -> Vec<TokenStream> {
    let mut all = vec![TokenStream::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => all.push(TokenStream::new()),
            token => all.last_mut().unwrap().extend([token]),
        }
    }
    all
}

/// The method that a check represents.
const METHODS: &[(&str, &str)] = &[
    ("Windows::kind", "window"),
    ("Operator::event", "then"),
    ("Operator::fallible", "then"),
    ("OperatorValue::event", "then"),
    ("ClosureAsOperator::event", "then"),
    ("WindowOperator::event", "then"),
    ("WindowOperator::fallible", "then"),
    ("Sink::events", "sink"),
    ("AnotherSink::events", "sink"),
    ("EachSink::events", "sink"),
    ("FileSink::events", "sink"),
    ("LineSink::events", "sink"),
    ("ClosureAsSink::events", "sink"),
    ("KeyClosure::by", "by"),
    ("MapClosure::map", "map"),
    ("FlatMapClosure::flat_map", "flat_map"),
    ("FilterClosure::filter", "filter"),
    ("InspectClosure::inspect", "inspect"),
    ("TieClosure::in_order", "in_order"),
    ("TimeClosure::event_time", "event_time"),
    ("ValueClosure::aggregate", "aggregate"),
    ("ValueAsClosure::given", "given"),
    ("plain::by", "by"),
    ("plain::map", "map"),
    ("plain::flat_map", "flat_map"),
    ("plain::filter", "filter"),
    ("plain::inspect", "inspect"),
    ("plain::in_order", "in_order"),
    ("plain::event_time", "event_time"),
    ("plain::aggregate", "aggregate"),
    ("PartFunction::through", "through"),
];

/// Checks of what is written as it is: the stream, the source, the number.
const SAME: &[&str] = &[
    "Source::events",
    "OwnedSource::events",
    "FileSource::events",
    "AnotherSource::events",
    "Stream::of",
    "Errors::errors",
    "LateEvents::late",
    "OverflowEvents::overflow",
    "UnmatchedEvents::unmatched",
    "InstanceNumber::of",
    "WholeNumber::of",
    "CloneAndSend::of",
    "Event::map",
    "IntoEvents::flat_map",
    "Key::by",
    "Routes::errors",
    "KeyedFor::operator",
    "IsKeyed::keyed",
    "HasEventTime::timed",
    "Clone::copied",
    "MayDrop::dropping",
    "Serialize::events",
    "Serialize::keys",
    "Serialize::key",
    "Serialize::state",
    "TimeFor::window",
    "HasFullWindows::windows",
    "HasCalls::calls",
    "AreEvents::events",
    "Fits::then",
    "Outputs::split",
    "SameTime::and",
];

fn method(path: &str, arguments: Vec<TokenStream>) -> TokenStream {
    let mut arguments = arguments.into_iter().map(as_methods);
    let first = arguments.next().unwrap_or_default();
    if let Some((_, name)) = METHODS.iter().find(|(contract, _)| *contract == path) {
        let name = Ident::new(name, Span::call_site());
        // A comma at the end begins no argument.
        let arguments = arguments.filter(|argument| !argument.is_empty());
        return quote!(#first.#name(#(#arguments),*));
    }
    let mut next = || arguments.next().unwrap_or_default();
    match path {
        same if SAME.contains(&same) => first,
        "ReadsFrom::source" => {
            let source = next();
            quote!(__job.source(#source))
        }
        "WritesTo::sink" => next(),
        "WritesTo::sink_named" => named(next(), &next()),
        "Merged::of" => quote!(::millstream::builder::merge((#first))),
        "SameEvents::event" | "Merged::with" | "SameKey::and" => also(first, &next()),
        "Watermarks::event_time" | "Aggregate::aggregate" | "JoinBound::spec" => {
            given(first, &next())
        }
        "FeedsBack::event" => {
            let stream = next();
            quote!(#stream.feedback(#first))
        }
        start if start.starts_with("JoinStart::") => {
            let word = Ident::new(&start["JoinStart::".len()..], Span::call_site());
            quote!(::millstream::builder::#word((#first)))
        }
        other => panic!("{other} is no contract"),
    }
}

/// `join((a, b))` with its bound.
fn given(join: TokenStream, spec: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = join.into_iter().collect();
    let Some(TokenTree::Group(sides)) = tokens.pop() else { panic!("a join has arguments") };
    let (calls, sides) = (tokens.into_iter().collect::<TokenStream>(), sides.stream());
    quote!(#calls(#sides, #spec))
}

/// `merge((a, b))` with another stream.
fn also(merged: TokenStream, stream: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = merged.into_iter().collect();
    let Some(TokenTree::Group(tuple)) = tokens.pop() else { panic!("a merge has arguments") };
    let Some(TokenTree::Group(streams)) = tuple.stream().into_iter().next() else {
        panic!("a merge has a tuple")
    };
    let (calls, streams) = (tokens.into_iter().collect::<TokenStream>(), streams.stream());
    quote!(#calls((#streams, #stream)))
}

/// `stream.sink(sink)` with a name.
fn named(ending: TokenStream, name: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = ending.into_iter().collect();
    let Some(TokenTree::Group(sink)) = tokens.pop() else { panic!("a sink has arguments") };
    tokens.pop();
    let sink = sink.stream();
    let calls: TokenStream = tokens.into_iter().collect();
    quote!(#calls sink_named(#sink, #name))
}

/// A path with a comma after the last argument is the same path.
#[test]
fn contracts_are_taken_out_at_any_depth() {
    let path =
        |name: &str| -> TokenStream { format!("::millstream::builder::{name}").parse().unwrap() };
    let (fits, takes, by) = (path("Fits::then"), path("Operator::event"), path("KeyClosure::by"));
    let tokens =
        quote!(let a = #fits(#takes(#by(tx.tap(), |t| t.card).instances(2), op {})).named("a"););
    let expected = quote!(let a = tx.tap().by(|t| t.card).instances(2).then(op {}).named("a"););
    assert_eq!(methods(tokens).to_string(), expected.to_string());
    let comma = TokenTree::Punct(Punct::new(',', Spacing::Alone));
    let group = Group::new(Delimiter::Parenthesis, quote!(a #comma b #comma));
    assert_eq!(methods(quote!(f #group)).to_string(), quote!(f(a, b,)).to_string());
}
