//! Counts instructions by running this binary under valgrind.

use std::io::ErrorKind;
use std::process::Command;

/// Keeps the C library from copying with `rep movsb`, which some CPUs have and valgrind counts as
/// one instruction per byte.
const WITHOUT_REP_MOVSB: (&str, &str) = ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-ERMS");

const NO_VALGRIND: &str = "\
valgrind is missing, and without it instructions cannot be counted: apt-get install -y valgrind";

/// The number of instructions of a run of this binary with these arguments.
///
/// # Errors
/// If valgrind is missing, or the run fails.
pub fn instructions(arguments: &[&str]) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| format!("where am I: {error}"))?;
    // Of valgrind's tools that count, cachegrind without caches is the fastest.
    let (name, value) = WITHOUT_REP_MOVSB;
    let output = Command::new("valgrind")
        .env(name, value)
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => NO_VALGRIND.to_owned(),
            _ => format!("valgrind does not start: {error}"),
        })?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = if output.status.success() { refs(&said) } else { None };
    counted.ok_or_else(|| format!("`{}` failed under valgrind:\n{said}", arguments.join(" ")))
}

/// Parses the summary of cachegrind: `==123== I   refs:      1,234,567`.
fn refs(said: &str) -> Option<u64> {
    let line = said.lines().rev().find(|line| line.contains("refs:"))?;
    line.split_whitespace().last()?.replace(',', "").parse().ok()
}
