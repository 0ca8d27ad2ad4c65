//! The rates of `throttle`, the batches of `in_batches_of`, and what may follow them: `.burst(n)`,
//! `.shed()`, `.or_after(time)`.

use super::is_no_time;
use super::written::text;
use crate::errors::Errors;
use crate::topology::instances::Count;
use crate::topology::model::{Call, Chain, Step};
use crate::topology::token;
use millstream_graph::sentence::{rates, shape};
use millstream_graph::suggest;
use millstream_graph::words::{Kind, Word};
use proc_macro2::{Group, Ident, TokenTree};

/// The method that ends a batch by time.
const AFTER: &str = "or_after";

/// The units of rates.
const UNITS: [&str; 3] = ["per_sec", "per_min", "per_hour"];

/// The greatest rate, in events per second.
const MOST_PER_SEC: u64 = 1_000_000_000;

/// Reports rates without a unit, of 0 or beyond reason, and batches that could wait for ever.
pub(super) fn check(chain: &Chain, errors: &mut Errors) {
    for (word, call) in chain.steps.iter().filter_map(Step::word) {
        let Some(arguments) = call.arguments.as_ref().filter(|group| !group.stream().is_empty())
        else {
            continue;
        };
        if word.joins().is_some() {
            continue;
        }
        if word.arguments.iter().any(|argument| argument.kind == Kind::Rate) {
            rate(call, arguments, errors);
        }
        if word.settings.contains(&AFTER) && !errors.is_here_broken() {
            batches(word, call, arguments, errors);
        }
        if let Some((written, meant)) = misspelt(word, call) {
            let sentence = rates::unknown_setting(word.name, &token::spelled(written), meant);
            errors.say_alone(written, &sentence);
        }
    }
}

fn rate(call: &Call, arguments: &Group, errors: &mut Errors) {
    let rate = token::inside(arguments);
    match rate.as_slice() {
        [TokenTree::Literal(number)] => {
            errors.say_alone(number, &rates::rate_without_unit(&number.to_string()));
        }
        [number @ TokenTree::Literal(_), dot, TokenTree::Ident(unit), TokenTree::Group(_)]
            if token::is_punct(Some(dot), '.') && UNITS.iter().any(|known| unit == known) =>
        {
            let written = arguments.stream().to_string().replace(' ', "");
            match Count::literal(std::slice::from_ref(number)) {
                Some(0) => errors.say_alone(arguments.stream(), &rates::no_rate(&written)),
                Some(events) if unit == "per_sec" && events > MOST_PER_SEC => {
                    errors.say_alone(arguments.stream(), &rates::too_fast(&written));
                }
                _ => {}
            }
        }
        _ => {}
    }
    if let Some(burst) =
        setting(call, "burst").filter(|burst| Count::is_zero(&token::inside(burst)))
    {
        errors.say_alone(burst.stream(), &shape::invalid_zero("`.burst(0)`"));
    }
}

fn batches(word: &Word, call: &Call, arguments: &Group, errors: &mut Errors) {
    match setting(call, AFTER) {
        Some(time) if is_no_time(&token::inside(time)) => {
            let written = format!("`{AFTER}({})`", text(time));
            errors.say_alone(time.stream(), &shape::invalid_zero(&written));
        }
        Some(_) => {}
        None if misspelt(word, call).is_none() => {
            let count = arguments.stream().to_string();
            errors.say_alone(&call.name, &rates::batches_without_end(&count));
        }
        None => {}
    }
}

/// The method of a word that is misspelt, and what was meant.
fn misspelt<'a>(word: &Word, call: &'a Call) -> Option<(&'a Ident, &'static str)> {
    call.methods().find_map(|(name, _)| {
        let meant = suggest::closest(&token::spelled(name), word.settings.iter().copied())?;
        Some((name, meant))
    })
}

/// The arguments of a method behind a word, if it is there.
fn setting<'a>(call: &'a Call, name: &str) -> Option<&'a Group> {
    call.methods().find(|(method, _)| *method == name).map(|(_, arguments)| arguments)
}
