//! The pages about codes.

use crate::error::{Error, ErrorKind, Result};
use millstream_graph::sentence::PAGES;
use std::fmt::Write as _;

/// All pages of `docs/errors`, one behind the other: a test keeps them equal. A program that asks
/// no questions is linked without them.
static ALL: &str = include_str!("pages.txt");

/// The most characters in a line of text.
const WIDTH: usize = 80;

/// How many codes are named if there is none like the one that is asked for.
const NEAREST: usize = 3;

/// A page.
struct CodePage {
    code: &'static str,
    title: &'static str,
    text: &'static str,
}

/// The pages in order.
fn all() -> impl Iterator<Item = CodePage> {
    ALL.split("\n# M").filter_map(|page| {
        let (head, text) = page.split_once('\n')?;
        let (number, title) = head.split_once(": ")?;
        // Only the first one begins with what divides them.
        let code = number.trim_start_matches("# M");
        Some(CodePage { code, title, text })
    })
}

/// Prints the pages of some codes; the list of all if there are none.
///
/// # Errors
/// If there is no such code.
pub(super) fn pages(codes: &[String]) -> Result<String> {
    if codes.is_empty() {
        return Ok(all()
            .map(|CodePage { code, title, .. }| format!("M{code}  {title}\n"))
            .collect());
    }
    let pages: Result<Vec<String>> = codes.iter().map(|code| page(code)).collect();
    Ok(pages?.join("\n\n"))
}

fn page(asked: &str) -> Result<String> {
    let plain = asked.trim_matches(|letter: char| !letter.is_alphanumeric()).to_uppercase();
    if plain.starts_with('E') && plain.len() == 5 && number(&plain).is_some() {
        let message = format!("`{plain}` is a code of the compiler: `rustc --explain {plain}`");
        return Err(Error::new(ErrorKind::Config, message));
    }
    let Some(number) = number(&plain) else { return Err(no_code(asked)) };
    let page = all().find(|page| page.code.parse() == Ok(number));
    page.map(|page| page.render()).ok_or_else(|| no_page(number))
}

/// The number of a code, with its letter or without it.
fn number(code: &str) -> Option<u32> {
    code.trim_start_matches(['M', 'E']).parse().ok().filter(|number| *number <= 9_999)
}

fn no_code(asked: &str) -> Error {
    let message = format!(
        "`{asked}` is no code: they are written as in `explain M0401`, and `explain` alone lists \
         all of them"
    );
    Error::new(ErrorKind::Config, message)
}

/// The error of a code without a page, with those that have almost the same digits.
fn no_page(number: u32) -> Error {
    let asked = format!("{number:04}");
    let others = |code: &str| asked.chars().zip(code.chars()).filter(|(a, b)| a != b).count();
    let apart = |code: &str| code.parse::<u32>().unwrap_or(0).abs_diff(number);
    let mut pages: Vec<CodePage> = all().collect();
    // A digit is mistyped, or the number is from a list that ends earlier.
    pages.sort_by_key(|page| (others(page.code).max(1), apart(page.code)));
    let mut message = format!("there is no code M{asked}; the nearest are:");
    for CodePage { code, title, .. } in pages.into_iter().take(NEAREST) {
        write!(message, "\n  M{code}  {title}").ok();
    }
    Error::new(ErrorKind::Config, message)
}

impl CodePage {
    /// The page as a terminal shows it: headings without marks, code indented, links as their text.
    fn render(&self) -> String {
        let Self { code, title, text } = self;
        let mut out = format!("M{code}: {title}\n");
        let mut paragraph = String::new();
        let mut in_code = false;
        for line in text.lines() {
            let is_fence = line.starts_with("```");
            let begins = line.is_empty() || line.starts_with(['#', '|', '-']);
            if is_fence || in_code || begins {
                flush(&mut paragraph, &mut out);
            }
            match line {
                _ if is_fence => in_code = !in_code,
                "" => out.push('\n'),
                _ if in_code => out.extend(["    ", line, "\n"]),
                _ if line.starts_with('|') => out.extend([line, "\n"]),
                _ => {
                    let line = line.trim_start_matches('#').trim_start();
                    let space = if paragraph.is_empty() { "" } else { " " };
                    paragraph.extend([space, line]);
                }
            }
        }
        flush(&mut paragraph, &mut out);
        format!("{}\n\n{PAGES}/M{code}.md\n", out.trim_end())
    }
}

/// Adds a paragraph in lines that fit a terminal.
fn flush(paragraph: &mut String, out: &mut String) {
    let text = unlinked(&std::mem::take(paragraph));
    let mut width = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        match width {
            0 => width = letters,
            _ if width + 1 + letters > WIDTH => {
                out.push('\n');
                width = letters;
            }
            _ => {
                out.push(' ');
                width += 1 + letters;
            }
        }
        out.push_str(word);
    }
    if width > 0 {
        out.push('\n');
    }
}

/// The text with links as their text: `[the page](page.md)` is `the page`.
fn unlinked(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let parts = link.split_once("](").and_then(|(name, address)| {
            let (_, after) = address.split_once(')')?;
            (!name.contains('[')).then_some((name, after))
        });
        match parts {
            Some((name, after)) => {
                plain.push_str(name);
                rest = after;
            }
            None => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}
