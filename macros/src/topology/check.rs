//! The rules about the shape of a topology. Each broken rule is reported once, at the wrong tokens.
//!
//! Types are checked by the compiler. Mistakes that it reports well, such as an incomplete
//! expression, are left to it.

use super::facts::Known;
use super::feedback::{self, Circles, Closes};
use super::instances::Count;
use super::model::{Beginning, Call, Chain, Declaration, HeadKind, Line, Step, StepKind};
use super::resolve::Names;
use super::token::{self, stream};
use super::{
    arguments, foreign_syntax, foreign_words, joins, keys, options, side_outputs, variants, words,
};
use crate::errors::Errors;
use millstream_graph::sentence::feedback::cycle;
use millstream_graph::sentence::{Sentence, shape as sentence};
use millstream_graph::words::{How, Role, Word};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use std::collections::{HashMap, HashSet};

/// Checks all rules.
pub(super) fn check(declaration: &Declaration, (names, known): (&Names, &Known<'_>)) -> Errors {
    let (defined, circles) = (HashMap::new(), Circles::of(declaration));
    let mut errors = Errors::default();
    if foreign_syntax::check_lines(declaration, &mut errors) {
        return errors;
    }
    foreign_words::check(declaration, &mut errors);
    let mut check = ShapeCheck { declaration, names, defined, circles, at: None, errors };
    for (at, line) in declaration.lines.iter().enumerate() {
        check.errors.enter(at);
        check.line(line);
    }
    check.source();
    let mut errors = check.errors;
    foreign_syntax::check(declaration, &mut errors);
    arguments::check(declaration, &mut errors);
    joins::check(declaration, &mut errors);
    keys::check(declaration, known, &mut errors);
    options::check(declaration, names, &mut errors);
    side_outputs::check(declaration, (names, known), &mut errors);
    variants::check(declaration, names, &mut errors);
    feedback::check(declaration, names, &mut errors);
    errors
}

/// The meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Stream,
    End,
}

struct ShapeCheck<'a> {
    declaration: &'a Declaration,
    names: &'a Names,
    /// The names of earlier lines.
    defined: HashMap<String, Meaning>,
    circles: Circles,
    /// The name of the current line.
    at: Option<&'a Ident>,
    errors: Errors,
}

impl<'a> ShapeCheck<'a> {
    /// Reports a mistake that would cause follow-up errors.
    fn say(&mut self, at: impl ToTokens, sentence: &Sentence) {
        self.errors.say_alone(at, sentence);
    }

    /// Reports a mistake without follow-up errors.
    fn say_too(&mut self, at: impl ToTokens, sentence: &Sentence) {
        self.errors.say(at, sentence);
    }

    fn line(&mut self, line: &'a Line) {
        self.at = line.name.as_ref().map(|(name, _)| name);
        if let (Beginning::CommaMissing, Some(word)) = (line.beginning, line.first_word()) {
            self.say_too(word, &sentence::missing_comma(&token::spelled(word)));
        }
        self.chain(&line.chain);
        match &line.name {
            Some((name, _)) => self.name(name, &line.chain),
            None => self.nameless(&line.chain),
        }
    }

    fn name(&mut self, name: &Ident, chain: &Chain) {
        let written = token::spelled(name);
        let uses = self.names.uses(name).unwrap_or_default();
        let meaning = if chain.end().is_some() { Meaning::End } else { Meaning::Stream };
        if self.defined.insert(written.clone(), meaning).is_some() {
            self.say(name, &sentence::duplicate_name(&written));
        } else if chain.end().is_some_and(|(word, _)| word.how == How::Ignore) {
            self.say(name, &sentence::ignored_has_no_name(&written));
        } else if self.errors.is_here_broken() {
            // What the name stands for depends on the mistake.
        } else if chain.key().is_some() && (uses.stream > 1 || uses.outputs > 0) {
            self.say(name, &sentence::key_is_no_node(&written));
        } else if uses.stream == 0
            && uses.variants == 0
            && !may_end(chain)
            && !self.names.is_meant(name, self.declaration)
        {
            self.say_too(name, &sentence::goes_nowhere(&written));
        }
    }

    fn nameless(&mut self, chain: &Chain) {
        if may_end(chain) || matches!(chain.head.kind, HeadKind::Missing(_) | HeadKind::Job(..)) {
            return;
        }
        let last = chain.steps.last();
        let through = last.and_then(Step::word).is_some_and(|(word, _)| word.role == Role::Part);
        if through || (last.is_none() && self.is_reported(&chain.head.kind)) {
            return;
        }
        self.say_too(stream(&chain.last_tokens()), &sentence::has_no_end());
    }

    /// Whether a mistake in the head of a chain has been reported, so that its consequences need
    /// not be.
    fn is_reported(&self, head: &HeadKind) -> bool {
        match head {
            HeadKind::Name(name, _) => !self.defined.contains_key(&token::spelled(name)),
            HeadKind::Other(tokens) => {
                let is_stream = |name: &str| self.defined.contains_key(name);
                words::misspelt_call(tokens).is_some()
                    || foreign_syntax::called_with_stream(tokens, is_stream).is_some()
            }
            _ => false,
        }
    }

    fn chain(&mut self, chain: &Chain) {
        self.head(chain);
        let end = chain.end();
        let mut behind_end = None;
        for step in &chain.steps {
            match (behind_end.take(), &step.kind) {
                (_, StepKind::Missing) if step.other_arrow().is_some() => {}
                (_, StepKind::Missing) => {
                    self.say(stream(&step.arrow), &sentence::dangling_arrow())
                }
                (Some(word), _) => self.say(stream(&step.arrow), &sentence::after_the_end(word)),
                (None, _) => self.step(step),
            }
            if let Some((word, at)) = end
                && std::ptr::eq(at, step)
            {
                behind_end = Some(word.name);
            }
        }
    }

