//! The defined names, and the number of their uses.
//!
//! Only the head of a chain is a use; the same word in a closure is not.

use super::cut;
use super::model::{Chain, Declaration, HeadKind, Step, StepKind};
use super::token;
use millstream_graph::{suggest, words};
use proc_macro2::{Group, Ident, TokenTree};
use std::collections::{HashMap, HashSet};

/// The shortest name that is considered misspelt: too many shorter ones are alike.
const TELLING_LENGTH: usize = 3;

/// The names that the lines define.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Uses>, Variants);

/// For each name, its uses as an output of an enum.
type Variants = HashMap<String, Vec<Ident>>;

/// How often a name is used.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uses {
    /// As a stream.
    pub(super) stream: usize,
    /// As any side output: `name.late`.
    pub(super) outputs: usize,
    /// As the output of late events.
    pub(super) late: usize,
    /// As the output of overflow.
    pub(super) overflow: usize,
    /// As the output of unmatched events.
    pub(super) unmatched: usize,
    /// As the output of errors.
    pub(super) errors: usize,
    /// As the output of a variant.
    pub(super) variants: usize,
}

impl Uses {
    /// Counts a use of this output.
    fn count(&mut self, output: &str) {
        match output {
            "late" => self.late += 1,
            "overflow" => self.overflow += 1,
            "unmatched" => self.unmatched += 1,
            "errors" => self.errors += 1,
            _ => {}
        }
    }

    /// The method that prepares a stream for these uses.
    pub(super) fn shape(self) -> Option<&'static str> {
        match (self.stream > 1, self.outputs > 0) {
            (false, false) => None,
            (true, false) => Some("fan_out"),
            (false, true) => Some("outputs"),
            (true, true) => Some("fan_out_with_outputs"),
        }
    }
}

impl Names {
    /// Collects the names and counts their uses.
    pub(super) fn of(declaration: &Declaration) -> Self {
        let lines = &declaration.lines;
        let defined = lines.iter().filter_map(|line| line.name.as_ref());
        let mut names: HashMap<String, Uses> =
            defined.map(|(name, _)| (token::spelled(name), Uses::default())).collect();
        let mut others = Variants::new();
        let mut above = HashSet::new();
        for line in lines {
            line.chain.visit(&mut |chain| count((&mut names, &mut others), &above, chain));
            above.extend(line.name.iter().map(|(name, _)| token::spelled(name)));
        }
        others.retain(|name, outputs| {
            let Some(uses) = names.get_mut(name) else { return false };
            let variants = are_variants(outputs, uses.stream);
            // What is a misspelt output is reported; it is none that goes nowhere too.
            if !variants {
                outputs.iter().filter_map(misspelt_output).for_each(|meant| uses.count(meant));
            }
            variants
        });
        for (name, outputs) in &others {
            if let Some(uses) = names.get_mut(name) {
                uses.variants = outputs.len();
            }
        }
        Self(names, others)
    }

