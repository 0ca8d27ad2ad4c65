//! Loops: cycles of streams, with and without a `feedback`.
//!
//! `again = feedback(…)` starts a loop: a stream of the events that are fed back. A later line ends
//! it, `>> feedback(again)`.

use super::calls::{Calls, parenthesised};
use super::cut;
use super::instances::Count;
use super::model::{Call, Chain, Declaration, HeadKind, Line};
use super::resolve::Names;
use super::token::{self, stream};
use super::words::misspelt_call;
use crate::errors::Errors;
use millstream_graph::sentence::{feedback as sentence, shape};
use millstream_graph::suggest;
use millstream_graph::words::How;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Reports mistakes in loops.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut check =
        LoopCheck { declaration, names, above: HashSet::new(), fed: HashSet::new(), errors };
    for line in &declaration.lines {
        check.line(line);
    }
    check.unfed();
}

/// The loops whose event type is inferred from the streams they are merged with.
pub(super) fn untyped(declaration: &Declaration) -> HashSet<String> {
    let untyped = declaration.lines.iter().filter_map(|line| {
        let (name, head) = head(line)?;
        let bare = head.path.len() == 1 && line.chain.steps.is_empty();
        bare.then(|| token::spelled(name))
    });
    untyped.collect()
}

/// Whether a chain is one of these loops and nothing else.
pub(super) fn is_bare(chain: &Chain, untyped: &HashSet<String>) -> bool {
    let HeadKind::Name(name, rest) = &chain.head.kind else { return false };
    chain.steps.is_empty() && rest.is_empty() && untyped.contains(&token::spelled(name))
}

/// The name in `>> feedback(name)`, if it is one.
pub(super) fn fed(call: &Call) -> Option<Ident> {
    let mut inside = call.arguments.as_ref()?.stream().into_iter();
    let name = inside.next().as_ref().and_then(|token| token::name(Some(token)).cloned());
    name.filter(|_| inside.next().is_none())
}

/// The loop that starts in a line.
pub(super) fn head(line: &Line) -> Option<(&Ident, &Call)> {
    let (name, _) = line.name.as_ref()?;
    match &line.chain.head.kind {
        HeadKind::Feedback(call) if line.chain.end().is_none() => Some((name, call)),
        _ => None,
    }
}

struct LoopCheck<'a> {
    declaration: &'a Declaration,
    names: &'a Names,
    /// The loops of earlier lines.
    above: HashSet<String>,
    /// The loops that earlier lines feed.
    fed: HashSet<String>,
    errors: &'a mut Errors,
}

impl<'a> LoopCheck<'a> {
    fn line(&mut self, line: &'a Line) {
        let begins = head(line);
        let mut heads: Vec<&Call> = Vec::new();
        line.chain.visit(&mut |chain| {
            if let HeadKind::Feedback(call) = &chain.head.kind {
                heads.push(call);
            }
        });
        for call in heads {
            self.arguments(call);
            if begins.is_none_or(|(_, own)| !std::ptr::eq(own, call)) {
                self.errors.say_alone(&call.name, &sentence::without_name());
            }
        }
        self.end(line);
        if let Some((name, call)) = begins {
            self.above.insert(token::spelled(name));
            self.typed(name, call, line);
        }
    }

    fn arguments(&mut self, call: &Call) {
        let arguments = call.arguments.as_ref().map(|group| group.stream());
        let pieces = cut::at_commas(arguments.into_iter().flatten());
        let [capacity, policy] = pieces.as_slice() else {
            return self.errors.say_alone(&call.name, &sentence::two_arguments());
        };
        if Count::is_zero(&capacity.tokens) {
            self.errors.say(stream(&capacity.tokens), &sentence::no_capacity());
        }
        match policy.tokens.as_slice() {
            [TokenTree::Ident(word)] if word == "block" => {
                self.errors.say(word, &sentence::waits("block"));
            }
            [TokenTree::Ident(word), TokenTree::Group(_)] if word == "sample" => {
                self.errors.say(stream(&policy.tokens), &sentence::waits("sample"));
            }
            _ => {}
        }
    }

    /// Reports a loop whose event type is unknown where it is first used.
    fn typed(&mut self, name: &Ident, call: &Call, line: &Line) {
        let uses = self.names.uses(name).unwrap_or_default();
        if call.path.len() > 1 || (uses.stream == 0 && line.chain.steps.is_empty()) {
            return;
        }
        let untyped = untyped(self.declaration);
        let is_this = |chain: &Chain| {
            is_bare(chain, &untyped)
                && matches!(&chain.head.kind, HeadKind::Name(used, _) if used == name)
        };
        let mut told = false;
        for line in &self.declaration.lines {
            line.chain.visit(&mut |chain| {
                if let HeadKind::Merge(chains, _) = &chain.head.kind {
                    told |= chains.iter().any(is_this)
                        && chains.iter().any(|chain| !is_bare(chain, &untyped));
                }
            });
        }
        if !told || uses.stream > 1 || uses.outputs > 0 {
            self.errors.say_alone(name, &sentence::without_type(&token::spelled(name)));
        }
    }

