//! A build of the fraud example after a change of one of its lines.

use crate::Failure;
use crate::compiler::median;
use crate::generated;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Measures, and prints the result.
pub fn print(root: &Path, folder: &Path, rounds: usize) -> Result<(), Failure> {
    let seconds = Example::copy(root, &folder.join("examples"))?.rebuilt(rounds)?;
    println!("fraud example, one line changed, debug  {seconds:.2} s (goal ≤ 5)");
    Ok(())
}

/// A copy of the examples that can be modified.
struct Example {
    folder: PathBuf,
}

impl Example {
    fn copy(root: &Path, folder: &Path) -> Result<Self, Failure> {
        let examples = root.join("examples");
        // The library of the examples has modules in folders of their own.
        copy_folder(&examples, folder)?;
        let manifest = generated::manifest(&examples.join("Cargo.toml"), root)?;
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Seconds of a build after a change of one line of an analyzer.
    fn rebuilt(&self, rounds: usize) -> Result<f64, Failure> {
        self.build()?;
        let file = self.folder.join("fraud_detection/analyzers.rs");
        let text = std::fs::read_to_string(&file)?;
        let mut all = Vec::new();
        for round in 0..rounds {
            std::fs::write(&file, generated::changed(&text, round)?)?;
            let start = Instant::now();
            self.build()?;
            all.push(start.elapsed().as_secs_f64());
        }
        Ok(median(all))
    }

    fn build(&self) -> Result<(), Failure> {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--example", "fraud_detection"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.with_file_name("target"))
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let copy = to.join(path.file_name().ok_or("a file without a name")?);
        if path.is_dir() {
            copy_folder(&path, &copy)?;
        } else {
            std::fs::copy(&path, copy)?;
        }
    }
    Ok(())
}
