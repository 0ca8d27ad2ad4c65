//! Millstream compared with a loop by hand, plain tokio and other engines, on the same works.
//!
//! ```text
//! cargo run --release -p millstream-benches --bin peers -- [--quick]
//! ```
//! `--help` lists the options. Systems alternate, each round in a process of its own; their results
//! must be equal. [`work`] has the works, [`input`] their input, [`steps`] their steps, and
//! [`systems`] a folder for each system.

mod input;
mod options;
mod report;
mod round;
mod steps;
mod systems;
mod table;
mod turns;
mod work;

use options::{Asked, Options, USAGE};
use std::process::ExitCode;

fn main() -> ExitCode {
    let asked = match Asked::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(mistake) => {
            eprintln!("peers: {mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let done = match asked {
        Asked::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Asked::Round(work, system, quick) => round::print(work, system, quick),
        Asked::Turns(options) => compare(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures all works, printing each table when it is complete.
fn compare(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", table::HEAD);
    let mut all = Vec::new();
    for work in options.works() {
        let measured = turns::take(work, options)?;
        print!("{}", table::Rows { work, measured: &measured });
        all.push((work, measured));
    }
    if options.json {
        println!("{}", report::json(&all)?);
    }
    Ok(())
}
