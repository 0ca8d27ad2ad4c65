//! Arguments of the job and of words.

use super::Sentence;
use crate::words::{Argument, Foreign, Function, Kind, functions_of};

/// A job has two delivery guarantees.
#[must_use]
pub fn two_promises() -> Sentence {
    Sentence::new("M0143", "a job makes one promise", "keep one of the two")
}

/// The closure of a word that does not await is async.
#[must_use]
pub fn awaits(word: &str) -> Sentence {
    let what = if word == "map" { "these events are futures" } else { "this returns a future" };
    Sentence::new(
        "M0175",
        format!("{what}; `{word}` does not await"),
        "write an `#[operator]`, an `async fn` that awaits",
    )
}

/// A word that takes no arguments has some.
#[must_use]
pub fn takes_nothing(word: &str) -> Sentence {
    Sentence::new("M0144", format!("`{word}` takes no arguments"), format!("write `{word}`"))
}

/// Something other than a number follows `*`.
#[must_use]
pub fn no_number_of_instances() -> Sentence {
    Sentence::new(
        "M0145",
        "this is no number of instances",
        "write a whole number, such as `2`, or `auto` for one instance on each core",
    )
}

/// An overflow policy is misspelt.
#[must_use]
pub fn unknown_policy(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0146",
        format!("an edge has no policy `{written}`"),
        format!(
            "did you mean `{meant}`? They are `block`, `drop_newest`, `drop_oldest` and `sample(n)`"
        ),
    )
}

/// A job has no name, or one that is not a string.
#[must_use]
pub fn job_without_name() -> Sentence {
    Sentence::new("M0147", "a job has a name, which is a string", "write `job(\"fraud\")`")
}

/// A window is not followed by an operator.
#[must_use]
pub fn window_without_operator() -> Sentence {
    Sentence::new(
        "M0148",
        "a window is given to an operator or to `aggregate`, and to nothing else",
        "write `>> operator` behind `window(…)`, whose first parameter is a `Window<K, T>`, or \
         `>> aggregate(…)`",
    )
}

/// The aggregated stream has no window.
#[must_use]
pub fn aggregate_without_window() -> Sentence {
    Sentence::new(
        "M0151",
        "`aggregate` takes a window, and there is none before it",
        "write `>> window(…)` right before it; an operator of this name is written \
         `self::aggregate`",
    )
}

/// An aggregate does not have two arguments.
#[must_use]
pub fn aggregate_of_two() -> Sentence {
    Sentence::new(
        "M0161",
        "`aggregate` takes a closure that selects a value, and what is made of the values",
        "write `aggregate(|event| event.amount, sum())`; several at once are tuples: \
         `aggregate(|event| (event.a, event.b), (sum(), max()))`",
    )
}

/// A stream with a key is used where a key has no effect.
#[must_use]
pub fn takes_no_key(what: &str, usage: &str) -> Sentence {
    Sentence::new(
        "M0149",
        format!("{what} takes no stream with a key"),
        format!("write `{usage}` right before the operator that it is for"),
    )
}

/// A word or a function has more or fewer arguments than it takes.
#[must_use]
pub fn other_number(
    (name, takes): (&str, usize),
    given: usize,
    usage: &str,
    example: &str,
) -> Sentence {
    let takes = match takes {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        2 => "two arguments".to_owned(),
        other => format!("{other} arguments"),
    };
    let help = if usage == example {
        format!("write `{usage}`")
    } else {
        format!("write `{usage}`, such as `{example}`")
    };
    Sentence::new("M0164", format!("`{name}` takes {takes}, not {given}"), help)
}

/// Several values stand without brackets.
#[must_use]
pub fn in_brackets(name: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0179",
        format!("`{name}` takes one argument; several values stand in brackets"),
        format!("write `{meant}`"),
    )
}

/// An argument is of another kind.
#[must_use]
pub fn other_kind((name, argument): (&str, &Argument), written: &str, meant: &str) -> Sentence {
    let kind = argument.kind.name();
    Sentence::new(
        "M0165",
        format!("`{name}` takes {kind}, not `{written}`"),
        format!("write `{name}({meant})`"),
    )
}

/// A time has another unit, or is a part of one.
#[must_use]
pub fn no_such_time(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0166",
        format!("`{written}` is no time"),
        format!(
            "write `{meant}`; a time is a whole number of `micros`, `millis`, `secs`, `mins`, \
             `hours` or `days`"
        ),
    )
}

/// There is no function of this name.
#[must_use]
pub fn unknown_function(kind: Kind, written: &str, meant: &Function) -> Sentence {
    let what = kind.name();
    let what = what.strip_prefix("an ").or(what.strip_prefix("a ")).unwrap_or("function");
    let all: Vec<String> =
        functions_of(kind).map(|function| format!("`{}`", function.name)).collect();
    Sentence::new(
        "M0167",
        format!("there is no {what} `{written}`"),
        format!(
            "did you mean `{}`? There are {}; a function of your own is written `self::{written}`",
            meant.example(),
            all.join(", ")
        ),
    )
}

/// A function stands where one of another kind is taken.
#[must_use]
pub fn function_of_other_kind((name, argument): (&str, &Argument), written: &Function) -> Sentence {
    let (is, takes) = (written.kind.name(), argument.kind.name());
    Sentence::new(
        "M0180",
        format!("`{name}` takes {takes}; `{}` is {is}", written.name),
        format!("write `{name}({})`", argument.example),
    )
}

/// The aggregate stands before the closure.
#[must_use]
pub fn closure_comes_first(meant: &str) -> Sentence {
    Sentence::new(
        "M0168",
        "the closure that selects a value comes first, then what is made of the values",
        format!("swap them: `{meant}`"),
    )
}

/// The word of another system.
#[must_use]
pub fn foreign_word(written: &str, foreign: &Foreign) -> Sentence {
    Sentence::new(
        "M0169",
        format!("there is no word `{written}`"),
        format!("{}; an operator of this name is written `self::{written}`", foreign.ours),
    )
}

/// A function of an argument stands as a step.
#[must_use]
pub fn function_as_step(function: &Function) -> Sentence {
    let (name, example) = (function.name, function.example());
    let meant = match function.kind {
        Kind::Window => format!("window({example})"),
        Kind::Aggregate => format!("aggregate(|event| event.amount, {example})"),
        Kind::Bound => format!("join({example})"),
        Kind::Strategy => format!("event_time(|event| event.at, {example})"),
        Kind::Policy => format!("overflow({example})"),
        _ => format!("source({example})"),
    };
    Sentence::new(
        "M0170",
        format!("`{name}` is {}, and no step of a stream", function.kind.name()),
        format!("write `{meant}`; an operator of this name is written `self::{name}`"),
    )
}