    /// The uses of the name as the output of a variant.
    pub(super) fn variants(&self, name: &Ident) -> &[Ident] {
        self.1.get(&token::spelled(name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// How often the name is used; `None` if no line defines it.
    pub(super) fn uses(&self, name: &Ident) -> Option<Uses> {
        self.0.get(&token::spelled(name)).copied()
    }

    /// The defined name that this undefined one is a misspelling of.
    ///
    /// It could also be a variable that holds a stream, above all if the name is short.
    pub(super) fn meant(&self, name: &Ident) -> Option<&str> {
        let written = token::spelled(name);
        if self.0.contains_key(&written) {
            return None;
        }
        let mut candidates: Vec<&String> = self.0.keys().collect();
        candidates.sort_unstable();
        let meant = suggest::closest(&written, candidates.into_iter().map(String::as_str))?;
        let unused = self.0.get(meant).is_some_and(|uses| uses.stream == 0);
        (unused || written.chars().count() >= TELLING_LENGTH).then_some(meant)
    }

    /// Whether a line uses a misspelling of the name.
    pub(super) fn is_meant(&self, name: &Ident, declaration: &Declaration) -> bool {
        let name = token::spelled(name);
        let mut is_meant = false;
        let mut check = |chain: &Chain| {
            if let HeadKind::Name(used, _) = &chain.head.kind {
                is_meant |= self.meant(used) == Some(name.as_str());
            }
        };
        declaration.lines.iter().for_each(|line| line.chain.visit(&mut check));
        is_meant
    }
}

/// Counts the use in the head of a chain, and the uses in an expression there.
fn count(
    (names, others): (&mut HashMap<String, Uses>, &mut Variants),
    above: &HashSet<String>,
    chain: &Chain,
) {
    for other in chain.steps.iter().filter_map(given_to_foreign_word) {
        if let Some(uses) = names.get_mut(&other).filter(|_| above.contains(&other)) {
            uses.stream += 1;
        }
    }
    match &chain.head.kind {
        HeadKind::Name(name, rest) => {
            // A method with another stream is reported elsewhere.
            let others = token::methods(rest).filter_map(|(_, given)| only_name(given));
            let others = others.filter(|other| above.contains(other));
            for name in std::iter::once(token::spelled(name)).chain(others) {
                if let Some(uses) = names.get_mut(&name) {
                    uses.stream += 1;
                }
            }
        }
        HeadKind::Output(name, rest) => {
            if let Some(uses) = names.get_mut(&token::spelled(name)) {
                let output = output(rest);
                if let Some(other) = output.filter(|output| is_variant(output)) {
                    others.entry(token::spelled(name)).or_default().push(other.clone());
                }
                uses.outputs += 1;
                if let Some(output) = output {
                    uses.count(&token::spelled(output));
                }
            }
        }
        HeadKind::Other(tokens) => mentioned(tokens, &mut |name| {
            if let Some(uses) = names.get_mut(name).filter(|_| above.contains(name)) {
                uses.stream += 1;
            }
        }),
        _ => {}
    }
}

/// The stream given to a join or to a word of another system, which is reported elsewhere.
fn given_to_foreign_word(step: &Step) -> Option<String> {
    let call = match &step.kind {
        StepKind::Operator(call) if words::foreign(&token::spelled(&call.name)).is_some() => call,
        StepKind::Word(word, call) if word.joins().is_some() => call,
        _ => return None,
    };
    only_name(call.arguments.as_ref()?)
}

/// Calls the function with each name in these tokens, but for fields, methods and closures.
fn mentioned(tokens: &[TokenTree], function: &mut impl FnMut(&str)) {
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        match token {
            TokenTree::Ident(name) if !token::is_punct(before, '.') => {
                function(&token::spelled(name));
            }
            TokenTree::Group(inside) => mentioned(&token::inside(inside), function),
            token if token::is_punct(Some(token), '|') => return,
            _ => {}
        }
    }
}

/// The name that an argument list begins with.
fn only_name(given: &Group) -> Option<String> {
    let pieces = cut::arguments(given.stream());
    match pieces.first().map(|piece| piece.tokens.as_slice()) {
        Some([TokenTree::Ident(name)]) => Some(token::spelled(name)),
        _ => None,
    }
}

/// The output in the head of a chain.
pub(super) fn output(rest: &[TokenTree]) -> Option<&Ident> {
    token::name(rest.get(1)).filter(|output| !token::spelled(output).is_empty())
}

/// Whether the output is not a side output that any node can have.
pub(super) fn is_variant(output: &Ident) -> bool {
    !words::OUTPUTS.contains(&token::spelled(output).as_str())
}

/// The output that is misspelt.
fn misspelt_output(output: &Ident) -> Option<&'static str> {
    suggest::closest(&token::spelled(output), words::OUTPUTS.iter().copied())
}

/// Whether these outputs are those of variants, given `whole` uses of the stream itself.
///
/// A single one could also be a misspelt or unfinished `late`.
fn are_variants(outputs: &[Ident], whole: usize) -> bool {
    let outputs: HashSet<String> = outputs.iter().map(token::spelled).collect();
    let near = |output: &String| {
        let begins = words::OUTPUTS.iter().any(|word| word.starts_with(output.as_str()));
        begins || suggest::closest(output, words::OUTPUTS.iter().copied()).is_some()
    };
    let doubtful = outputs.len() == 1 && outputs.iter().all(near) && whole > 0;
    !outputs.is_empty() && !doubtful
}
