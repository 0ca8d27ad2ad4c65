//! The language of the documentation: refuses phrases that the field does not use.
//!
//! `voice.txt` lists the phrases, each with a replacement. Code blocks and back ticks are skipped.

use super::root;
use regex::{Regex, RegexBuilder};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Skipped: folders and files that are not rewritten yet.
const NOT_YET: &[&str] = &["docs/errors"];

/// The folders and files to check, and which comments of their Rust files.
const READ: &[(&str, Comments)] = &[
    ("README.md", Comments::Docs),
    ("CHANGELOG.md", Comments::Docs),
    ("CONTRIBUTING.md", Comments::Docs),
    ("docs", Comments::Docs),
    ("runtime/src", Comments::Docs),
    ("macros/src", Comments::Docs),
    ("graph/src", Comments::Docs),
    ("connectors", Comments::Docs),
    ("examples", Comments::All),
    ("benches", Comments::All),
];

/// The comments of a Rust file to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comments {
    /// `///` and `//!`.
    Docs,
    /// `///`, `//!` and `//`.
    All,
}

/// A phrase, and its replacement.
struct Phrase {
    pattern: Regex,
    instead: String,
}

/// The phrases to refuse, and exceptions.
struct Voice {
    phrases: Vec<Phrase>,
    exceptions: Vec<Regex>,
}

impl Voice {
    fn parse(text: &str) -> Self {
        let mut voice = Self { phrases: Vec::new(), exceptions: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(exception) = line.strip_prefix("but ") {
                voice.exceptions.push(pattern(exception));
                continue;
            }
            let (phrase, instead) = line.split_once(" => ").expect(line);
            voice.phrases.push(Phrase { pattern: pattern(phrase), instead: instead.to_owned() });
        }
        voice
    }

    fn stored() -> Self {
        Self::parse(include_str!("voice.txt"))
    }

    /// Finds the phrases in the prose of a file, in order, as `line: phrase → instead`.
    fn find(&self, prose: &[Paragraph]) -> Vec<String> {
        prose.iter().flat_map(|paragraph| self.find_in(paragraph)).collect()
    }

    /// Overlapping matches are reported once, for the first phrase of the list.
    fn find_in(&self, paragraph: &Paragraph) -> Vec<String> {
        let text = &paragraph.text;
        let excepted = self.exceptions.iter().flat_map(|pattern| pattern.find_iter(text));
        let mut taken: Vec<_> = excepted.map(|found| found.range()).collect();
        let mut all = Vec::new();
        for Phrase { pattern, instead } in &self.phrases {
            for found in pattern.find_iter(text) {
                let range = found.range();
                if !taken.iter().any(|of| of.start < range.end && range.start < of.end) {
                    let breaks = text[..range.start].matches('\n').count();
                    let words: Vec<_> = found.as_str().split_whitespace().collect();
                    all.push((range.start, paragraph.lines[breaks], words.join(" "), instead));
                    taken.push(range);
                }
            }
        }
        all.sort();
        let shown = |(_, line, phrase, instead)| format!("{line}: {phrase} → {instead}");
        all.into_iter().map(shown).collect()
    }
}

/// Matches whole words in any case; a space matches any white space.
fn pattern(phrase: &str) -> Regex {
    // A phrase that ends in a set of punctuation does not end with a word.
    let end = if phrase.ends_with(']') { "" } else { r"\b" };
    let pattern = format!(r"\b(?:{}){end}", phrase.replace(' ', r"\s+"));
    RegexBuilder::new(&pattern).case_insensitive(true).build().expect(phrase)
}

/// Consecutive lines of prose, without code.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    /// The line numbers, from 1.
    lines: Vec<usize>,
}

/// Splits lines into paragraphs; lines of code are `None`.
fn paragraphs<'a>(lines: impl Iterator<Item = Option<&'a str>>) -> Vec<Paragraph> {
    let mut all = vec![Paragraph::default()];
    let mut in_code = false;
    for (number, line) in lines.enumerate() {
        let fence = line.is_some_and(|line| line.trim_start().starts_with("```"));
        // An unclosed code block ends with its comment.
        in_code = line.is_some() && in_code != fence;
        match (line, all.last_mut()) {
            (Some(line), Some(last)) if !in_code && !fence && !line.trim().is_empty() => {
                last.text.push_str(line);
                last.text.push('\n');
                last.lines.push(number + 1);
            }
            _ => all.push(Paragraph::default()),
        }
    }
    all.retain(|paragraph| !paragraph.lines.is_empty());
    all.iter_mut().for_each(|paragraph| paragraph.text = without_code(&paragraph.text));
    all
}

