//! Millstream compared with a loop by hand, plain tokio and other engines, on the same works.
//!
//! ```text
//! cargo run --release -p millstream-benches --bin peers -- [--quick]
//! ```
//! `--help` lists the options. Systems alternate, each round in a process of its own; their results
//! must be equal. [`work`] has the works, [`input`] their input, [`steps`] their steps, and
//! [`systems`] a folder for each system. [`figures`] are the results as a file, [`goals`] what they
//! should be, and [`page`] renders them.

mod auctions;
mod delay;
mod figures;
mod goals;
mod input;
mod options;
mod page;
mod report;
mod round;
mod steps;
mod systems;
mod table;
mod turns;
mod work;

use figures::{Figures, Runs};
use options::{Asked, Options, USAGE};
use std::error::Error;
use std::path::Path;
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
        Asked::Page(options) => page::render(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures all works, or reads their figures, and compares them with stored ones.
fn compare(options: &Options) -> Result<(), Box<dyn Error>> {
    let figures = match &options.from {
        Some(file) => Figures::load(file)?,
        None => measure(options)?,
    };
    if options.json {
        println!("{}", report::json(&figures)?);
    }
    match &options.compare {
        Some(file) => guard(file, &figures),
        None => Ok(()),
    }
}

/// Measures all works; prints the rows of each when they are complete, and the goals at the end.
fn measure(options: &Options) -> Result<Figures, Box<dyn Error>> {
    let mut figures = match &options.save {
        Some(file) => Figures::resumed(file, options.quick)?,
        None => Figures::here(options.quick),
    };
    let mut printed = None;
    for work in options.works() {
        figures.set(work, turns::take(work, options)?);
        if let Some(file) = &options.save {
            figures.save(file)?;
        }
        let head = table::head(work);
        if printed.replace(head) != Some(head) {
            println!("\n{head}");
        }
        print!("{}", table::Rows { work, runs: &Runs(vec![figures.clone()]), shows: |_| true });
    }
    println!("\n{}", goals::Goals(&Runs(vec![figures.clone()])));
    Ok(figures)
}

/// Fails if a figure is worse than the stored one.
fn guard(file: &Path, now: &Figures) -> Result<(), Box<dyn Error>> {
    let stored = Figures::load(file)?;
    if stored.machine != now.machine {
        println!("{} is of another machine: {}", file.display(), stored.machine);
    }
    let worse = figures::worse(&stored, now);
    for one in &worse {
        println!("worse than stored: {one}");
    }
    match worse.len() {
        0 => Ok(()),
        some => Err(format!("{some} figures are worse than in {}", file.display()).into()),
    }
}
