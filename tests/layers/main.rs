//! The shape of the source tree: modules use only lower ones, files have no dependency cycles, are
//! short and have a header, the library pulls in few dependencies, and the documentation uses the
//! words of the field.

mod blanket;
mod cycles;
mod examples;
mod names;
mod pages;
mod small_crates;
mod tree;
mod twins;
mod voice;

use blanket::blanket;
use cycles::cycles;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules of the runtime by rank: one names only those of a lower rank.
const RANKS: &[&[&str]] = &[
    &["error", "key", "mutant", "peek"],
    &["time"],
    &["event", "metrics", "env"],
    &["state"],
    &["source", "operator", "sink", "grouping", "channel", "control", "checkpoint"],
    &["exchange"],
    &["window", "connector"],
    &["join"],
    &["topology"],
    &["plan"],
    &["stage"],
    &["lowering"],
    &["builder"],
    &["task"],
    &["page"],
    &["job"],
    &["testkit"],
];

/// Modules that only re-export.
const FREE: &[&str] = &["lib", "prelude", "plumbing", "__private"];

/// What has no cycles of files.
const WITHOUT_CYCLES: &[&str] =
    &["runtime/src", "macros/src", "graph/src", "connectors/sqlite/src"];

/// The folders with source files.
const FOLDERS: &[&str] =
    &["runtime", "macros", "graph", "connectors", "examples", "tests", "benches"];

/// The most lines a file has, and the most characters a line of the library has.
const LINES: usize = 400;
const WIDTH: usize = 100;

/// The most crates that a user of the library compiles, its own three included.
const CRATES: usize = 60;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// All Rust files of a folder, with their path below the root of the workspace.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "there are no Rust files in {folder}");
    found.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"), text)
    };
    found.into_iter().map(read).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|rank| rank.contains(&module))
}

/// What a file of a module names that it must not, each with its line.
fn upward(module: &str, depth: usize, text: &str) -> Vec<String> {
    let own = rank(module);
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut wrong = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        let mut complain = |what: String| wrong.push(format!("line {}: {what}", number + 1));
        for named in line.split("crate::").skip(1) {
            let end = named.find(|c: char| !c.is_alphanumeric() && c != '_');
            let named = &named[..end.unwrap_or(named.len())];
            match rank(named) {
                _ if named == module => {}
                Some(rank) if own.is_some_and(|own| rank < own) => {}
                Some(_) => complain(format!("{module} names {named}, which is not below it")),
                None => complain(format!("`crate::{named}` is not a module: name the owner")),
            }
        }
        if line.contains(&"super::".repeat(depth)) {
            complain("`super` leaves the module: write `crate::`".into());
        }
    }
    wrong
}

/// The module that a file below `runtime/src` belongs to, and how deep in the crate the file is.
fn module_of(path: &str) -> (String, usize) {
    let path = path.strip_prefix("runtime/src/").unwrap().strip_suffix(".rs").unwrap();
    let path = path.strip_suffix("/mod").unwrap_or(path);
    (path.split('/').next().unwrap().to_owned(), path.split('/').count())
}

