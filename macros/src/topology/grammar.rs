//! The syntax of `topology!( … )`.
//!
//! ```text
//! topology = [ "crate" "=" path "," ] [ job "," ] { line "," }
//! job      = "job" "(" name { "," delivery } ")" { method }
//! line     = [ name "=" ] chain
//! chain    = head { ">>" step [ "*" instances ] }
//! head     = "source" "(" … ")" | "feedback" [ "::<" type ">" ] "(" capacity "," policy ")"
//!          | "[" chain { "," chain } "]" | "(" chain ")"
//!          | "(" chain { "," chain } ")", before a step that joins
//!          | name | name "." output | expression
//! step     = word [ "(" … ")" ] | path [ "(" … ")" ]
//! ```
//!
//! Any text is read into a [`Declaration`]; mistakes are reported by `check`. Syntax of other
//! languages is read as what was meant, and reported by `foreign_syntax`.

use super::cut::{self, Piece};
use super::model::{
    Beginning, Call, Chain, CrateArgument, Declaration, Foreign, Head, HeadKind, Job, Line,
    Spelling, Step, StepKind,
};
use super::token;
use super::words::misspelt;
use millstream_graph::words;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Reads the input of the macro.
pub(super) fn declaration(input: TokenStream) -> Declaration {
    let input = token::flat(input);
    let half_written = token::has_dangling_dot(&input);
    let start = input.first().map_or_else(Span::call_site, TokenTree::span);
    let spelling = if half_written { Spelling::HalfWritten } else { Spelling::Plausible };
    let semicolon = input.iter().find(|token| token::is_punct(Some(token), ';')).cloned();
    let mut lines = Vec::new();
    for piece in cut::at_line_ends(input) {
        let (attributes, tokens) = cut::attributes(piece.tokens);
        let mut attributes = Some(without_docs(attributes));
        for tokens in cut::at_missing_commas(tokens) {
            let beginning = match attributes {
                Some(_) => Beginning::Separate,
                None => Beginning::CommaMissing,
            };
            lines.push((attributes.take().unwrap_or_default(), tokens, beginning));
        }
    }
    let is_crate = lines.first().is_some_and(|(_, tokens, _)| is_crate_argument(tokens));
    let first = if is_crate { lines.drain(..1).next() } else { None };
    let crate_argument = first.and_then(|(_, tokens, _)| crate_argument(tokens));
    let is_job = lines.first().is_some_and(|(_, tokens, _)| is_call(tokens, "job"));
    let names: Vec<String> = lines.iter().filter_map(|(_, tokens, _)| defined(tokens)).collect();
    let mut pieces = lines.into_iter();
    let job = if is_job { pieces.next().and_then(|(_, tokens, _)| job(tokens)) } else { None };
    let mut lines: Vec<Line> = Vec::new();
    for (attributes, tokens, beginning) in pieces {
        match lines.last_mut() {
            Some(before)
                if beginning == Beginning::CommaMissing && goes_on(before, &tokens, &names) =>
            {
                go_on(before, tokens);
            }
            _ => lines.push(line(attributes, tokens, beginning)),
        }
    }
    Declaration { crate_argument, job, lines, spelling, start, semicolon }
}

/// The attributes of a line without its documentation, which is for those who read the code.
fn without_docs(attributes: Vec<TokenTree>) -> Vec<TokenTree> {
    let is_doc = |attribute: &[TokenTree]| {
        let inside = token::group(attribute.get(1), Delimiter::Bracket).map(Group::stream);
        let first = inside.and_then(|inside| inside.into_iter().next());
        first.is_some_and(|word| word.to_string() == "doc")
    };
    let kept = attributes.chunks(2).filter(|attribute| !is_doc(attribute));
    kept.flatten().cloned().collect()
}

/// Whether the tokens begin with `crate =`.
fn is_crate_argument(tokens: &[TokenTree]) -> bool {
    let word = tokens.first().is_some_and(|word| word.to_string() == "crate");
    word && token::is_punct(tokens.get(1), '=')
}

fn crate_argument(tokens: Vec<TokenTree>) -> Option<CrateArgument> {
    let mut tokens = tokens.into_iter();
    let word = tokens.next()?;
    Some(CrateArgument { word, value: tokens.skip(1).collect() })
}

