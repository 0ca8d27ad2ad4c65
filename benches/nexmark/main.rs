//! Runs one Nexmark query on a number of events; prints its rows and its cost.
//!
//! ```text
//! cargo run --release -p millstream-benches --bin nexmark -- --query q5 --events 1000000
//! ```
//! `--help` lists the options; [`millstream_benches::nexmark`] describes the queries.

mod options;

use millstream::prelude::*;
use millstream_benches::measure::{peak_memory, runtime};
use millstream_benches::nexmark::{Clock, Outcome, Query, Setup, events, run};
use nexmark::event::Event;
use options::{Options, USAGE};
use serde::Serialize;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) if options.help => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(options) => options,
        Err(mistake) => {
            eprintln!("nexmark: {mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match work(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nexmark: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work(options: &Options) -> Result<(), Box<dyn Error>> {
    let events = events(options.events.unwrap_or_default());
    if let Some(path) = &options.dump {
        dump(&events, path).map_err(|error| not_written(path, &error))?;
    }
    match options.query {
        Some(query) => once(query, events, options),
        None => Ok(()),
    }
}

fn dump(events: &[Event], path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for event in events {
        serde_json::to_writer(&mut file, event)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

/// The last line on standard output.
#[derive(Serialize)]
struct Summary {
    query: String,
    events: usize,
    rows: usize,
    seconds: f64,
    cpu_seconds: f64,
    peak_mb: f64,
}

fn once(query: Query, events: Vec<Event>, options: &Options) -> Result<(), Box<dyn Error>> {
    let count = events.len();
    let parts = Parts::beside(options.output.as_deref())?;
    let instances = options.instances.unwrap_or(1);
    let setup = Setup { events, instances, folder: parts.folder(), clock: Clock::system() };
    let prepared = setup.prepare(query);
    let config = Config::from_env()?;
    let Outcome { rows, wall, cpu } = runtime().block_on(run(prepared, config))?;
    let peak_mb = peak_memory() as f64 / 1024.0;
    if let Some(path) = &options.output {
        let write = || {
            let mut file = BufWriter::new(File::create(path)?);
            rows.write(&mut file)?;
            file.flush()
        };
        write().map_err(|error| not_written(path, &error))?;
    }
    let summary = Summary {
        query: query.to_string(),
        events: count,
        rows: rows.count(),
        seconds: wall.as_secs_f64(),
        cpu_seconds: cpu.as_secs_f64(),
        peak_mb,
    };
    println!("{}", serde_json::to_string(&summary)?);
    Ok(())
}

fn not_written(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write `{}`: {error}", path.display())
}

/// The folder of q10: next to the output, or temporary.
enum Parts {
    Beside(PathBuf),
    Temporary(PathBuf),
}

impl Parts {
    /// Creates an empty folder. Files of an earlier run would be read as part of this one.
    fn beside(output: Option<&Path>) -> std::io::Result<Self> {
        let Some(output) = output else {
            let name = format!("nexmark-{}", std::process::id());
            return Ok(Self::Temporary(std::env::temp_dir().join(name)));
        };
        let mut folder = output.as_os_str().to_owned();
        folder.push(".parts");
        let folder = PathBuf::from(folder);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(Self::Beside(folder))
    }

    fn folder(&self) -> PathBuf {
        match self {
            Self::Beside(folder) | Self::Temporary(folder) => folder.clone(),
        }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Self::Temporary(folder) = self {
            // It exists only for q10.
            std::fs::remove_dir_all(folder).ok();
        }
    }
}