/// Code in back ticks, and the targets of links.
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"`[^`]*`|\]\([^)]*\)").unwrap());

/// Replaces code by a filler of the same length.
fn without_code(text: &str) -> String {
    let filler = |found: &regex::Captures<'_>| -> String {
        found[0].chars().map(|c| if c == '\n' { c } else { 'x' }).collect()
    };
    CODE.replace_all(text, filler).into_owned()
}

fn prose_of_markdown(text: &str) -> Vec<Paragraph> {
    paragraphs(text.lines().map(Some))
}

fn prose_of_rust(text: &str, comments: Comments) -> Vec<Paragraph> {
    paragraphs(text.lines().map(|line| comment(line, comments)))
}

/// The comment of a line, if it is to be checked.
fn comment(line: &str, comments: Comments) -> Option<&str> {
    let code = line.trim_start();
    let doc = code.strip_prefix("///").or_else(|| code.strip_prefix("//!"));
    match comments {
        Comments::Docs => doc,
        Comments::All => doc.or_else(|| code.strip_prefix("//")).or_else(|| {
            let (_, behind) = line.split_once(" // ")?;
            Some(behind)
        }),
    }
}

/// The Markdown and Rust files of a folder, or the file itself.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        let read = ["md", "rs"].map(|extension| path.extension().is_some_and(|is| is == extension));
        return if read.contains(&true) { vec![path.to_owned()] } else { Vec::new() };
    }
    let mut inner: Vec<_> =
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    inner.sort();
    inner.iter().flat_map(|path| files(path)).collect()
}

#[test]
fn the_documentation_uses_the_words_of_the_field() {
    let voice = Voice::stored();
    let (mut wrong, mut skipped) = (Vec::new(), 0);
    for (folder, comments) in READ {
        for file in files(&root().join(folder)) {
            let name = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            let text = std::fs::read_to_string(&file).unwrap();
            let prose = match name.ends_with(".md") {
                true => prose_of_markdown(&text),
                false => prose_of_rust(&text, *comments),
            };
            let found = voice.find(&prose);
            match NOT_YET.iter().any(|folder| Path::new(&name).starts_with(folder)) {
                true => skipped += found.len(),
                false => wrong.extend(found.into_iter().map(|found| format!("{name}:{found}"))),
            }
        }
    }
    println!("skipped for now: {skipped} phrases in {}", NOT_YET.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Two phrases, and an exception.
fn small_voice() -> Voice {
    Voice::parse("# comment\n\ngives on => emits\ntold => reported\nbut told apart")
}

#[test]
fn a_phrase_is_found_with_its_line_and_its_replacement() {
    let text = "# Title\n\nIt is told.\nA node Gives on events; another gives on none.\n";
    let expected = ["3: told → reported", "4: Gives on → emits", "4: gives on → emits"];
    assert_eq!(small_voice().find(&prose_of_markdown(text)), expected);
    assert!(small_voice().find(&prose_of_markdown("untold, told apart")).is_empty());
}

#[test]
fn a_phrase_across_a_line_end_is_found() {
    let found = ["1: gives on → emits"];
    assert_eq!(small_voice().find(&prose_of_markdown("It gives\n  on events.")), found);
    let text = "    /// It gives\n    /// on events.\n    fn f() {}";
    assert_eq!(small_voice().find(&prose_of_rust(text, Comments::Docs)), found);
    assert!(small_voice().find(&prose_of_markdown("It gives\n\non events.")).is_empty());
}

#[test]
fn code_blocks_and_back_ticks_are_skipped() {
    let text = "```rust\ntold\n```\nIt is `told`, `as it\nis told`, and [so](docs/told.md).\n";
    assert!(small_voice().find(&prose_of_markdown(text)).is_empty());
    let text = "/// ```\n/// told\n/// ```\n/// Told.\nfn told() {}\n/// ```\nfn f() {}\n/// Told.";
    let found = ["4: Told → reported", "8: Told → reported"];
    assert_eq!(small_voice().find(&prose_of_rust(text, Comments::Docs)), found);
}

#[test]
fn only_the_comments_of_a_rust_file_are_checked() {
    let text = "let told = \"told\"; // told\n// told\n//! told\n";
    let find = |comments| small_voice().find(&prose_of_rust(text, comments)).len();
    assert_eq!((find(Comments::Docs), find(Comments::All)), (1, 3));
}

#[test]
fn every_phrase_has_a_replacement_that_is_allowed() {
    let voice = Voice::stored();
    for Phrase { pattern, instead } in &voice.phrases {
        assert!(!instead.trim().is_empty(), "{pattern} has no replacement");
        assert_eq!(voice.find(&prose_of_markdown(instead)), Vec::<String>::new());
    }
}