/// The name that a line defines.
fn defined(tokens: &[TokenTree]) -> Option<String> {
    let (_, tokens) = declares(tokens.to_vec());
    let name = token::name(tokens.first()).cloned();
    let name = name.or_else(|| quoted(tokens.first()).map(|(name, _)| name));
    let name = name.or_else(|| keyword(tokens.first()));
    name.filter(|_| equals(&tokens) > 0).as_ref().map(token::spelled)
}

/// Whether tokens after a line without a comma continue it: the line has no end, and the tokens do
/// not start a line. An arrow is missing then.
fn goes_on(line: &Line, tokens: &[TokenTree], names: &[String]) -> bool {
    let begins = is_call(tokens, "source") || is_call(tokens, "job") || defined(tokens).is_some();
    let stream =
        token::name(tokens.first()).is_some_and(|word| names.contains(&token::spelled(word)));
    let nothing = line.chain.steps.is_empty() && matches!(line.chain.head.kind, HeadKind::Job(..));
    !begins && !stream && !nothing && line.chain.end().is_none()
}

/// Continues a line: by `x2`, a number of instances, or by steps.
fn go_on(line: &mut Line, tokens: Vec<TokenTree>) {
    let mut pieces = cut::at_arrows(tokens).into_iter();
    let first = pieces.next();
    let number = first.as_ref().and_then(|first| instances_by_x(&first.tokens));
    match (number, line.chain.steps.last_mut()) {
        (Some(number), Some(last)) if last.times.is_none() => {
            last.times = Some(Piece { separator: Vec::new(), tokens: vec![number] });
        }
        _ => line.chain.steps.extend(first.map(step)),
    }
    line.chain.steps.extend(pieces.map(step));
}

/// The number in `x2`, as books write it.
fn instances_by_x(tokens: &[TokenTree]) -> Option<TokenTree> {
    let [TokenTree::Ident(word)] = tokens else { return None };
    let number = token::spelled(word).strip_prefix('x')?.parse::<usize>().ok()?;
    let mut literal = Literal::usize_unsuffixed(number);
    literal.set_span(word.span());
    Some(literal.into())
}

/// Whether the tokens begin with `word(…)`.
fn is_call(tokens: &[TokenTree], word: &str) -> bool {
    token::name(tokens.first()).is_some_and(|name| token::spelled(name) == word)
        && token::group(tokens.get(1), Delimiter::Parenthesis).is_some()
}

fn job(tokens: Vec<TokenTree>) -> Option<Job> {
    let word = token::name(tokens.first())?.clone();
    let group = token::group(tokens.get(1), Delimiter::Parenthesis)?;
    let (arguments, parentheses) = (cut::at_commas(group.stream()), group.span());
    Some(Job { word, arguments, parentheses, methods: tokens.into_iter().skip(2).collect() })
}

fn line(attributes: Vec<TokenTree>, tokens: Vec<TokenTree>, beginning: Beginning) -> Line {
    let (declares, tokens) = declares(tokens);
    let length = equals(&tokens);
    let quoted = quoted(tokens.first()).filter(|_| length > 0);
    let keyword = keyword(tokens.first()).filter(|_| length > 0);
    let name = token::name(tokens.first()).filter(|_| length > 0).cloned();
    let name = name.or(quoted.as_ref().map(|(name, _)| name.clone())).or(keyword.clone());
    let quoted = quoted.map(|(_, text)| text);
    let Some((name, sign)) = name.zip(tokens.get(1)) else {
        let chain = chain(tokens, Span::call_site());
        let foreign = Foreign { declares, ..Foreign::default() };
        return Line { attributes, name: None, chain, beginning, foreign };
    };
    let mut equals = Punct::new('=', Spacing::Alone);
    equals.set_span(sign.span());
    let written: Vec<TokenTree> = tokens.iter().skip(1).take(length).cloned().collect();
    let chain = chain(tokens.into_iter().skip(1 + length).collect(), equals.span());
    let other = if token::signs(&written) == "=" { Vec::new() } else { written };
    let foreign = Foreign { declares, equals: other, quoted, keyword };
    Line { attributes, name: Some((name, equals.into())), chain, beginning, foreign }
}

