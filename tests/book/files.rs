//! Files that exist as long as a test needs them.

use std::path::{Path, PathBuf};

/// A file that is removed at the end of its test.
pub struct TempFile(PathBuf);

impl TempFile {
    /// A file with this text; the name must be used by one test only.
    pub fn new(name: &str, text: &str) -> Self {
        let name = format!("millstream-book-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}
