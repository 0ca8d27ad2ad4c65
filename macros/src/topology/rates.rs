//! The rates of `throttle`, the batches of `in_batches_of`, the silence of `debounce`, and what may
//! follow them: `.burst(n)`, `.shed()`, `.or_after(time)`.

use super::instances::Count;
use super::model::{Call, Chain, Step};
use super::{token, zeros};
use crate::errors::Errors;
use millstream_graph::sentence::{rates, shape};
use millstream_graph::suggest;
use proc_macro2::{Group, Ident, TokenTree};

/// The methods that may follow a word.
const SETTINGS: &[(&str, &[&str])] =
    &[("throttle", &["burst", "shed"]), ("in_batches_of", &["or_after"])];

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
        match word.name {
            "throttle" => throttle(call, arguments, errors),
            "in_batches_of" => in_batches_of(call, arguments, errors),
            "debounce" => some_time("debounce", arguments, errors),
            _ => continue,
        }
        settings(word.name, call, errors);
    }
}

fn throttle(call: &Call, arguments: &Group, errors: &mut Errors) {
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

fn in_batches_of(call: &Call, arguments: &Group, errors: &mut Errors) {
    if Count::is_zero(&token::inside(arguments)) {
        errors.say_alone(arguments.stream(), &shape::invalid_zero("`in_batches_of(0)`"));
    }
    match setting(call, "or_after") {
        Some(time) => some_time("or_after", time, errors),
        None if misspelt("in_batches_of", call).is_none() => {
            let count = arguments.stream().to_string();
            errors.say_alone(&call.name, &rates::batches_without_end(&count));
        }
        None => {}
    }
}

/// Reports a time of 0, as far as it is written as one.
fn some_time(word: &str, arguments: &Group, errors: &mut Errors) {
    if zeros::is_no_time(&token::inside(arguments)) {
        let written = format!("`{word}({})`", zeros::text(arguments));
        errors.say_alone(arguments.stream(), &shape::invalid_zero(&written));
    }
}

/// Reports a misspelt method.
fn settings(word: &str, call: &Call, errors: &mut Errors) {
    if let Some((written, meant)) = misspelt(word, call) {
        let sentence = rates::unknown_setting(word, &token::spelled(written), meant);
        errors.say_alone(written, &sentence);
    }
}

/// The method of a word that is misspelt, and what was meant.
fn misspelt<'a>(word: &str, call: &'a Call) -> Option<(&'a Ident, &'static str)> {
    let (_, known) = SETTINGS.iter().find(|(name, _)| *name == word)?;
    call.methods().find_map(|(name, _)| {
        let meant = suggest::closest(&token::spelled(name), known.iter().copied())?;
        Some((name, meant))
    })
}

/// The arguments of a method behind a word, if it is there.
fn setting<'a>(call: &'a Call, name: &str) -> Option<&'a Group> {
    call.methods().find(|(method, _)| *method == name).map(|(_, arguments)| arguments)
}

/// Whether a word sheds events.
pub(super) fn shed(call: &Call) -> Option<&Ident> {
    call.methods().map(|(name, _)| name).find(|name| *name == "shed")
}
