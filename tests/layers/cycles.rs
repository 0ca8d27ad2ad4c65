//! Files that name each other in a cycle.

use super::names::Path;
use super::tree::{Files, Target, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Which file names which, each with the first path that does.
type Edges = BTreeMap<String, BTreeMap<String, String>>;

/// Files of which each names all others, directly or by others of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Cycle {
    pub files: Vec<String>,
    /// Who names whom, and how.
    pub edges: Vec<(String, String, String)>,
}

/// All cycles of a crate.
pub fn cycles(files: &Files) -> Vec<Cycle> {
    let edges = edges(&Tree::of(files));
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|file| (file.as_str(), reached(&edges, file))).collect();
    let mut seen = BTreeSet::new();
    let mut cycles = Vec::new();
    for (file, all) in &reached {
        let back = |other: &&str| reached.get(other).is_some_and(|all| all.contains(file));
        let files: Vec<String> = all.iter().copied().filter(back).map(str::to_owned).collect();
        if !files.is_empty() && seen.insert(files.clone()) {
            cycles.push(Cycle { edges: within(&edges, &files), files });
        }
    }
    cycles
}

/// Who names whom by which path.
///
/// What a file takes from the one that declares it is none of these: the files of a folder may
/// build on what its `mod.rs` says. What they take from each other through it is.
fn edges(tree: &Tree) -> Edges {
    let mut edges = Edges::new();
    for (at, module) in tree.modules() {
        let mut named = named(tree, at);
        // A path to an item tells more than one to a module.
        named.sort_by_key(|(_, target)| matches!(target, Target::Module(_)));
        for (path, target) in named {
            let file = match target {
                Target::Item(file) => Some(file),
                // What is taken from a module with files below it is told by longer paths.
                Target::Module(module) => tree.leaf(&module),
            };
            let file = file.filter(|file| *file != module.file && *file != module.parent);
            if let Some(file) = file {
                let others = edges.entry(module.file.clone()).or_default();
                others.entry(file).or_insert_with(|| path.join("::"));
            }
        }
    }
    edges
}

/// The paths that a module names, each with what it leads to.
fn named(tree: &Tree, at: &Path) -> Vec<(Path, Target)> {
    let names = &tree.module(at).names;
    let mut found = Vec::new();
    let mut name = |path: &Path, targets: Vec<Target>| {
        found.extend(targets.into_iter().map(|target| (path.clone(), target)));
    };
    for import in &names.imports {
        match &import.name {
            // What is only passed on is named by those who take it from here.
            Some(word) if import.shown && !names.words.contains(word) => {}
            Some(_) => name(&import.path, tree.resolve(at, &import.path)),
            None => taken(tree, at, &import.path).for_each(|(path, found)| name(&path, found)),
        }
    }
    names.paths.iter().for_each(|path| name(path, tree.resolve(at, path)));
    found
}

/// What `path::*` brings that the module uses.
fn taken(tree: &Tree, at: &Path, path: &Path) -> impl Iterator<Item = (Path, Vec<Target>)> {
    let words = &tree.module(at).names.words;
    tree.resolve(at, path).into_iter().flat_map(move |target| match target {
        Target::Item(_) => vec![(path.clone(), vec![target])],
        Target::Module(module) => {
            let word = |word: &String| {
                let path = [path.as_slice(), std::slice::from_ref(word)].concat();
                Some((path, tree.look(&module, word)?))
            };
            words.iter().filter_map(word).collect()
        }
    })
}

/// All files that one names, directly or by others.
fn reached<'a>(edges: &'a Edges, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in edges.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    reached
}

fn within(edges: &Edges, files: &[String]) -> Vec<(String, String, String)> {
    let mut within = Vec::new();
    for file in files {
        for (other, path) in edges.get(file).into_iter().flatten() {
            if files.contains(other) {
                within.push((file.clone(), other.clone(), path.clone()));
            }
        }
    }
    within
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} files in a cycle: {}", self.files.len(), self.files.join(", "))?;
        for (file, other, path) in &self.edges {
            writeln!(f, "    {file} -> {other} ({path})")?;
        }
        Ok(())
    }
}
