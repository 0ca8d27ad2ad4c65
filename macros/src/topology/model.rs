//! The parsed topology; all tokens are the user's.

use super::cut::Piece;
use super::token;
use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::words::{Joins, Provides, Role, Word};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

/// A whole `topology!( … )`.
#[derive(Debug)]
pub(super) struct Declaration {
    /// The first line, if it sets the path of the runtime.
    pub(super) crate_argument: Option<CrateArgument>,
    /// The first line after that, if it is about the job.
    pub(super) job: Option<Job>,
    /// All other lines.
    pub(super) lines: Vec<Line>,
    /// Whether the compiler will report a syntax error.
    pub(super) spelling: Spelling,
    /// The span of its first token.
    pub(super) start: Span,
    /// The first `;` that ends a line.
    pub(super) semicolon: Option<TokenTree>,
}

/// `crate = path`
#[derive(Debug)]
pub(super) struct CrateArgument {
    /// The word `crate`.
    pub(super) word: TokenTree,
    /// What follows the `=`.
    pub(super) value: TokenStream,
}

/// Whether the text is valid Rust, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// It may be.
    Plausible,
    /// It is not.
    HalfWritten,
}

/// `job("name", delivery).methods()`
#[derive(Debug)]
pub(super) struct Job {
    /// The word `job`.
    pub(super) word: Ident,
    /// Its arguments.
    pub(super) arguments: Vec<Piece>,
    /// The span of the parentheses.
    pub(super) parentheses: Span,
    /// What follows them.
    pub(super) methods: Vec<TokenTree>,
}

/// `name = chain`
#[derive(Debug)]
pub(super) struct Line {
    /// The attributes before the name.
    pub(super) attributes: Vec<TokenTree>,
    /// The name and the `=`.
    pub(super) name: Option<(Ident, TokenTree)>,
    /// What follows.
    pub(super) chain: Chain,
    /// Whether a comma precedes it.
    pub(super) beginning: Beginning,
    /// Its foreign syntax.
    pub(super) foreign: Foreign,
}

/// Syntax of other languages at the start of a line.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// `let` or `let mut`.
    pub(super) declares: Vec<TokenTree>,
    /// The sign in place of `=`.
    pub(super) equals: Vec<TokenTree>,
    /// The name as a text in quotes.
    pub(super) quoted: Option<TokenTree>,
    /// The name that is a word of Rust.
    pub(super) keyword: Option<Ident>,
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// After a comma, or first.
    Separate,
    /// After a missing comma.
    CommaMissing,
}

/// `head >> step >> step`
#[derive(Debug)]
pub(super) struct Chain {
    /// Where its events come from.
    pub(super) head: Head,
    /// What follows.
    pub(super) steps: Vec<Step>,
}

/// Where the events of a chain come from.
#[derive(Debug)]
pub(super) struct Head {
    /// What it is.
    pub(super) kind: HeadKind,
    /// A number of instances, which is a mistake here.
    pub(super) times: Option<Piece>,
}

/// The start of a chain.
#[derive(Debug)]
pub(super) enum HeadKind {
    /// Nothing; at the `>>`, the `=` or the parentheses.
    Missing(Span),
    /// `source(…)` and its methods.
    Source(Vec<TokenTree>),
    /// `feedback::<Event>(…)`
    Feedback(Call),
    /// `job(…)`, in a line that is not the first.
    Job(Ident, Vec<TokenTree>),
    /// `[a, b]`, parsed and as a token.
    Merge(Vec<Chain>, TokenTree),
    /// `(a >> by(…), b >> by(…))` before a join, parsed and as a token; brackets by mistake.
    Sides(Vec<Chain>, Group),
    /// `(a >> b)`
    Chain(Box<Chain>),
    /// `name`, or methods of it.
    Name(Ident, Vec<TokenTree>),
    /// `name.output`
    Output(Ident, Vec<TokenTree>),
    /// Any other expression.
    Other(Vec<TokenTree>),
}

/// `(a >> by(…), b >> by(…)) >> join(…)`
#[derive(Debug, Clone, Copy)]
pub(super) struct Join<'a> {
    /// The joined streams.
    pub(super) sides: &'a [Chain],
    /// The parentheses around them.
    pub(super) group: &'a Group,
    /// The step that joins.
    pub(super) step: &'a Step,
    /// Its word.
    pub(super) word: &'static Word,
    /// What it emits besides the events that match.
    pub(super) emits: Joins,
    /// The word and its arguments.
    pub(super) call: &'a Call,
}

