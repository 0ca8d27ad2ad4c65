//! The files of a job: each has one user, and a sink overwrites none unasked.

use super::rules::Broken;
use super::{Declaration, Delivery, NodeDeclared};
use crate::env::{Access, Env, FileKind, FileStatus, FileUse, IfExists};
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use millstream_graph::sentence::outcome::{SharedUse, file_used_twice};
use std::path::{Path, PathBuf};

/// A file as one of the nodes uses it, and what is there.
struct Used<'a> {
    node: &'a NodeDeclared,
    file: &'a FileUse,
    canonical: PathBuf,
    status: Option<FileStatus>,
}

impl Declaration {
    /// Checks that no file is used twice. Opens nothing.
    pub(crate) fn check_files(&self, env: &Env) -> Result<()> {
        self.unless_broken(&self.files_used_twice(env))
    }

    /// Each file that is used twice. Opens nothing.
    pub(crate) fn files_used_twice(&self, env: &Env) -> Vec<Broken> {
        let used = self.used_files(env);
        let mut broken = Vec::new();
        for (at, one) in used.iter().enumerate() {
            let others = used.iter().take(at).filter(|other| other.conflicts(one));
            broken.extend(others.map(|other| used_twice(other, one)));
        }
        broken
    }

    /// Checks that no source keeps a journal that the job would never read.
    pub(crate) fn check_journals(&self) -> Result<()> {
        let journals =
            |node: &&NodeDeclared| node.files.iter().any(|file| file.access() == Access::Journal);
        match self.nodes.iter().find(journals) {
            Some(node) if self.delivery() == Delivery::AtMostOnce => {
                Err(unread_journal().of(Role::Source, &node.name.as_str().into(), Instance::ONLY))
            }
            _ => Ok(()),
        }
    }

    /// Checks that no sink would overwrite a file unasked, before the first of them is opened;
    /// those for which `is_own` is true are the job's own.
    pub(crate) fn check_new_files(
        &self,
        env: &Env,
        is_own: impl Fn(&str, &FileUse) -> bool,
    ) -> Result<()> {
        self.existing_files(env, is_own).into_iter().next().map_or(Ok(()), Err)
    }

    /// The errors of all sinks that would overwrite a file unasked.
    pub(crate) fn existing_files(
        &self,
        env: &Env,
        is_own: impl Fn(&str, &FileUse) -> bool,
    ) -> Vec<Error> {
        let used = self.used_files(env);
        let new = used.iter().filter(|used| !is_own(&used.node.name, used.file));
        new.filter_map(|used| used.check_new().err()).collect()
    }

    fn used_files(&self, env: &Env) -> Vec<Used<'_>> {
        let uses =
            self.nodes.iter().flat_map(|node| node.files.iter().map(move |file| (node, file)));
        let used = uses.map(|(node, file)| {
            let canonical = env.files().canonical(file.path());
            let status = env.files().status(file.path()).ok();
            Used { node, file, canonical, status }
        });
        used.collect()
    }
}

impl Used<'_> {
    fn conflicts(&self, other: &Used<'_>) -> bool {
        if self.file.access() == Access::Print && other.file.access() == Access::Print {
            return false;
        }
        if self.file.is_standard() && other.file.is_standard() && self.file == other.file {
            return true;
        }
        let same =
            self.canonical == other.canonical || self.id().is_some_and(|id| other.id() == Some(id));
        same && !self.is_shared(other)
    }

    fn id(&self) -> Option<(u64, u64)> {
        self.status.and_then(|status| status.id)
    }

    /// A device takes what is written and is read apart from it, as a terminal; `/dev/null` takes
    /// anything from anyone.
    fn is_shared(&self, other: &Used<'_>) -> bool {
        let device = self.status.is_some_and(|status| status.kind == FileKind::Device);
        let reads = |used: &Used<'_>| used.file.access() == Access::Read;
        device && (reads(self) != reads(other) || self.canonical == Path::new("/dev/null"))
    }

    fn check_new(&self) -> Result<()> {
        let found = self.status.is_some_and(|status| status.kind == FileKind::Regular);
        if self.file.is_standard()
            || !found
            || self.file.access() != Access::Write(IfExists::Refuse)
        {
            return Ok(());
        }
        let name = self.node.name.as_str().into();
        Err(exists(self.file.path()).of(Role::Sink, &name, Instance::ONLY))
    }
}

/// The error of a journal in a job that reads no event again.
fn unread_journal() -> Error {
    let message = "a journal is of use only with checkpoints, and `at_most_once` has none: no \
                   event would be read from it again, and nothing removed";
    let help = "promise `at_least_once`, or leave out `.journaled(…)`";
    Error::new(ErrorKind::Config, message).help(help)
}

/// The error of a sink whose file exists.
fn exists(path: &Path) -> Error {
    let message = format!("`{}` exists", path.display());
    Error::new(ErrorKind::Sink, message).help(IfExists::HELP)
}

fn used_twice(first: &Used<'_>, second: &Used<'_>) -> Broken {
    let reads = [first, second].map(|used| used.file.access() == Access::Read);
    let named = |used: &Used<'_>| (used.node.name.clone(), used.file.path().display().to_string());
    let (one, other) = (named(first), named(second));
    let journals = [first, second].map(|used| used.file.access() == Access::Journal);
    let sentence = match reads {
        _ if journals == [true, true] => file_used_twice(&one, &other, SharedUse::Journal),
        [true, true] => file_used_twice(&one, &other, SharedUse::Read),
        [false, false] => file_used_twice(&one, &other, SharedUse::Written),
        [true, false] => file_used_twice(&one, &other, SharedUse::ReadAndWritten),
        [false, true] => file_used_twice(&other, &one, SharedUse::ReadAndWritten),
    };
    Broken::at(sentence, &[first.node, second.node])
}
