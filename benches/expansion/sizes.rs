//! Checks and builds of large topologies, by the macro and by builder calls.

use crate::Failure;
use crate::compiler::{Compiled, Program, Work};
use crate::load;
use crate::programs::{By, chain, mixed};
use std::path::Path;
use std::process::Command;

/// A size, and the goals of checks and builds: seconds, megabytes.
struct Size {
    name: &'static str,
    program: fn(By) -> String,
    /// Whether a release build is measured too.
    release: bool,
    goal: &'static str,
}

const SIZES: &[Size] = &[
    Size { name: "nodes-50", program: |by| mixed(50, by), release: true, goal: "release ≤ 20 s" },
    Size {
        name: "nodes-300",
        program: |by| mixed(300, by),
        release: false,
        goal: "check ≤ 1.5 s and ≤ 1.2 × builder, build ≤ 20 s, ≤ 800 MB",
    },
    Size { name: "nodes-1000", program: |by| mixed(1_000, by), release: false, goal: "–" },
    Size { name: "chain-60", program: |by| chain(60, by), release: false, goal: "–" },
    Size { name: "chain-150", program: |by| chain(150, by), release: false, goal: "–" },
    Size { name: "chain-400", program: |by| chain(400, by), release: false, goal: "compiles" },
];

/// Measures those whose names begin like `only`, and prints a table.
pub fn print(root: &Path, folder: &Path, (only, rounds): (&str, usize)) -> Result<(), Failure> {
    // What the programs depend on is compiled before.
    for work in [Work::Check, Work::Build, Work::Release] {
        Program::write(root, folder, "warm", &chain(1, By::Macro))?.compile(work)?;
    }
    println!(
        "| program | by | check: s, CPU s, MB | debug build: s, CPU s, MB | release: s, CPU s, MB | \
         longest symbol | goal | load |\n|---|---|---|---|---|---|---|---|"
    );
    for size in SIZES.iter().filter(|size| size.name.starts_with(only)) {
        for by in [By::Macro, By::Builder] {
            let name =
                format!("{}-{}", size.name, if by == By::Macro { "macro" } else { "builder" });
            let program = Program::write(root, folder, &name, &(size.program)(by))?;
            let check = figures(program.median(Work::Check, rounds));
            let build = figures(program.median(Work::Build, rounds));
            let symbols = longest_symbol(&program.binary(Work::Build));
            let release = match size.release {
                true => figures(program.median(Work::Release, rounds)),
                false => "–".to_owned(),
            };
            let (goal, load) = (size.goal, load::now());
            let by = if by == By::Macro { "`topology!`" } else { "builder" };
            let name = size.name;
            println!(
                "| {name} | {by} | {check} | {build} | {release} | {symbols} | {goal} | {load} |"
            );
        }
    }
    Ok(())
}

/// The figures of a compiled program, or the first line of what the compiler says.
fn figures(compiled: Result<Compiled, Failure>) -> String {
    match compiled {
        Ok(Compiled { wall, cpu, peak }) => format!("{wall:.2}, {cpu:.2}, {peak:.0}"),
        Err(failure) => failure.to_string(),
    }
}

/// The length of the longest symbol of a binary, in bytes.
fn longest_symbol(binary: &Path) -> String {
    let Ok(output) = Command::new("nm").arg("-P").arg(binary).output() else {
        return "no `nm`".to_owned();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::len).max().map_or_else(|| "–".to_owned(), |length| length.to_string())
}
