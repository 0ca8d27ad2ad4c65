//! The time of the macros: that of a line of a topology, and that of an operator.
//!
//! The compiler reports it itself (`-Z time-passes`, which is why `RUSTC_BOOTSTRAP` is set).

use crate::Failure;
use crate::compiler::{Program, median, touch};
use crate::generated::{self, LINES, OPERATORS};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Measures, and prints the result.
pub fn print(root: &Path, folder: &Path, rounds: usize) -> Result<(), Failure> {
    let program = |name: &str, text: String| Program::write(root, folder, name, &text);
    let all = [
        program("empty", generated::empty())?,
        program("topology", generated::topology())?,
        program("builder", generated::builder())?,
        program("operators", generated::operators())?,
    ];
    // Once, to compile what they depend on.
    for program in &all {
        checked(program)?;
    }
    let mut measured = Vec::new();
    for _ in 0..rounds {
        let one: Result<Vec<Checked>, Failure> = all.iter().map(checked).collect();
        measured.push(one?);
    }
    let figure = |at: usize, of: fn(&Checked) -> f64| {
        median(measured.iter().filter_map(|one| one.get(at)).map(of).collect())
    };
    let expansion = |at| figure(at, |checked| checked.macros) - figure(0, |checked| checked.macros);
    let per_line = expansion(1) / LINES as f64;
    let per_operator = expansion(3) / OPERATORS as f64;
    println!("expansion of a topology   {per_line:>8.3} ms a line      (goal ≤ 0.2)");
    println!("expansion of an operator  {per_operator:>8.3} ms an operator (goal ≤ 2)");
    println!(
        "cargo check, {LINES} lines    {:>8.0} ms by topology!, {:.0} ms by builder calls",
        figure(1, |checked| checked.whole),
        figure(2, |checked| checked.whole)
    );
    Ok(())
}

/// Milliseconds of one run of the compiler.
struct Checked {
    macros: f64,
    whole: f64,
}

fn checked(program: &Program) -> Result<Checked, Failure> {
    let target = program.folder.with_file_name("target");
    touch(&program.folder.join("src/main.rs"))?;
    let start = Instant::now();
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--profile", "check", "--quiet", "--", "-Ztime-passes"])
        .args(["--emit=metadata"])
        .current_dir(&program.folder)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTC_BOOTSTRAP", "1")
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let whole = start.elapsed().as_secs_f64() * 1_000.0;
    let macros = expansion(&String::from_utf8_lossy(&output.stderr));
    Ok(Checked { macros: macros.ok_or("the compiler did not tell its passes")?, whole })
}

/// The milliseconds of the pass that expands macros.
fn expansion(passes: &str) -> Option<f64> {
    let line = passes.lines().find(|line| line.trim_end().ends_with("expand_crate"))?;
    let seconds = line.split("time:").nth(1)?.split_whitespace().next()?;
    seconds.trim_end_matches(';').parse().ok().map(|seconds: f64| seconds * 1_000.0)
}