/// What follows a `>>`.
#[derive(Debug)]
pub(super) struct Step {
    /// The `>>`, or the sign in its place; empty if it is missing.
    pub(super) arrow: Vec<TokenTree>,
    /// What it is.
    pub(super) kind: StepKind,
    /// The `*` and the number of instances.
    pub(super) times: Option<Piece>,
}

/// What a step is.
#[derive(Debug)]
pub(super) enum StepKind {
    /// Nothing.
    Missing,
    /// A word with generics, arguments, and what follows.
    Word(&'static Word, Call),
    /// The path of an operator with arguments, and what follows.
    Operator(Call),
    /// Any other expression.
    Other(Vec<TokenTree>),
}

/// `path::name::<generics>(arguments).more()`; the name may be an associated function of a type.
#[derive(Debug)]
pub(super) struct Call {
    /// The path with generics.
    pub(super) path: Vec<TokenTree>,
    /// The last name in it.
    pub(super) name: Ident,
    /// What is in parentheses.
    pub(super) arguments: Option<Group>,
    /// What follows.
    pub(super) rest: Vec<TokenTree>,
}

impl Declaration {
    /// Calls the function with every chain, line by line.
    pub(super) fn each_chain(
        &self,
        errors: &mut Errors,
        mut function: impl FnMut(&Chain, &mut Errors),
    ) {
        for (at, line) in self.lines.iter().enumerate() {
            errors.enter(at);
            line.chain.visit(&mut |chain| function(chain, errors));
        }
    }

    /// The path of the runtime.
    pub(super) fn runtime(&self) -> CratePath {
        let argument = self.crate_argument.as_ref();
        argument.and_then(CrateArgument::path).unwrap_or_default()
    }
}

impl CrateArgument {
    /// The path, if it is one.
    pub(super) fn path(&self) -> Option<CratePath> {
        CratePath::read(&syn::parse2(self.value.clone()).ok()?)
    }
}

impl Line {
    /// The word that it starts with, if any.
    pub(super) fn first_word(&self) -> Option<&Ident> {
        if let Some((name, _)) = &self.name {
            return Some(name);
        }
        match &self.chain.head.kind {
            HeadKind::Name(name, _) | HeadKind::Output(name, _) | HeadKind::Job(name, _) => {
                Some(name)
            }
            HeadKind::Source(tokens) | HeadKind::Other(tokens) => token::name(tokens.first()),
            HeadKind::Feedback(call) => Some(&call.name),
            HeadKind::Missing(_)
            | HeadKind::Merge(..)
            | HeadKind::Sides(..)
            | HeadKind::Chain(_) => None,
        }
    }
}

impl Chain {
    /// Calls the function with this chain and those in it, from the inside out.
    pub(super) fn visit<'a>(&'a self, function: &mut impl FnMut(&'a Chain)) {
        match &self.head.kind {
            HeadKind::Merge(chains, _) | HeadKind::Sides(chains, _) => {
                chains.iter().for_each(|chain| chain.visit(function));
            }
            HeadKind::Chain(chain) => chain.visit(function),
            _ => {}
        }
        function(self);
    }

    /// The sides of a join, the group around them, and the word that joins them.
    ///
    /// The word may be without the arguments that it needs.
    pub(super) fn join(&self) -> Option<Join<'_>> {
        match (&self.head.kind, self.steps.first().map(|step| (step, &step.kind))) {
            (HeadKind::Sides(sides, group), Some((step, StepKind::Word(word, call)))) => {
                let emits = word.joins()?;
                Some(Join { sides, group, step, word, emits, call })
            }
            _ => None,
        }
    }

    /// The step that ends the stream, if there is one.
    pub(super) fn end(&self) -> Option<(&'static Word, &Step)> {
        self.steps.iter().find_map(|step| match step.word() {
            Some((word, _)) if word.role == Role::End => Some((word, step)),
            _ => None,
        })
    }