    fn end(&mut self, line: &Line) {
        let end = line.chain.end().and_then(|(word, step)| Some((word, step.word()?.1)));
        let Some((_, call)) = end.filter(|(word, _)| word.how == How::Feedback) else { return };
        if let Some((name, _)) = &line.name {
            self.errors.say_alone(name, &sentence::end_has_no_name(&token::spelled(name)));
        }
        let Some(name) = fed(call) else { return };
        let written = token::spelled(&name);
        if self.above.contains(&written) {
            if !self.fed.insert(written.clone()) {
                self.errors.say_alone(name, &sentence::fed_twice(&written));
            }
        } else if self.heads().any(|head| head == written) {
            self.fed.insert(written.clone());
            self.errors.say_alone(name, &shape::used_before_definition(&written));
        } else if self.is_misspelt(&written) {
            self.fed.insert(written);
        } else if self.names.uses(&name).is_some() {
            self.errors.say_alone(name, &sentence::is_no_feedback(&written));
        } else {
            let heads: BTreeSet<String> = self.heads().collect();
            let meant = suggest::closest(&written, heads.iter().map(String::as_str));
            self.fed.extend(meant.map(str::to_owned));
            self.errors.say_alone(name, &sentence::unknown(&written, meant));
        }
    }

    /// Whether the line of this name was meant to start a loop, and its mistake has been reported.
    fn is_misspelt(&self, name: &str) -> bool {
        self.declaration.lines.iter().any(|line| match (&line.name, &line.chain.head.kind) {
            (Some((named, _)), HeadKind::Name(word, _)) if token::spelled(named) == name => {
                word == "feedback"
            }
            (Some((named, _)), HeadKind::Other(tokens)) if token::spelled(named) == name => {
                misspelt_call(tokens).is_some_and(|(_, meant)| meant == "feedback")
            }
            _ => false,
        })
    }

    fn heads(&self) -> impl Iterator<Item = String> + use<'a> {
        self.declaration.lines.iter().filter_map(head).map(|(name, _)| token::spelled(name))
    }

    fn unfed(&mut self) {
        for (name, _) in self.declaration.lines.iter().filter_map(head) {
            let written = token::spelled(name);
            if !self.fed.contains(&written) {
                self.errors.say(name, &sentence::nothing_comes(&written));
            }
        }
    }
}

/// The name of the variable that feeds the loop, with the same span.
pub(super) fn back(name: &Ident) -> Ident {
    let at = Span::mixed_site().located_at(name.span());
    Ident::new(&format!("__feeds_{}", token::spelled(name)), at)
}

/// `feedback::<Event>(capacity, policy)`: both ends of the loop.
pub(super) fn begun(calls: &Calls, head: &HeadKind) -> TokenStream {
    let HeadKind::Feedback(call) = head else { return TokenStream::new() };
    let (at, path, rest) = (call.name.span(), stream(&call.path), stream(&call.rest));
    let inside = call.arguments.as_ref().map(Group::stream).unwrap_or_default();
    let mut arguments = TokenStream::new();
    for (place, piece) in cut::at_commas(inside).iter().enumerate() {
        let argument = stream(&piece.tokens);
        let argument = if place == 1 { calls.with_policies(argument) } else { argument };
        arguments.extend(quote_spanned!(at=> #argument,));
    }
    let arguments = parenthesised(arguments, call.arguments.as_ref().map_or(at, Group::span));
    let job = &calls.job;
    quote_spanned!(at=> #job.#path #arguments #rest)
}

/// The dependencies between lines, which distinguish a cycle from a line that is only out of order.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// The names that the line of a name uses.
    needs: HashMap<String, Vec<String>>,
    told: HashSet<BTreeSet<String>>,
}

/// The cycle that a line closes by using the name of a later line, or its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Closes {
    /// Nothing.
    Nothing,
    /// A cycle that was found before.
    Known,
    /// A cycle through these lines, in the order of the flow.
    Circle(Vec<String>),
}

impl Circles {
    pub(super) fn of(declaration: &Declaration) -> Self {
        let mut needs: HashMap<String, Vec<String>> = HashMap::new();
        for line in &declaration.lines {
            let Some((name, _)) = &line.name else { continue };
            let mut used = Vec::new();
            line.chain.visit(&mut |chain| {
                if let HeadKind::Name(name, _) | HeadKind::Output(name, _) = &chain.head.kind {
                    used.push(token::spelled(name));
                }
            });
            needs.entry(token::spelled(name)).or_insert(used);
        }
        Self { needs, told: HashSet::new() }
    }

    /// The cycle that is closed where a line uses another.
    pub(super) fn close(&mut self, line: Option<&Ident>, used: &Ident) -> Closes {
        let Some(line) = line.map(token::spelled) else { return Closes::Nothing };
        let Some(way) = self.way(&line, &token::spelled(used)) else { return Closes::Nothing };
        if self.told.insert(way.iter().cloned().collect()) {
            Closes::Circle(way)
        } else {
            Closes::Known
        }
    }

    /// The shortest path from one line to another.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut ways = vec![vec![to.to_owned()]];
        let mut seen = HashSet::from([to.to_owned()]);
        while !ways.is_empty() {
            if let Some(at) = ways.iter().position(|way| way.last().is_some_and(|end| end == from))
            {
                let mut way = ways.swap_remove(at);
                way.reverse();
                return Some(way);
            }
            let mut longer = Vec::new();
            for way in &ways {
                let needs = way.last().and_then(|end| self.needs.get(end));
                for before in
                    needs.into_iter().flatten().filter(|name| seen.insert((*name).clone()))
                {
                    longer.push([way.as_slice(), std::slice::from_ref(before)].concat());
                }
            }
            ways = longer;
        }
        None
    }
}
