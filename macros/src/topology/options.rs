//! Options with a fixed set of values: the crate path, the job, outputs of nodes, calls in flight.

use super::arguments;
use super::in_flight;
use super::instances::Count;
use super::model::{Chain, Declaration, HeadKind, Job, StepKind};
use super::resolve::Names;
use super::token::{self, stream};
use crate::errors::Errors;
use millstream_graph::sentence::calls::{
    MOST_IN_FLIGHT, makes_no_calls, no_number_of_calls, number_of_calls,
};
use millstream_graph::sentence::{self, attribute, outcome, shape};
use millstream_graph::words::{How, Provides, Role};
use millstream_graph::{suggest, words};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::Lit;

/// Reports misspelt words, and numbers that are 0.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    if let Some(argument) = declaration.crate_argument.as_ref().filter(|it| it.path().is_none()) {
        let value = argument.value.clone();
        let at = if value.is_empty() { argument.word.clone().into() } else { value };
        errors.say_alone(at, &attribute::crate_is_no_path());
    }
    if let Some(job) = &declaration.job {
        name(job, errors);
        delivery(job, errors);
        methods(job, errors);
    }
    let groups = default_key_groups(declaration.job.as_ref());
    declaration.each_chain(errors, |chain, errors| {
        output(chain, names, errors);
        calls_in_flight(chain, errors);
        failing(chain, errors);
        instances_of_nodes(chain, groups, errors);
    });
}

/// The word of the list that was meant, if it is misspelt.
fn meant<'a>(written: &str, list: &[&'a str]) -> Option<&'a str> {
    if list.contains(&written) {
        return None;
    }
    suggest::closest(written, list.iter().copied())
}

/// Reports a job without a name, or with a name that is not a string.
fn name(job: &Job, errors: &mut Errors) {
    let Some(piece) = job.arguments.first() else {
        let mut parentheses = Group::new(Delimiter::Parenthesis, TokenStream::new());
        parentheses.set_span(job.parentheses);
        return errors.say_alone(parentheses, &sentence::arguments::job_without_name());
    };
    let is_none = match piece.tokens.as_slice() {
        // A character literal may be an unfinished string.
        [TokenTree::Literal(literal)] => {
            !matches!(Lit::new(literal.clone()), Lit::Str(_) | Lit::Char(_))
        }
        [TokenTree::Ident(word)] => {
            let written = token::spelled(word);
            written == "true" || written == "false" || words::DELIVERIES.contains(&written.as_str())
        }
        _ => false,
    };
    if is_none {
        errors.say_alone(stream(&piece.tokens), &sentence::arguments::job_without_name());
    }
}

fn delivery(job: &Job, errors: &mut Errors) {
    if let Some(second) = job.arguments.get(2) {
        errors.say_alone(stream(&second.tokens), &sentence::arguments::two_promises());
    }
    for piece in job.arguments.iter().skip(1) {
        let (word, written) = match piece.tokens.as_slice() {
            [TokenTree::Ident(word)] => (TokenTree::from(word.clone()), token::spelled(word)),
            [text @ TokenTree::Literal(_)] => {
                let written = text.to_string();
                let meant = written.trim_matches('"').replace('-', "_");
                let meant = words::DELIVERIES.iter().find(|word| **word == meant);
                let meant = meant.unwrap_or(&"at_least_once");
                errors.say_alone(text, &shape::unknown_delivery(&written, meant));
                continue;
            }
            _ => continue,
        };
        if let Some(meant) = meant(&written, words::DELIVERIES) {
            errors.say_alone(word, &shape::unknown_delivery(&written, meant));
        }
    }
}

fn methods(job: &Job, errors: &mut Errors) {
    let known = words::OPTIONS.iter().map(|option| option.name);
    let known: Vec<&str> = known.collect();
    let mut before: Option<&TokenTree> = None;
    for (at, token) in job.methods.iter().enumerate() {
        if let (true, TokenTree::Ident(word)) = (token::is_punct(before, '.'), token) {
            let written = token::spelled(word);
            if let Some(meant) = meant(&written, &known) {
                errors.say_alone(word, &shape::unknown_option(&written, meant));
            }
            let option = words::OPTIONS.iter().find(|option| option.name == written);
            if let (Some(option), Some(TokenTree::Group(inside))) =
                (option, job.methods.get(at + 1))
            {
                arguments::given(option, word, inside, errors);
            }
        }
        before = Some(token);
    }
}

