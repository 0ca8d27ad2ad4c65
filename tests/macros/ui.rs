//! Programs that compile, and programs that do not, with what the compiler says about them.

use millstream_graph::sentence::outcome;
use millstream_tests::strict_lints;
use std::collections::BTreeSet;
use std::path::Path;

mod exceptions;

#[path = "ui/operator/pass/arguments_of_any_type.rs"]
mod arguments_of_any_type;
#[path = "ui/topology/pass/calls_in_flight.rs"]
mod calls_in_flight;
#[path = "ui/topology/pass/computed_instances.rs"]
mod computed_instances;
#[path = "ui/operator/pass/every_parameter.rs"]
mod every_parameter;
#[path = "ui/operator/pass/every_return_type.rs"]
mod every_return_type;
#[path = "ui/topology/pass/files_under_exactly_once.rs"]
mod files_under_exactly_once;
#[path = "ui/operator/pass/generic_event.rs"]
mod generic_event;
#[path = "ui/topology/pass/joins_and_aggregates.rs"]
mod joins_and_aggregates;
#[path = "ui/operator/pass/methods.rs"]
mod methods;
#[path = "ui/topology/pass/modules_named_like_words.rs"]
mod modules_named_like_words;
#[path = "ui/topology/pass/nothing_is_imported.rs"]
mod nothing_is_imported;
#[path = "ui/topology/pass/numbers_of_any_type.rs"]
mod numbers_of_any_type;
#[path = "ui/topology/pass/operator_named_like_a_word.rs"]
mod operator_named_like_a_word;
#[path = "ui/topology/pass/outputs_of_an_enum.rs"]
mod outputs_of_an_enum;
#[path = "ui/topology/pass/part_as_a_function.rs"]
mod part_as_a_function;
#[path = "ui/topology/pass/re_exported.rs"]
mod re_exported;
#[path = "ui/operator/pass/results_by_other_names.rs"]
mod results_by_other_names;
#[path = "ui/operator/pass/visibility_and_names.rs"]
mod visibility_and_names;
#[path = "ui/topology/pass/words_after_a_key.rs"]
mod words_after_a_key;
#[path = "ui/topology/pass/written_otherwise.rs"]
mod written_otherwise;

/// The `main` of every program that compiles. They are part of this one, which is built sooner.
const PROGRAMS: &[(&str, fn())] = &[
    ("arguments_of_any_type", arguments_of_any_type::main),
    ("calls_in_flight", calls_in_flight::main),
    ("computed_instances", computed_instances::main),
    ("every_parameter", every_parameter::main),
    ("every_return_type", every_return_type::main),
    ("files_under_exactly_once", files_under_exactly_once::main),
    ("generic_event", generic_event::main),
    ("joins_and_aggregates", joins_and_aggregates::main),
    ("methods", methods::main),
    ("modules_named_like_words", modules_named_like_words::main),
    ("nothing_is_imported", nothing_is_imported::main),
    ("numbers_of_any_type", numbers_of_any_type::main),
    ("operator_named_like_a_word", operator_named_like_a_word::main),
    ("outputs_of_an_enum", outputs_of_an_enum::main),
    ("part_as_a_function", part_as_a_function::main),
    ("re_exported", re_exported::main),
    ("results_by_other_names", results_by_other_names::main),
    ("strict_lints", strict_lints::main),
    ("visibility_and_names", visibility_and_names::main),
    ("words_after_a_key", words_after_a_key::main),
    ("written_otherwise", written_otherwise::main),
];

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("macros/ui").join(name)
}

/// The names, without their ending, of the files of a folder that end like this.
fn files(name: &str, ending: &str) -> BTreeSet<String> {
    let paths = std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|found| found == ending));
    paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_right_compiles_and_runs() {
    for (_, main) in PROGRAMS {
        main();
    }
    let run: BTreeSet<String> = PROGRAMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut there = files("operator/pass", "rs");
    there.append(&mut files("topology/pass", "rs"));
    assert_eq!(run, there);
}