#[test]
fn a_module_names_only_lower_ones() {
    let mut wrong = Vec::new();
    for (path, text) in sources("runtime") {
        let (module, depth) = module_of(&path);
        if !FREE.contains(&module.as_str()) {
            let all = upward(&module, depth, &text);
            wrong.extend(all.into_iter().map(|what| format!("{path} {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_upward_or_hidden_use_is_found() {
    for (module, depth, text, found) in [
        ("window", 2, "use crate::exchange::Gather;\n// use crate::job::Job;", 0),
        ("window", 2, "use super::Window;\nuse crate::window::Late;", 0),
        ("window", 2, "use crate::connector::memory;", 1),
        ("error", 1, "use crate::operator::Context;\nlet x = crate::job::Job;", 2),
        ("job", 2, "use crate::{task, plan};", 1),
        ("job", 2, "use crate::Error;", 1),
        ("job", 2, "use super::super::task::run;", 1),
        ("job", 1, "use super::task::run;", 1),
    ] {
        assert_eq!(upward(module, depth, text).len(), found, "{module}: {text}");
    }
}

#[test]
fn every_module_has_one_rank_and_every_rank_its_modules() {
    let there: BTreeSet<String> =
        sources("runtime").into_iter().map(|(path, _)| module_of(&path).0).collect();
    let mut ranked: BTreeMap<&str, usize> = BTreeMap::new();
    for module in RANKS.iter().flat_map(|rank| rank.iter()).chain(FREE) {
        *ranked.entry(module).or_default() += 1;
    }
    let twice: Vec<_> = ranked.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "ranked twice: {twice:?}");
    assert_eq!(there, ranked.keys().map(ToString::to_string).collect());
}

/// The table of ranks in `docs/ARCHITECTURE.md`.
fn drawn_ranks(text: &str) -> BTreeMap<usize, BTreeSet<&str>> {
    let layers = text.split("\n## ").find(|section| section.starts_with("Layers\n"));
    let mut ranks = BTreeMap::new();
    for line in layers.unwrap().lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, rank, modules, ..] = cells[..] else { continue };
        let Ok(rank) = rank.parse() else { continue };
        let links = modules.split('[').skip(1).filter_map(|link| link.split_once(']'));
        ranks.insert(rank, links.map(|(module, _)| module).collect());
    }
    ranks
}

/// The modules in the list of layers of `runtime/src/lib.rs`, in its order.
fn listed_modules(text: &str) -> Vec<&str> {
    let layers = text.split("//! # ").find(|section| section.starts_with("Layers\n"));
    let links = layers.unwrap().split("[`").skip(1).filter_map(|link| link.split_once("`]"));
    let mut listed = Vec::new();
    for (module, _) in links.filter(|(word, _)| rank(word).is_some()) {
        if !listed.contains(&module) {
            listed.push(module);
        }
    }
    listed
}

#[test]
fn the_architecture_shows_these_ranks() {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let ranks = RANKS.iter().map(|rank| rank.iter().copied().collect()).enumerate();
    assert_eq!(drawn_ranks(&text), ranks.collect());
}

#[test]
fn the_front_page_lists_the_modules_by_rank() {
    let text = std::fs::read_to_string(root().join("runtime/src/lib.rs")).unwrap();
    let listed = listed_modules(&text);
    let ranks: Vec<_> = listed.iter().map(|module| rank(module)).collect();
    assert!(ranks.is_sorted(), "not in the order of ranks: {listed:?}");
    let missing = RANKS.concat().into_iter().filter(|module| !listed.contains(module));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new(), "not in the list");
}

/// The cycles of the files below a `src`, to be read.
fn cycles_below(folder: &str) -> String {
    let inner = |(path, text): (String, String)| (path[folder.len() + 1..].to_owned(), text);
    let cycles = cycles(&sources(folder).into_iter().map(inner).collect());
    let files: usize = cycles.iter().map(|cycle| cycle.files.len()).sum();
    let all: String = cycles.iter().map(ToString::to_string).collect();
    match files {
        0 => String::new(),
        files => format!("{files} files of {folder} stand in cycles\n{all}"),
    }
}

#[test]
fn no_file_stands_in_a_cycle_of_files() {
    let wrong: String = WITHOUT_CYCLES.iter().map(|folder| cycles_below(folder)).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_file_begins_with_a_header_and_is_short() {
    let mut wrong = Vec::new();
    for (path, text) in FOLDERS.iter().flat_map(|folder| sources(folder)) {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path} does not begin with `//!`"));
        }
        let lines = text.lines().count();
        if lines > LINES {
            wrong.push(format!("{path} has {lines} lines, more than {LINES}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_line_of_the_library_and_its_examples_is_too_long() {
    let mut wrong = Vec::new();
    for (path, text) in FOLDERS[..5].iter().flat_map(|folder| sources(folder)) {
        for (number, line) in text.lines().enumerate() {
            // A row of a table cannot be broken.
            let row = ["/// |", "//! |"].iter().any(|row| line.trim_start().starts_with(row));
            let width = line.chars().count();
            if width > WIDTH && !row {
                wrong.push(format!("{path}:{} has {width} characters", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_put_off_in_a_comment() {
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    let mut wrong = Vec::new();
    for (path, text) in FOLDERS.iter().flat_map(|folder| sources(folder)) {
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_brings_few_dependencies_along() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-p", "millstream", "-e", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    let crates: BTreeSet<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().take(2).collect())
        .filter(|words: &Vec<&str>| !words.is_empty())
        .collect();
    assert!(crates.contains(&vec!["millstream", concat!("v", env!("CARGO_PKG_VERSION"))]));
    assert!(crates.len() <= CRATES, "{} crates: {crates:#?}", crates.len());
}

/// Public traits that are implemented for every type of a kind, and meant to be seen there.
const SEEN: &[&str] = &["Source", "Journal"];

#[test]
fn no_trait_shows_on_the_pages_of_all_types() {
    let texts = sources("runtime/src");
    let all: String = texts.iter().map(|(_, text)| text.as_str()).collect();
    let mut wrong = Vec::new();
    for (path, text) in &texts {
        for name in blanket(text).into_iter().filter(|name| !SEEN.contains(&name.as_str())) {
            let declared = |end: char| all.find(&format!("\npub trait {name}{end}"));
            let declared = ['<', ':', ' '].into_iter().find_map(declared);
            if declared.is_some_and(|at| !all[..at].ends_with("#[doc(hidden)]")) {
                wrong.push(format!("{path}: `{name}` is not `#[doc(hidden)]`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
