//! Makes files durable beside the task that writes them.

use crate::env::{Env, Files};
use crate::error::{Error, ErrorKind, Result};
use crate::sink::Prepared;
use std::path::Path;
use tokio::sync::oneshot;

/// Begins work that blocks, such as `fsync`, on a thread of its own; its result is what the sink
/// needs to continue once that is done.
pub(super) fn beside(
    env: &Env,
    work: impl FnOnce(&dyn Files) -> Result<Vec<u8>> + Send + 'static,
) -> Prepared {
    let (sender, done) = oneshot::channel();
    let on = env.clone();
    // Begun at once, not by the first poll: it is also done if the checkpoint is given up.
    env.spawn_blocking(Box::new(move || {
        sender.send(work(on.files())).ok();
    }));
    Prepared::later(Box::pin(async move {
        done.await.map_err(|gone| {
            Error::new(ErrorKind::Sink, "what makes the file durable has stopped").caused_by(gone)
        })?
    }))
}

/// The bytes of what the sink needs to continue.
pub(super) fn encoded(bytes: postcard::Result<Vec<u8>>) -> Result<Vec<u8>> {
    bytes.map_err(|error| {
        Error::new(ErrorKind::Internal, "cannot encode what a sink has written").caused_by(error)
    })
}

/// What the sink needs to continue.
pub(super) fn decoded<V>(path: &Path, decoded: postcard::Result<V>) -> Result<V> {
    decoded.map_err(|error| {
        let message = format!("the checkpoint of `{}` is that of another sink", path.display());
        Error::new(ErrorKind::Sink, message).caused_by(error)
    })
}
