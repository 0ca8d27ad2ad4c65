//! Counts the instructions of an event.

use crate::works::Work;
use millstream_benches::counted::instructions;
use millstream_benches::steady::PERIOD;
use std::process::Command;

/// The number of periods in the shorter run. Keys that are inserted and removed, as in `fraud`,
/// leave traces in the table; their cost is constant only after some periods.
const PERIODS: u64 = 8;

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
    instructions(&["--run", work.name, &periods.to_string()])
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