/// The name that a text in quotes may be meant to be, and the text.
fn quoted(token: Option<&TokenTree>) -> Option<(Ident, TokenTree)> {
    let text @ TokenTree::Literal(literal) = token? else { return None };
    let syn::Lit::Str(written) = syn::Lit::new(literal.clone()) else { return None };
    let name: Ident = written.parse().ok()?;
    Some((name, text.clone()))
}

/// A word of Rust, written so that Rust takes it for a name.
fn keyword(token: Option<&TokenTree>) -> Option<Ident> {
    let Some(TokenTree::Ident(word)) = token else { return None };
    token::is_keyword(word).then(|| Ident::new_raw(&word.to_string(), word.span()))
}

/// Splits off `let` or `let mut`.
fn declares(tokens: Vec<TokenTree>) -> (Vec<TokenTree>, Vec<TokenTree>) {
    let is = |at: usize, word: &str| match tokens.get(at) {
        Some(TokenTree::Ident(found)) => found == word,
        _ => false,
    };
    let length = usize::from(is(0, "let")) + usize::from(is(0, "let") && is(1, "mut"));
    let mut declares = tokens;
    let rest = declares.split_off(length);
    (declares, rest)
}

/// The length of the sign between a name and its stream: `=`, or `:`, `:=`, `<-` and `==` by
/// mistake.
fn equals(tokens: &[TokenTree]) -> usize {
    let first = tokens.get(1);
    let two = [(':', '='), ('<', '-'), ('=', '=')].iter().any(|(one, other)| {
        token::is_punct(first, *one)
            && !token::is_lone_punct(first, *one)
            && token::is_lone_punct(tokens.get(2), *other)
    });
    let one = token::is_lone_punct(first, '=') || token::is_lone_punct(first, ':');
    if two { 2 } else { usize::from(one) }
}

/// Reads a chain; `before` is the span for a missing one.
fn chain(tokens: Vec<TokenTree>, before: Span) -> Chain {
    let mut pieces = cut::at_arrows(tokens).into_iter();
    let first = pieces.next().map(|piece| piece.tokens).unwrap_or_default();
    let steps: Vec<Step> = pieces.map(step).collect();
    let missing = steps.first().map_or(before, Step::at);
    let (first, times) = cut::at_star(first);
    let joined = sides(&first).filter(|_| steps.first().is_some_and(joins));
    let kind = joined.unwrap_or_else(|| head_kind(first, missing));
    Chain { head: Head { kind, times }, steps }
}

/// Whether a step joins, or was meant to.
fn joins(step: &Step) -> bool {
    match &step.kind {
        StepKind::Word(word, _) => word.joins().is_some(),
        StepKind::Operator(call) => {
            let foreign = words::foreign(&token::spelled(&call.name));
            misspelt(call).is_some_and(|word| word.joins().is_some())
                || foreign.is_some_and(|word| word.name.contains("join"))
        }
        StepKind::Missing | StepKind::Other(_) => false,
    }
}

/// The sides of a join, if the tokens are parentheses, or brackets by mistake.
fn sides(tokens: &[TokenTree]) -> Option<HeadKind> {
    let [only] = tokens else { return None };
    let parentheses = token::group(Some(only), Delimiter::Parenthesis);
    let group = parentheses.or_else(|| token::group(Some(only), Delimiter::Bracket))?;
    Some(HeadKind::Sides(chains(group), group.clone()))
}