    /// Its last step without arguments, or its head.
    pub(super) fn last_tokens(&self) -> Vec<TokenTree> {
        match self.steps.last().map(|step| &step.kind) {
            None => self.head.kind.tokens(),
            Some(StepKind::Missing) => Vec::new(),
            Some(StepKind::Word(_, call) | StepKind::Operator(call)) => call.path.clone(),
            Some(StepKind::Other(tokens)) => tokens.clone(),
        }
    }

    /// The word that sets the key of the resulting stream, if it has one.
    pub(super) fn key(&self) -> Option<&'static Word> {
        let mut key = None;
        for step in &self.steps {
            let setting = step.word().map(|(word, _)| word);
            key = match setting {
                Some(word) if word.gives_key() => Some(word),
                Some(Word { provides: Provides::Same, .. }) => key,
                _ => None,
            };
        }
        key
    }
}

impl HeadKind {
    /// The tokens for messages about it.
    fn tokens(&self) -> Vec<TokenTree> {
        match self {
            Self::Missing(_) => Vec::new(),
            Self::Chain(inside) => inside.last_tokens(),
            Self::Merge(_, brackets) => vec![brackets.clone()],
            Self::Sides(_, group) => vec![group.clone().into()],
            Self::Feedback(call) => call.path.clone(),
            Self::Job(word, _) => vec![word.clone().into()],
            Self::Name(name, tokens) | Self::Output(name, tokens) => {
                std::iter::once(name.clone().into()).chain(tokens.iter().cloned()).collect()
            }
            Self::Source(tokens) | Self::Other(tokens) => tokens.clone(),
        }
    }
}

impl Call {
    /// Whether it is something of a type: `Twice::new(2)`, `Limit::<u64>::of(9)`.
    pub(super) fn is_associated(&self) -> bool {
        let names = self.path.iter().filter_map(|token| token::name(Some(token)));
        let mut before = names.rev().skip_while(|name| **name != self.name).skip(1);
        let of_type = |name: &Ident| token::spelled(name).starts_with(char::is_uppercase);
        let is_value = token::spelled(&self.name).starts_with(char::is_lowercase);
        is_value && before.next().is_some_and(of_type)
    }

    /// Whether it is nothing but a path.
    pub(super) fn is_bare(&self) -> bool {
        self.arguments.is_none() && self.rest.is_empty()
    }

    /// The methods called on it, with their arguments.
    pub(super) fn methods(&self) -> impl Iterator<Item = (&Ident, &Group)> {
        token::methods(&self.rest)
    }
}

impl Step {
    /// Whether it adds a node that has outputs.
    pub(super) fn is_node(&self) -> bool {
        match self.word() {
            Some((word, _)) => word.role == Role::Node,
            None => true,
        }
    }

    /// The sign in place of `>>`, or an empty string if there is none.
    pub(super) fn other_arrow(&self) -> Option<String> {
        let written = token::signs(&self.arrow);
        (written != ">>").then_some(written)
    }

    /// The span of the `>>`.
    pub(super) fn at(&self) -> Span {
        self.arrow.first().map_or_else(Span::call_site, TokenTree::span)
    }

    /// The span of its word or operator.
    pub(super) fn span(&self) -> Span {
        match &self.kind {
            StepKind::Word(_, call) | StepKind::Operator(call) => call.name.span(),
            StepKind::Missing | StepKind::Other(_) => self.at(),
        }
    }

    /// Whether further calls follow, unknown to the macro.
    pub(super) fn has_more_calls(&self) -> bool {
        match &self.kind {
            StepKind::Word(_, call) | StepKind::Operator(call) => {
                !super::in_flight::others(&call.rest).is_empty()
            }
            StepKind::Missing | StepKind::Other(_) => false,
        }
    }

    /// The word, if it is complete.
    ///
    /// A word without its arguments is expanded like an operator, as is an unfinished word: the
    /// text before it must not depend on the position of the cursor.
    pub(super) fn word(&self) -> Option<(&'static Word, &Call)> {
        match &self.kind {
            StepKind::Word(word, call) if call.arguments.is_some() || !word.takes_arguments() => {
                Some((word, call))
            }
            _ => None,
        }
    }

    /// The call of an operator, if it is or may be one.
    pub(super) fn operator(&self) -> Option<&Call> {
        match &self.kind {
            StepKind::Operator(call) => Some(call),
            StepKind::Word(_, call) if self.word().is_none() => Some(call),
            _ => None,
        }
    }
}
