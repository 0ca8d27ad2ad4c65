//! Taking possession of the files that the sinks of a job write.

use super::description::sink_files;
use crate::checkpoint::{FirstCuts, Manifest, PartKind, RestoredCheckpoint, SinkFile};
use crate::env::{Env, FileUse};
use crate::error::Result;
use crate::topology::Declaration;

/// Files that sinks are about to write for the first time.
pub(super) struct Claim {
    /// Those that are the job's own already.
    own: Vec<SinkFile>,
    /// Describes what the job begins with, and all of its files.
    manifest: Manifest,
}

impl Claim {
    /// The claim of a job; `None` if there is nothing to claim.
    ///
    /// # Errors
    /// If the checkpoint cannot be read.
    pub(super) fn new(
        declaration: &Declaration,
        described: &mut Manifest,
        restored: Option<&RestoredCheckpoint>,
    ) -> Result<Option<Self>> {
        let files = sink_files(declaration);
        described.set_sink_files(&files)?;
        let Some(checkpoint) = restored else {
            return Ok(Some(Self { own: Vec::new(), manifest: described.clone() }));
        };
        let mut manifest = checkpoint.manifest().clone();
        let mut own = manifest.sink_files();
        for (sink, file) in &files {
            // A sink that has cut a file continues it, whatever it is called now.
            if !checkpoint.whole(sink, PartKind::Sink)?.is_empty() {
                own.push((sink.clone(), file.clone()));
            }
        }
        if files.iter().all(|file| own.contains(file)) {
            return Ok(None);
        }
        manifest.set_sink_files(&files)?;
        // Nodes that are there keep their shapes: no rows are written with the present ones yet.
        // A sink that was added is part of the job from here on, and finds its file again.
        let added = described.nodes.iter().filter(|node| manifest.node(&node.name).is_none());
        let added: Vec<_> = added.cloned().collect();
        manifest.nodes.extend(added);
        Ok(Some(Self { own, manifest }))
    }

    /// Checks that none of the new files exists; returns the manifest that names all of them, with
    /// what new sinks continue from until they have a cut.
    ///
    /// # Errors
    /// If one of them exists.
    pub(super) fn check(
        self,
        declaration: &Declaration,
        env: &Env,
        first_cuts: FirstCuts,
    ) -> Result<Manifest> {
        let Self { own, mut manifest } = self;
        let is_own = |sink: &str, file: &FileUse| own.contains(&(sink.to_owned(), file.name()));
        declaration.check_new_files(env, is_own)?;
        manifest.add_first_cuts(first_cuts)?;
        Ok(manifest)
    }
}