    fn head(&mut self, chain: &Chain) {
        match &chain.head.kind {
            HeadKind::Missing(at) => self.say(place(*at), &sentence::no_beginning()),
            HeadKind::Job(word, _) => self.say(word, &sentence::job_is_not_first()),
            HeadKind::Merge(chains, at) if chains.is_empty() => {
                self.say(at, &sentence::nothing_to_merge());
            }
            HeadKind::Merge(chains, _) | HeadKind::Sides(chains, _) => {
                chains.iter().for_each(|chain| self.part(chain));
            }
            HeadKind::Chain(chain) => self.part(chain),
            HeadKind::Name(name, _) | HeadKind::Output(name, _) => self.reference(name),
            HeadKind::Other(tokens) => {
                if let Some((name, meant)) = words::misspelt_call(tokens) {
                    let meant = format!("{meant}(…)");
                    self.say(name, &sentence::unknown_name(&token::spelled(name), &meant));
                }
            }
            HeadKind::Source(_) | HeadKind::Feedback(_) => {}
        }
        if let Some(times) = &chain.head.times {
            self.say_too(stream(&times.separator), &sentence::misplaced_instances());
        }
    }

    /// A chain within another one.
    fn part(&mut self, chain: &Chain) {
        self.chain(chain);
        if let Some((word, step)) = chain.end() {
            self.say(stream(&step.arrow), &sentence::after_the_end(word.name));
        }
    }

    fn reference(&mut self, name: &Ident) {
        let written = token::spelled(name);
        match self.defined.get(&written) {
            Some(Meaning::Stream) => {}
            Some(Meaning::End) => self.say(name, &sentence::after_the_end(&written)),
            None if self.names.uses(name).is_some() => {
                self.used_too_early(name, &written);
            }
            None if written == "source" || written == "feedback" => {
                let usage = format!("{written}(…)");
                self.say(name, &sentence::missing_arguments(&written, &usage));
            }
            None => {
                if let Some(meant) = self.names.meant(name) {
                    self.say(name, &sentence::unknown_name(&written, meant));
                }
            }
        }
    }

    /// The name of a later line, or of this line.
    fn used_too_early(&mut self, name: &Ident, written: &str) {
        match self.circles.close(self.at, name) {
            Closes::Nothing => self.say(name, &sentence::used_before_definition(written)),
            Closes::Circle(way) => {
                let way: Vec<&str> = way.iter().map(String::as_str).collect();
                self.say(name, &cycle(&way));
            }
            Closes::Known => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match (step.word(), &step.kind) {
            // A join without arguments has a message of its own.
            (None, StepKind::Word(word, _)) if word.joins().is_some() => {}
            (None, StepKind::Word(word, call)) => {
                self.say(&call.name, &sentence::missing_arguments(word.name, word.usage));
            }
            _ => {
                if let Some((call, meant)) = misspelt_word(step) {
                    let written = token::spelled(&call.name);
                    self.say(&call.name, &sentence::misspelt_word(&written, meant));
                }
            }
        }
        let Some(times) = &step.times else { return };
        if step.word().is_some_and(|(word, _)| word.role != Role::Node) {
            self.say_too(stream(&times.separator), &sentence::misplaced_instances());
        } else if times.tokens.is_empty() {
            self.say(stream(&times.separator), &sentence::dangling_star());
        } else if Count::is_zero(&times.tokens) {
            self.say_too(stream(&times.tokens), &sentence::no_instances());
        }
    }

    /// A topology has a source, unless a stream comes from outside the list.
    fn source(&mut self) {
        let mut found = false;
        let mut find = |chain: &Chain| {
            found |= match &chain.head.kind {
                HeadKind::Source(_) | HeadKind::Other(_) => true,
                HeadKind::Name(name, _) | HeadKind::Output(name, _) => {
                    self.names.uses(name).is_none()
                }
                _ => false,
            };
        };
        self.declaration.lines.iter().for_each(|line| line.chain.visit(&mut find));
        if !found && self.errors.is_empty() {
            let at =
                self.declaration.job.as_ref().map_or_else(Span::call_site, |job| job.word.span());
            self.say_too(place(at), &sentence::no_source());
        }
    }
}

fn place(at: Span) -> TokenStream {
    quote_spanned!(at=> _)
}

/// Whether the chain has an end, or an unfinished one.
fn may_end(chain: &Chain) -> bool {
    let unfinished = match chain.steps.last() {
        Some(Step { kind: StepKind::Missing, .. }) => true,
        Some(step) if foreign_syntax::source(step).is_some() => true,
        // A word of another system may have been meant to end the line.
        Some(_)
            if foreign_words::meaning(chain, chain.steps.len() - 1, &HashSet::new()).is_some() =>
        {
            true
        }
        Some(Step { kind: StepKind::Word(word, _), .. }) => word.role == Role::End,
        Some(step) => misspelt_word(step).is_some_and(|(_, word)| word.role == Role::End),
        None => false,
    };
    unfinished || chain.end().is_some()
}

fn misspelt_word(step: &Step) -> Option<(&Call, &'static Word)> {
    match &step.kind {
        StepKind::Operator(call) => words::misspelt(call).map(|word| (call, word)),
        _ => None,
    }
}