#[test]
fn every_mistake_is_reported_as_written_down() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("macros/ui/fraud/*.rs");
    cases.compile_fail("macros/ui/key/fail/*.rs");
    cases.compile_fail("macros/ui/operator/fail/*.rs");
    cases.compile_fail("macros/ui/outputs/fail/*.rs");
    cases.compile_fail("macros/ui/peek/fail/*.rs");
    cases.compile_fail("macros/ui/state/fail/*.rs");
    cases.compile_fail("macros/ui/topology/fail/*.rs");
}

/// The programs with mistakes.
const FOLDERS: [&str; 6] =
    ["key/fail", "operator/fail", "outputs/fail", "peek/fail", "state/fail", "topology/fail"];

#[test]
fn every_program_with_a_mistake_is_short_and_its_message_written_down() {
    for name in FOLDERS {
        let programs = files(name, "rs");
        assert_eq!(programs, files(name, "stderr"));
        for program in programs {
            let path = folder(name).join(format!("{program}.rs"));
            let text = std::fs::read_to_string(path).unwrap();
            assert!(text.starts_with("//! "), "{name}/{program} does not say what it does wrong");
            let lines = text.lines().count();
            assert!(lines <= 20, "{name}/{program} has {lines} lines");
        }
    }
}

/// Types of the library and the macros that no user has written. Some begin more than one name.
const INTERNALS: &[&str] = &[
    "Aggregating<",
    "Another<",
    "AwaitStep",
    "AwaitedAt",
    "Beside<",
    "Declared",
    "Ending<",
    "EventTimeAt",
    "Fit<",
    "Fuse",
    "Gathered<",
    "Given<",
    "InOrderAt",
    "Joining<",
    "KeyAt",
    "KeyedStream",
    "Merged<",
    "PairedAt",
    "Probe",
    "Redistributed",
    "SourceAt",
    "Splitting",
    "Tap<",
    "ThenAt",
    "WindowedStream",
    "__private",
];

/// What is wrong with a message, be it right or not.
fn faults(message: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let errors = message.lines().filter(|line| line.starts_with("error")).count();
    if errors != 1 {
        faults.push(format!("{errors} errors"));
    }
    let lines = message.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > 12 {
        faults.push(format!("{lines} lines"));
    }
    faults.extend(
        INTERNALS
            .iter()
            .filter(|name| message.contains(**name))
            .map(|name| format!("names `{name}`")),
    );
    faults
}

