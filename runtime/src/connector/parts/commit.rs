//! Makes parts visible, in a job that is `exactly_once`.

use super::Format;
use super::place::{Place, RunId};
use crate::connector::durable::decoded;
use crate::connector::file;
use crate::env::Env;
use crate::error::{ErrorKind, Result};
use crate::sink::{Committer, PreparedEpoch};
use serde::{Deserialize, Serialize};
use std::io;
use std::marker::PhantomData;

/// What a checkpoint stores of a sink whose parts it makes visible: those of the epoch.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct CommittedCut {
    /// The first part of the epoch.
    pub(super) first: u64,
    /// The number of the next part.
    pub(super) next: u64,
    /// Who has written them.
    pub(super) run: RunId,
}

/// Renames parts to their places, once the checkpoint that contains them is durable.
pub(super) struct PartCommitter<F> {
    place: Place,
    env: Env,
    format: PhantomData<fn() -> F>,
}

impl<F: Format> PartCommitter<F> {
    pub(super) fn new(place: Place, env: Env) -> Self {
        Self { place, env, format: PhantomData }
    }

    fn show(&self, number: u64, run: RunId) -> Result<()> {
        let [temporary, place] = self.place.prepared::<F>(number, run);
        match self.env.files().rename(&temporary, &place) {
            Ok(()) => Ok(()),
            // It is visible already, or was even taken away: its name was durable before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(file::failed(ErrorKind::Sink, "create", &place, error)),
        }
    }
}

impl<F: Format> Committer for PartCommitter<F> {
    fn commit(&mut self, epochs: &[PreparedEpoch]) -> Result<()> {
        for epoch in epochs {
            let CommittedCut { first, next, run } =
                decoded(&self.place.folder, postcard::from_bytes(&epoch.bytes))?;
            (first..next).try_for_each(|number| self.show(number, run))?;
        }
        let synced = self.env.files().sync_directory(&self.place.folder);
        synced.map_err(|error| file::failed(ErrorKind::Sink, "sync", &self.place.folder, error))
    }
}
