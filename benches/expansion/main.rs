//! What a topology costs the compiler: time of the macros, of checks and builds, and memory.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin expansion
//! ```
//! Programs are generated below `target/expansion` and compiled there. `--help` lists what can be
//! measured alone. A figure is the median of three rounds; the load of the machine is printed,
//! since beside other builds only CPU time, memory and ratios are to be trusted.

mod compiler;
mod example;
mod generated;
mod load;
mod macros;
mod options;
mod programs;
mod sizes;

use options::{Options, Part};
use std::path::Path;
use std::process::ExitCode;

/// What went wrong.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    if let Some(code) = compiler::wrapped() {
        return code;
    }
    match Options::read(std::env::args().skip(1)).map_err(Failure::from).and_then(measured) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("expansion: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measured(options: Option<Options>) -> Result<(), Failure> {
    let Some(options) = options else {
        println!("{}", options::USAGE);
        return Ok(());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace")?;
    let folder = root.join("target/expansion");
    println!("load {} at the start", load::now());
    for part in &options.parts {
        match part {
            Part::Macros => macros::print(root, &folder, options.rounds)?,
            Part::Sizes(name) => sizes::print(root, &folder, (name, options.rounds))?,
            Part::Example => example::print(root, &folder, options.rounds)?,
        }
    }
    println!("load {} at the end", load::now());
    Ok(())
}