/// The number of key groups, if the job leaves it to the default.
fn default_key_groups(job: Option<&Job>) -> Option<u64> {
    let methods = job.map(|job| job.methods.as_slice()).unwrap_or_default();
    let sets = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "key_groups");
    (!methods.iter().any(sets)).then_some(shape::KEY_GROUPS)
}

/// Reports numbers of instances that are too great, as such or for the number of key groups.
fn instances_of_nodes(chain: &Chain, groups: Option<u64>, errors: &mut Errors) {
    let mut by_key = false;
    for step in &chain.steps {
        let word = step.word().map(|(word, _)| word);
        let number = step.times.as_ref().and_then(|times| Count::literal(&times.tokens));
        if let (Some(times), Some(number)) = (&step.times, number) {
            let few = groups.filter(|groups| by_key && number > *groups);
            if number > shape::MOST_INSTANCES {
                errors.say(stream(&times.tokens), &shape::too_many_instances(number));
            } else if let Some(groups) = few {
                errors.say(stream(&times.tokens), &shape::too_few_key_groups(number, groups));
            }
        }
        match word {
            Some(word) if word.role == Role::Route => by_key = word.provides == Provides::Key,
            Some(word) if matches!(word.role, Role::Setting | Role::Time) => {}
            _ => by_key = false,
        }
    }
}

/// Reports a misspelt output; the outputs of an enum are known to the compiler only.
fn output(chain: &Chain, names: &Names, errors: &mut Errors) {
    let HeadKind::Output(name, rest) = &chain.head.kind else { return };
    let Some(TokenTree::Ident(word)) = rest.get(1) else { return };
    let written = token::spelled(word);
    if names.uses(name).is_some_and(|uses| uses.variants == 0)
        && let Some(meant) = meant(&written, words::OUTPUTS)
    {
        errors.say_alone(word, &shape::unknown_output(&written, meant));
    }
}

/// Reports a number of calls that is out of range, or of something that makes none.
fn calls_in_flight(chain: &Chain, errors: &mut Errors) {
    for step in &chain.steps {
        let (StepKind::Word(_, call) | StepKind::Operator(call)) = &step.kind else { continue };
        let Some(calls) = in_flight::find(&call.rest) else { continue };
        let number = token::inside(calls.number);
        if let StepKind::Word(word, _) = &step.kind {
            errors.say_alone(calls.word, &makes_no_calls(word.name));
        } else if number.is_empty() {
            errors.say_alone(calls.number, &no_number_of_calls());
        } else if arguments::is_no_number(&number) {
            errors.say_alone(calls.number.stream(), &no_number_of_calls());
        } else if Count::is_zero(&number)
            || Count::literal(&number).is_some_and(|number| number > MOST_IN_FLIGHT)
        {
            errors.say(calls.number.stream(), &number_of_calls());
        }
    }
}

/// Reports `fail` on a stream that is not an error output.
fn failing(chain: &Chain, errors: &mut Errors) {
    let Some((word, step)) = chain.end() else { return };
    let Some((_, call)) = step.word() else { return };
    let name = match &chain.head.kind {
        HeadKind::Output(_, rest) if is_errors(rest) && chain.steps.len() == 1 => return,
        HeadKind::Output(name, _) | HeadKind::Name(name, _) => token::spelled(name),
        _ => "this stream".to_owned(),
    };
    if word.how == How::Fail {
        errors.say_alone(&call.name, &outcome::only_errors_fail(&name));
    }
}

fn is_errors(rest: &[TokenTree]) -> bool {
    let output: Option<&Ident> = token::name(rest.get(1));
    output.is_some_and(|output| token::spelled(output) == "errors")
}