#[test]
fn every_message_is_short_and_free_of_internals() {
    let mut excused: BTreeSet<String> = BTreeSet::new();
    for (name, program, _) in exceptions::all() {
        assert!(excused.insert(format!("{name}/{program}")), "{name}/{program} is excused twice");
    }
    let mut wrong = Vec::new();
    for name in FOLDERS {
        // One program, one mistake, but for those that show that more are told as well.
        let programs = files(name, "stderr");
        for program in programs.iter().filter(|program| !program.starts_with("three_")) {
            let path = folder(name).join(format!("{program}.stderr"));
            let faults = faults(&std::fs::read_to_string(path).unwrap());
            let program = format!("{name}/{program}");
            match (excused.remove(&program), faults.is_empty()) {
                (false, false) => wrong.push(format!("{program}: {}", faults.join(", "))),
                (true, true) => wrong.push(format!("{program} needs no excuse any more")),
                _ => {}
            }
        }
    }
    wrong.extend(excused.iter().map(|program| format!("{program} is excused and not there")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the sentences are: those of the macros, and those of the runtime's traits.
const SENTENCES: &[&str] = &[
    include_str!("../../graph/src/sentence/attribute.rs"),
    include_str!("../../graph/src/sentence/calls.rs"),
    include_str!("../../graph/src/sentence/feedback.rs"),
    include_str!("../../graph/src/sentence/arguments.rs"),
    include_str!("../../graph/src/sentence/join.rs"),
    include_str!("../../graph/src/sentence/key.rs"),
    include_str!("../../graph/src/sentence/letters.rs"),
    include_str!("../../graph/src/sentence/foreign_syntax.rs"),
    include_str!("../../graph/src/sentence/methods.rs"),
    include_str!("../../graph/src/sentence/operator.rs"),
    include_str!("../../graph/src/sentence/outcome.rs"),
    include_str!("../../graph/src/sentence/outputs.rs"),
    include_str!("../../graph/src/sentence/peek.rs"),
    include_str!("../../graph/src/sentence/rates.rs"),
    include_str!("../../graph/src/sentence/shape.rs"),
    include_str!("../../graph/src/sentence/state.rs"),
    include_str!("../../runtime/src/builder/checks/accepts.rs"),
    include_str!("../../runtime/src/builder/checks/alike.rs"),
    include_str!("../../runtime/src/event/payload.rs"),
    include_str!("../../runtime/src/builder/checks/closures.rs"),
    include_str!("../../runtime/src/builder/checks/emits.rs"),
    include_str!("../../runtime/src/builder/checks/events.rs"),
    include_str!("../../runtime/src/builder/bounds/drops.rs"),
    include_str!("../../runtime/src/builder/bounds/keys.rs"),
    include_str!("../../runtime/src/builder/bounds/times.rs"),
    include_str!("../../runtime/src/builder/checks/given.rs"),
    include_str!("../../runtime/src/builder/checks/groups.rs"),
    include_str!("../../runtime/src/builder/checks/heads.rs"),
    include_str!("../../runtime/src/builder/checks/joins.rs"),
    include_str!("../../runtime/src/builder/checks/letters.rs"),
    include_str!("../../runtime/src/builder/checks/returns.rs"),
    include_str!("../../runtime/src/builder/checks/splits.rs"),
    include_str!("../../runtime/src/builder/checks/takes.rs"),
    include_str!("../../runtime/src/builder/checks/times.rs"),
    include_str!("../../runtime/src/builder/checks/windows.rs"),
    include_str!("../../runtime/src/builder/checks/promise.rs"),
    include_str!("../../runtime/src/key/derived.rs"),
    include_str!("../../runtime/src/operator/sound.rs"),
    include_str!("../../runtime/src/builder/checks/numbers.rs"),
    include_str!("../../runtime/src/builder/checks/parts.rs"),
    include_str!("../../runtime/src/peek/mod.rs"),
    include_str!("../../runtime/src/state/memory.rs"),
];

/// An attribute of a trait has to be a literal, so three sentences are written twice.
#[test]
fn the_compiler_says_what_the_builder_says() {
    let traits = SENTENCES.concat().split_whitespace().collect::<Vec<_>>().join(" ");
    let errors = outcome::errors_go_nowhere("name", "{E}");
    let source = outcome::source_cannot_replay("exactly_once", "this one");
    let sink = outcome::sink_repeats("exactly_once", "this one");
    for (sentence, wrong) in [
        (&errors, "can fail with `{E}`, and its errors go nowhere [M0403]"),
        (&source, "sources that can replay, and"),
        (&sink, "sinks that commit, are cut back or are idempotent, and"),
    ] {
        let told = format!("{} [{}]", sentence.wrong, sentence.code);
        assert!(told.contains(wrong), "{told}");
        assert!(traits.contains(wrong), "no trait says that {wrong}");
    }
}

/// Rules that only the builder can break: their sentences are tested in `engine/rules.rs` and
/// `engine/rates_refused.rs`.
const AT_START: &[&str] = &[
    "M0124", "M0177", "M0178", "M0184", "M0187", "M0407", "M0413", "M0414", "M0416", "M0418",
    "M0421",
];

/// Every code that is written in a text.
fn codes(text: &str) -> BTreeSet<String> {
    let at = |(at, _): (usize, _)| text.get(at..at + 5);
    let codes = text.match_indices("M0").filter_map(at);
    codes.filter(|code| code[1..].chars().all(|c| c.is_ascii_digit())).map(str::to_owned).collect()
}

#[test]
fn every_sentence_is_seen() {
    let known: BTreeSet<String> = SENTENCES.iter().flat_map(|text| codes(text)).collect();
    assert!(known.len() > 70, "{known:?}");
    let mut seen = BTreeSet::new();
    for name in FOLDERS {
        for program in files(name, "stderr") {
            let path = folder(name).join(format!("{program}.stderr"));
            seen.append(&mut codes(&std::fs::read_to_string(path).unwrap()));
        }
    }
    let unseen: Vec<_> = known.difference(&seen).map(String::as_str).collect();
    assert_eq!(unseen, AT_START, "no program is told these");
    let unknown: Vec<_> = seen.difference(&known).collect();
    assert!(unknown.is_empty(), "programs are told {unknown:?}, which is no sentence");
}

#[test]
fn the_readme_shows_messages_as_they_are_reported() {
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("## What the compiler says").unwrap();
    let shown = section.split("```").nth(1).unwrap();
    let mut reported = String::new();
    for program in files("topology/fail", "stderr") {
        let path = folder("topology/fail").join(format!("{program}.stderr"));
        reported.push_str(&std::fs::read_to_string(path).unwrap());
    }
    let lines: Vec<&str> = shown.lines().skip(1).collect();
    assert_eq!(lines.len(), 6);
    for message in lines.chunks(2) {
        assert!(reported.contains(&message.join("\n")), "{message:?}");
    }
}

/// The fraud job with ten mistakes, one at a time, as a newcomer makes them.
#[test]
fn the_ten_mistakes_are_shown_as_they_are_reported() {
    let index = std::fs::read_to_string(pages().join("README.md")).unwrap();
    let told = files("fraud", "stderr");
    assert_eq!((told.len(), &told), (10, &files("fraud", "rs")));
    for program in told {
        let path = folder("fraud").join(format!("{program}.stderr"));
        let message = std::fs::read_to_string(path).unwrap();
        assert!(index.contains(message.trim_end()), "{program} is told otherwise:\n{message}");
        // A misspelt operator is the compiler's to tell: it shows both names, and what to write.
        let own = if message.contains("[M0") { "" } else { "13 lines" };
        let faults: Vec<_> = faults(&message).into_iter().filter(|fault| fault != own).collect();
        assert_eq!(faults, [""; 0], "{program}");
    }
}

/// The pages about the codes.
fn pages() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

#[test]
fn every_sentence_has_a_page() {
    let known: BTreeSet<String> = SENTENCES.iter().flat_map(|text| codes(text)).collect();
    let there = std::fs::read_dir(pages()).unwrap().map(|entry| entry.unwrap().path());
    let there = there.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let mut there: BTreeSet<String> = there.collect();
    assert!(there.remove("README"), "there is no index");
    assert_eq!(there, known, "a page without a sentence, or a sentence without a page");
    let index = std::fs::read_to_string(pages().join("README.md")).unwrap();
    for code in known {
        let page = std::fs::read_to_string(pages().join(format!("{code}.md"))).unwrap();
        let title = page.lines().next().unwrap();
        let title = title.strip_prefix(&format!("# {code}: ")).expect("a title with the code");
        assert!(index.contains(&format!("| [{code}]({code}.md) | {title} |")), "{code}: {title}");
        let lines = page.lines().count();
        assert!((12..=40).contains(&lines), "{code} has {lines} lines");
        let parts = ["\n## Wrong\n\n```rust\n", "\n## Right\n\n```rust\n"];
        assert!(parts.iter().all(|part| page.contains(part)), "{code} has no two examples");
    }
}
