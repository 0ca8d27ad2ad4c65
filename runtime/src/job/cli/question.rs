//! The questions, as they are asked.

use crate::error::{Error, ErrorKind, Result};
use millstream_graph::shape::Shape;
use millstream_graph::suggest;

/// A question, with its option.
pub(super) enum Question<'a> {
    Graph(fn(&Shape) -> String),
    Plan,
    Check(Strictness),
    Explain(&'a [String]),
    /// The file with the graph of before.
    Diff(&'a str),
    /// Asks for the job, and for a table of its nodes while it runs.
    Top,
}

/// Which findings of `check` are errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// What a start would refuse.
    Refused,
    /// Warnings too.
    Warned,
}

/// All questions.
const WORDS: [&str; 6] = ["graph", "plan", "check", "explain", "diff", "top"];

/// An option of `graph`, and the function that draws.
type Form = (&'static str, fn(&Shape) -> String);

/// The formats of a graph.
const FORMS: &[Form] = &[
    ("--mermaid", Shape::mermaid),
    ("--svg", Shape::svg),
    ("--dot", Shape::dot),
    ("--json", Shape::json),
];

const STRICT: &str = "--strict";

/// The question of the arguments, if they ask one.
///
/// # Errors
/// If it is misspelt.
pub(super) fn of(words: &[String]) -> Result<Option<Question<'_>>> {
    // `--` ends the arguments of cargo, and may be written where there is no cargo.
    let words = match words {
        [first, rest @ ..] if first == "--" => rest,
        words => words,
    };
    let Some((word, rest)) = words.split_first() else { return Ok(None) };
    let question = match word.as_str() {
        "graph" => Question::Graph(form(rest)?),
        "plan" => none_of("plan", rest).map(|()| Question::Plan)?,
        "check" => Question::Check(strictness(rest)?),
        "explain" => Question::Explain(rest),
        "diff" => Question::Diff(old_graph(rest)?),
        "top" => Question::Top,
        other => return misspelt(other).map_or(Ok(None), Err),
    };
    Ok(Some(question))
}

fn form(rest: &[String]) -> Result<fn(&Shape) -> String> {
    let Some((option, more)) = rest.split_first() else { return Ok(Shape::mermaid) };
    let Some((name, form)) = FORMS.iter().find(|(name, _)| name == option) else {
        let names: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
        return Err(no_option("graph", option, &names));
    };
    match more.first() {
        None => Ok(*form),
        Some(file) if !file.starts_with('-') => {
            let message = format!(
                "`graph {name}` prints the graph, and `{file}` follows it; to write a file: \
                 `graph {name} > {file}`"
            );
            Err(wrong(message))
        }
        Some(other) => Err(wrong(format!("`graph` takes one option, and `{other}` is one more"))),
    }
}

fn strictness(rest: &[String]) -> Result<Strictness> {
    match rest.iter().find(|word| *word != STRICT) {
        Some(other) => Err(no_option("check", other, &[STRICT])),
        None if rest.is_empty() => Ok(Strictness::Refused),
        None => Ok(Strictness::Warned),
    }
}

fn old_graph(rest: &[String]) -> Result<&str> {
    match rest {
        [path] if !path.starts_with('-') => Ok(path),
        [path, other, ..] if !path.starts_with('-') => {
            Err(wrong(format!("`diff` takes one file, and `{other}` is one more")))
        }
        [option, ..] => Err(wrong(format!("`diff` takes a file, and `{option}` is an option"))),
        [] => Err(wrong(
            "`diff` needs the graph of before, which `graph --json > OLD.json` writes: `diff \
             OLD.json`",
        )),
    }
}

fn none_of(question: &str, rest: &[String]) -> Result<()> {
    rest.first().map_or(Ok(()), |word| Err(no_option(question, word, &[])))
}

/// The error of an option that a question does not have.
fn no_option(question: &str, option: &str, options: &[&str]) -> Error {
    let plain = option.trim_start_matches('-');
    let same = options.iter().copied().find(|known| known.trim_start_matches('-') == plain);
    let meant = same.or_else(|| suggest::closest(option, options.iter().copied()));
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    let which = match options {
        [] => return wrong(format!("`{question}` takes nothing more, and `{option}` follows it")),
        [one] => format!("Its option is {one}"),
        options => format!("The options are {}", options.join(", ")),
    };
    wrong(format!("`{question}` has no option `{option}`; {meant}{which}"))
}

/// The error of a word that is close to a question. Other words are arguments of the program.
fn misspelt(word: &str) -> Option<Error> {
    let plain = word.trim_start_matches('-');
    let same = WORDS.into_iter().find(|question| *question == plain);
    let (long, short): (Vec<&str>, Vec<&str>) = WORDS.iter().partition(|word| word.len() > 5);
    // Many a word of the program is as close as two letters to a short one.
    let close = suggest::within(1, plain, short).filter(|meant| *meant != "top");
    let meant = same.or(close).or_else(|| suggest::closest(plain, long))?;
    Some(wrong(format!("there is no question `{word}`; did you mean `{meant}`?")))
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
