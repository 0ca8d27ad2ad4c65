//! Counts instructions by running this binary under valgrind.

use crate::works::Work;
use millstream_benches::steady::PERIOD;
use std::io::ErrorKind;
use std::process::Command;

/// The number of periods in the shorter run. Keys that are inserted and removed, as in `fraud`,
/// leave traces in the table; their cost is constant only after some periods.
const PERIODS: u64 = 8;

/// Keeps the C library from copying with `rep movsb`, which some CPUs have and valgrind counts as
/// one instruction per byte.
const WITHOUT_REP_MOVSB: (&str, &str) = ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-ERMS");

const NO_VALGRIND: &str = "\
valgrind is missing, and without it instructions cannot be counted: apt-get install -y valgrind";

/// Counts the instructions per event.
///
/// # Errors
/// If valgrind is missing, or the work fails.
pub fn per_event(work: Work) -> Result<f64, String> {
    let less = total(work, PERIODS)?;
    let more = total(work, 2 * PERIODS)?;
    Ok(more.saturating_sub(less) as f64 / (PERIODS * PERIOD) as f64)
}

/// The total number of instructions of a run.
fn total(work: Work, periods: u64) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| format!("where am I: {error}"))?;
    // Of valgrind's tools that count, cachegrind without caches is the fastest.
    let (name, value) = WITHOUT_REP_MOVSB;
    let output = Command::new("valgrind")
        .env(name, value)
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(["--run", work.name, &periods.to_string()])
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => NO_VALGRIND.to_owned(),
            _ => format!("valgrind does not start: {error}"),
        })?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = if output.status.success() { refs(&said) } else { None };
    counted.ok_or_else(|| format!("`{}` failed under valgrind:\n{said}", work.name))
}

/// Parses the summary of cachegrind: `==123== I   refs:      1,234,567`.
fn refs(said: &str) -> Option<u64> {
    let line = said.lines().rev().find(|line| line.contains("refs:"))?;
    line.split_whitespace().last()?.replace(',', "").parse().ok()
}

/// The compiler and its target: another one generates other instructions for the same code.
///
/// # Errors
/// If there is no `rustc`.
pub fn toolchain() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output();
    let output = output.map_err(|error| format!("rustc does not tell its version: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let value = |name: &str| said.lines().find_map(|line| line.strip_prefix(name));
    let version = said.lines().next().unwrap_or_default();
    Ok(format!("{version} for {}", value("host: ").unwrap_or_default()))
}
