//! What the disk takes to make bytes durable, without a job.

use std::fs::{File, remove_file, rename};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// The time of one write.
#[derive(Debug, Clone, Copy)]
pub struct Floor {
    /// A file is written and synced.
    pub synced: Duration,
    /// And gets its name, and the directory is synced too.
    pub named: Duration,
}

/// Writes a number of bytes to a file in the directory, and removes it.
pub fn floor(directory: &Path, bytes: u64) -> io::Result<Floor> {
    let bytes = vec![0x5a; usize::try_from(bytes).unwrap_or_default()];
    let (unfinished, target) = (directory.join("floor.unfinished"), directory.join("floor"));
    let start = Instant::now();
    let mut file = File::create(&unfinished)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let synced = start.elapsed();
    rename(&unfinished, &target)?;
    File::open(directory)?.sync_all()?;
    let named = start.elapsed();
    remove_file(&target)?;
    Ok(Floor { synced, named })
}
