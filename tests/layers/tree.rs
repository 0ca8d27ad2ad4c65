//! The modules of a crate, and the file that defines what a path names.

use super::names::{Names, Path};
use std::collections::{BTreeMap, BTreeSet};

/// The files of a crate by their path below its `src`.
pub type Files = BTreeMap<String, String>;

/// The modules of a crate that are compiled without its tests.
pub struct Tree {
    modules: BTreeMap<Path, Module>,
}

/// A module of a crate.
pub struct Module {
    /// The file that it stands in.
    pub file: String,
    /// The file that declares this one.
    pub parent: String,
    pub names: Names,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Something that stands in the file.
    Item(String),
    Module(Path),
}

/// What is being looked for, so that imports that lead to each other come to an end.
type Sought = BTreeSet<(Path, String)>;

impl Tree {
    /// Reads the crate from its `lib.rs` on.
    pub fn of(files: &Files) -> Self {
        let mut tree = Self { modules: BTreeMap::new() };
        let names = Names::of(&files["lib.rs"]);
        tree.add(files, Path::new(), ("lib.rs", "lib.rs"), names);
        tree
    }

    fn add(&mut self, files: &Files, at: Path, (file, parent): (&str, &str), mut names: Names) {
        for (name, inner) in &mut names.modules {
            let below = [at.as_slice(), std::slice::from_ref(name)].concat();
            match inner.take() {
                Some(names) => self.add(files, below, (file, parent), names),
                None => {
                    let child = file_of(files, &below);
                    self.add(files, below, (&child, file), Names::of(&files[&child]));
                }
            }
        }
        self.modules.insert(at, Module { file: file.into(), parent: parent.into(), names });
    }

    /// All modules, each with its path.
    pub fn modules(&self) -> impl Iterator<Item = (&Path, &Module)> {
        self.modules.iter()
    }

    pub fn module(&self, path: &[String]) -> &Module {
        &self.modules[path]
    }

    /// The file of a module without others in files of their own.
    pub fn leaf(&self, path: &[String]) -> Option<String> {
        let file = &self.modules[path].file;
        let is_whole = self.modules.values().any(|module| module.parent == *file);
        (!is_whole).then(|| file.clone())
    }

    /// What a path leads to that stands in the module `at`; nothing if it is of another crate.
    pub fn resolve(&self, at: &[String], path: &[String]) -> Vec<Target> {
        self.follow(at, path, &mut Sought::new())
    }

    /// What a name of the module leads to; `None` if the module does not tell.
    pub fn look(&self, module: &[String], name: &str) -> Option<Vec<Target>> {
        self.find(module, name, &mut Sought::new())
    }

    fn follow(&self, at: &[String], path: &[String], sought: &mut Sought) -> Vec<Target> {
        let (mut from, mut rest) = (at, path);
        while let Some((first, behind)) = rest.split_first() {
            from = match first.as_str() {
                "crate" => &[],
                "self" => from,
                "super" => &from[..from.len().saturating_sub(1)],
                _ => break,
            };
            rest = behind;
        }
        let unknown = match rest.len() < path.len() {
            true => self.written_in(from),
            // Of another crate, or a word of the language.
            false => Vec::new(),
        };
        self.descend(from, rest, sought).unwrap_or(unknown)
    }

    /// What a path leads to that begins in the module; `None` if the module does not tell.
    fn descend(&self, at: &[String], path: &[String], sought: &mut Sought) -> Option<Vec<Target>> {
        let Some((name, rest)) = path.split_first() else {
            return Some(vec![Target::Module(at.to_vec())]);
        };
        let child = self.child(at, name);
        let found = match child {
            Some(module) if !rest.is_empty() => vec![Target::Module(module)],
            _ => self.find(at, name, sought)?,
        };
        let module = found.iter().find_map(|target| match target {
            Target::Module(module) => Some(module),
            Target::Item(_) => None,
        });
        match module {
            Some(module) if !rest.is_empty() => {
                let found = self.descend(module, rest, sought);
                found.or_else(|| Some(self.written_in(module)))
            }
            // Or what stands in an item: a variant, or what is associated with a type.
            _ => Some(found),
        }
    }

    fn find(&self, at: &[String], name: &str, sought: &mut Sought) -> Option<Vec<Target>> {
        let this = (at.to_vec(), name.to_owned());
        if !sought.insert(this.clone()) {
            return Some(Vec::new());
        }
        let found = self.named(at, name, sought).or_else(|| self.with_all(at, name, sought));
        sought.remove(&this);
        found
    }

    /// What the module defines or imports under the name.
    fn named(&self, at: &[String], name: &str, sought: &mut Sought) -> Option<Vec<Target>> {
        let Module { file, names, .. } = self.module(at);
        let defined = names.defined.contains(name).then(|| Target::Item(file.clone()));
        let imported: Vec<_> =
            names.imports.iter().filter(|import| import.name.as_deref() == Some(name)).collect();
        let child = self.child(at, name);
        let is_known = defined.is_some() || child.is_some() || !imported.is_empty();
        let mut found = Vec::from_iter(defined);
        for import in imported {
            found.extend(self.follow(at, &import.path, sought));
        }
        found.extend(child.map(Target::Module));
        is_known.then_some(found)
    }

    /// What the module imports with all that another has.
    fn with_all(&self, at: &[String], name: &str, sought: &mut Sought) -> Option<Vec<Target>> {
        let imports = &self.module(at).names.imports;
        let mut others = Vec::new();
        for import in imports.iter().filter(|import| import.name.is_none()) {
            others.extend(self.follow(at, &import.path, sought));
        }
        others.into_iter().find_map(|target| match target {
            Target::Module(other) => {
                self.find(&other, name, sought).filter(|found| !found.is_empty())
            }
            Target::Item(_) => None,
        })
    }

    fn child(&self, at: &[String], name: &str) -> Option<Path> {
        let is_there = self.module(at).names.modules.iter().any(|(child, _)| child == name);
        is_there.then(|| [at, &[name.to_owned()]].concat())
    }

    /// What nobody defines is written by a macro of the module.
    fn written_in(&self, module: &[String]) -> Vec<Target> {
        vec![Target::Item(self.module(module).file.clone())]
    }
}

/// The file of a module.
fn file_of(files: &Files, module: &[String]) -> String {
    let path = module.join("/");
    let both = [format!("{path}.rs"), format!("{path}/mod.rs")];
    let file = both.iter().find(|file| files.contains_key(*file));
    file.unwrap_or_else(|| panic!("the module {path} has no file")).clone()
}
