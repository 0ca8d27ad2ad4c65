//! Generated programs, which are only compiled.

use std::fmt::Write;
use std::path::Path;

/// The number of lines of the generated topology.
pub const LINES: usize = 300;

/// The number of operators of the generated file.
pub const OPERATORS: usize = 200;

/// A function for each line of the topology.
fn head() -> String {
    "#![allow(dead_code)]\nuse millstream::prelude::*;\n\n\
     #[operator]\nasync fn step(number: u64) -> u64 {\n    number + 1\n}\n\n"
        .to_owned()
}

/// A program that does not use the library.
pub fn empty() -> String {
    format!("{}fn main() {{}}\n", head())
}

/// The lines of one of its chains: a source, operators, a sink.
const CHAIN: usize = 10;

/// A program with a topology of [`LINES`] lines.
pub fn topology() -> String {
    let mut text = head() + "fn main() {\n    let _ = topology!(\n        job(\"long\"),\n";
    for line in 0..LINES {
        let before = line.saturating_sub(1);
        match line % CHAIN {
            0 => writeln!(text, "        line{line} = source(from_iter([1_u64])),"),
            at if at == CHAIN - 1 => writeln!(text, "        line{before} >> ignore,"),
            _ => writeln!(text, "        line{line} = line{before} >> by(|n| n % 7) >> step * 2,"),
        }
        .ok();
    }
    text + "    );\n}\n"
}

/// The same topology with builder calls.
pub fn builder() -> String {
    let mut text = head() + "fn main() {\n    let job = Builder::new(\"long\");\n";
    for line in 0..LINES {
        let before = line.saturating_sub(1);
        let named = format!(".named(\"line{line}\");");
        match line % CHAIN {
            0 => writeln!(text, "    let line{line} = job.source(from_iter([1_u64])){named}"),
            at if at == CHAIN - 1 => writeln!(text, "    line{before}.ignore();"),
            _ => {
                let calls = "by(|n| n % 7).instances(2).then(step {})";
                writeln!(text, "    let line{line} = line{before}.{calls}{named}")
            }
        }
        .ok();
    }
    text + "    let _ = job.build();\n}\n"
}

/// A program with [`OPERATORS`] operators that use every feature of a signature.
pub fn operators() -> String {
    let mut text = head() + "#[derive(Debug, Default)]\nstruct Sum(f64);\n\n";
    for at in 0..OPERATORS {
        writeln!(
            text,
            "/// Adds up.\n#[operator]\nasync fn operator{at}(event: f64, state: &mut Sum, ctx: \
             &mut Context, factor: f64, #[shared] table: &Vec<f64>) -> Result<Option<f64>, \
             std::fmt::Error> {{\n    state.0 += event * factor;\n    Ok((ctx.instance().index() < \
             table.len()).then_some(state.0))\n}}\n"
        )
        .ok();
    }
    text + "fn main() {}\n"
}

/// The manifest for a copy of the examples: without a workspace, and with one example.
pub fn manifest(path: &Path, root: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    let text = text.split("[[example]]").take(2).collect::<Vec<_>>().join("[[example]]");
    let runtime = format!("millstream = {{ path = {:?}", root.join("runtime"));
    let text = text.replace("millstream = { workspace = true", &runtime);
    let inherited = |line: &&str| !line.contains(".workspace = true");
    let kept: Vec<&str> = text.lines().filter(inherited).collect();
    let package = kept.join("\n").replace("[package]", "[package]\nedition = \"2024\"");
    Ok(package + "\n\n[workspace]\n")
}

/// A source with one of its lines changed, differently in each round.
pub fn changed(text: &str, round: usize) -> Result<String, &'static str> {
    let line = text.lines().find(|line| line.contains("const ") && line.contains("f64 ="));
    let line = line.ok_or("there is no number to change in analyzers.rs")?;
    let new = line.replace(';', &format!(" + {round}.0 * 1e-9;"));
    Ok(text.replacen(line, &new, 1))
}