fn head_kind(tokens: Vec<TokenTree>, missing: Span) -> HeadKind {
    if let Some(call) = feedback(&tokens) {
        return HeadKind::Feedback(call);
    }
    if is_call(&tokens, "source") {
        return HeadKind::Source(tokens);
    }
    match (token::name(tokens.first()), tokens.as_slice()) {
        (_, []) => HeadKind::Missing(missing),
        (Some(word), _) if is_call(&tokens, "job") => HeadKind::Job(word.clone(), tokens),
        (Some(name), [_]) => HeadKind::Name(name.clone(), Vec::new()),
        (None, [only]) if keyword(Some(only)).is_some() => keyword(Some(only))
            .map_or(HeadKind::Missing(missing), |name| HeadKind::Name(name, Vec::new())),
        (Some(name), [_, dot, rest @ ..]) if token::is_punct(Some(dot), '.') => {
            let name = name.clone();
            let is_method = matches!(rest, [_, TokenTree::Group(_) | TokenTree::Punct(_), ..])
                && !token::is_punct(rest.get(1), '.');
            let tokens = tokens.into_iter().skip(1).collect();
            if is_method { HeadKind::Name(name, tokens) } else { HeadKind::Output(name, tokens) }
        }
        (_, [only]) => match (
            token::group(Some(only), Delimiter::Bracket),
            token::group(Some(only), Delimiter::Parenthesis),
        ) {
            (Some(group), _) => merge(group),
            (_, Some(group)) if cut::at_commas(group.stream()).len() > 1 => merge(group),
            (_, Some(group)) => parenthesised(&tokens, group.stream(), group.span()),
            _ => HeadKind::Other(tokens),
        },
        _ => HeadKind::Other(tokens),
    }
}

/// `feedback::<Event>(…)`, if the tokens are one.
fn feedback(tokens: &[TokenTree]) -> Option<Call> {
    token::name(tokens.first()).filter(|name| token::spelled(name) == "feedback")?;
    let (path, mut rest) = cut::path(tokens.to_vec());
    let name = token::name(path.first())?.clone();
    let generic = path.len() == 1 || token::is_punct(path.get(3), '<');
    let arguments = token::group(rest.first(), Delimiter::Parenthesis).filter(|_| generic)?.clone();
    rest.remove(0);
    Some(Call { path, name, arguments: Some(arguments), rest })
}

fn merge(brackets: &Group) -> HeadKind {
    HeadKind::Merge(chains(brackets), brackets.clone().into())
}

/// The chains between the commas of a group.
fn chains(group: &Group) -> Vec<Chain> {
    let pieces = cut::at_commas(token::flat(group.stream())).into_iter();
    pieces.map(|piece| chain(piece.tokens, group.span())).collect()
}

fn parenthesised(tokens: &[TokenTree], inside: TokenStream, parentheses: Span) -> HeadKind {
    let inside = chain(token::flat(inside), parentheses);
    if inside.steps.is_empty() {
        return HeadKind::Other(tokens.to_vec());
    }
    HeadKind::Chain(Box::new(inside))
}

fn step(piece: Piece) -> Step {
    let (mut tokens, mut times) = cut::at_star(piece.tokens);
    if times.is_none() && has_number_without_star(&tokens) {
        let number = tokens.split_off(tokens.len() - 1);
        times = Some(Piece { separator: Vec::new(), tokens: number });
    }
    Step { arrow: piece.separator, kind: step_kind(tokens), times }
}

/// Whether a number stands behind an operator, and nothing between them.
fn has_number_without_star(tokens: &[TokenTree]) -> bool {
    let [.., before, TokenTree::Literal(number)] = tokens else { return false };
    token::is_value(before) && matches!(syn::Lit::new(number.clone()), syn::Lit::Int(_))
}

fn step_kind(tokens: Vec<TokenTree>) -> StepKind {
    if tokens.is_empty() {
        return StepKind::Missing;
    }
    let (path, mut rest) = cut::path(tokens);
    let name = cut::last_name(&path).cloned();
    let continues = token::group(rest.first(), Delimiter::Brace).is_some()
        || token::is_punct(rest.first(), '!');
    let Some(name) = name.filter(|_| !continues) else {
        return StepKind::Other(path.into_iter().chain(rest).collect());
    };
    let arguments = token::group(rest.first(), Delimiter::Parenthesis).cloned();
    if arguments.is_some() {
        rest.remove(0);
    }
    let plain = path.len() == 1 || token::is_punct(path.get(3), '<');
    let word = words::find(&token::spelled(&name)).filter(|_| plain);
    let call = Call { path, name, arguments, rest };
    match word {
        Some(word) => StepKind::Word(word, call),
        None => StepKind::Operator(call),
    }
}
