//! Running the compiler, and measuring it.
//!
//! cargo starts this binary in place of `rustc`. It starts `rustc` itself, reads its peak
//! memory and its CPU time from `/proc` until it ends, and writes them into a file.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, Instant};

/// Set if the binary stands for `rustc`: the file to write to, and the crate to measure.
const LOG: &str = "MILLSTREAM_EXPANSION_LOG";
const CRATE: &str = "MILLSTREAM_EXPANSION_CRATE";

/// How often `/proc` is read.
const EVERY: Duration = Duration::from_millis(5);

/// The clock ticks of a second, in `/proc`.
const TICKS: f64 = 100.0;

/// A compiled crate.
#[derive(Debug, Clone, Copy)]
pub struct Compiled {
    /// Seconds of the whole command, linking included.
    pub wall: f64,
    /// Seconds of CPU time of the compiler, on all of its threads.
    pub cpu: f64,
    /// Peak memory of the compiler, in megabytes.
    pub peak: f64,
}

/// What cargo does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Check,
    Build,
    Release,
}

/// A generated program, as a crate of its own.
#[derive(Debug)]
pub struct Program {
    pub folder: PathBuf,
    name: String,
}

impl Program {
    pub fn write(root: &Path, folder: &Path, name: &str, text: &str) -> Result<Self, Failure> {
        let folder = folder.join(name);
        std::fs::create_dir_all(folder.join("src"))?;
        let runtime = root.join("runtime");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nmillstream = {{ path = {runtime:?} }}\n\n[workspace]\n"
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        std::fs::write(folder.join("src/main.rs"), text)?;
        Ok(Self { folder, name: name.to_owned() })
    }

    /// Where all programs are built, so that what they depend on is built once.
    fn target(&self) -> PathBuf {
        self.folder.with_file_name("target")
    }

    /// The built program.
    pub fn binary(&self, work: Work) -> PathBuf {
        let profile = if work == Work::Release { "release" } else { "debug" };
        self.target().join(profile).join(&self.name)
    }

    /// Compiles the program; what it depends on is compiled before, and not measured.
    ///
    /// # Errors
    /// What the compiler says, if it refuses the program.
    pub fn compile(&self, work: Work) -> Result<Compiled, Failure> {
        let log = self.folder.join("rustc.log");
        std::fs::remove_file(&log).ok();
        touch(&self.folder.join("src/main.rs"))?;
        let arguments: &[&str] = match work {
            Work::Check => &["check"],
            Work::Build => &["build"],
            Work::Release => &["build", "--release"],
        };
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--quiet")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.target())
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTC_WRAPPER", std::env::current_exe()?)
            .env(LOG, &log)
            .env(CRATE, self.name.replace('-', "_"))
            .output()?;
        let wall = start.elapsed().as_secs_f64();
        if !output.status.success() {
            return Err(first_error(&String::from_utf8_lossy(&output.stderr)).into());
        }
        let text = std::fs::read_to_string(&log)?;
        let mut figures = text.split_whitespace().filter_map(|figure| figure.parse().ok());
        let (cpu, peak) = figures.next().zip(figures.next()).ok_or("rustc was not measured")?;
        Ok(Compiled { wall, cpu, peak })
    }

    /// The medians of some rounds; before the first, what the program depends on is compiled.
    ///
    /// # Errors
    /// What the compiler says, if it refuses the program.
    pub fn median(&self, work: Work, rounds: usize) -> Result<Compiled, Failure> {
        let all: Result<Vec<Compiled>, Failure> = (0..rounds).map(|_| self.compile(work)).collect();
        let all = all?;
        let of = |figure: fn(&Compiled) -> f64| median(all.iter().map(figure).collect());
        Ok(Compiled { wall: of(|one| one.wall), cpu: of(|one| one.cpu), peak: of(|one| one.peak) })
    }
}

pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Changes the time of a file, so that it is compiled again.
pub fn touch(path: &Path) -> std::io::Result<()> {
    let text = std::fs::read(path)?;
    std::fs::write(path, text)
}

/// The first error of the compiler, without what follows.
fn first_error(text: &str) -> String {
    let error = text.lines().find(|line| line.starts_with("error"));
    error.or_else(|| text.lines().next()).unwrap_or("the compiler has failed").to_owned()
}

/// If cargo has started this binary in place of `rustc`: starts `rustc`, and returns its exit code.
pub fn wrapped() -> Option<ExitCode> {
    let log = std::env::var_os(LOG)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    let arguments: Vec<_> = arguments.collect();
    let wanted = std::env::var(CRATE).unwrap_or_default();
    let mut names =
        arguments.windows(2).filter(|pair| pair.first().is_some_and(|n| *n == "--crate-name"));
    let is_wanted = names.any(|pair| pair.get(1).is_some_and(|name| *name == *wanted));
    let child = Command::new(rustc).args(arguments).spawn();
    let Ok(mut child) = child else { return Some(ExitCode::FAILURE) };
    let (cpu, peak) = watched(&mut child);
    if is_wanted {
        std::fs::write(log, format!("{cpu} {peak}")).ok();
    }
    let succeeded = child.wait().is_ok_and(|status| status.success());
    Some(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The CPU time in seconds and the peak memory in megabytes of a process, until it ends.
fn watched(child: &mut Child) -> (f64, f64) {
    let folder = PathBuf::from(format!("/proc/{}", child.id()));
    let (mut cpu, mut peak) = (0.0, 0.0);
    while matches!(child.try_wait(), Ok(None)) {
        cpu = cpu_time(&folder).unwrap_or(cpu);
        peak = peak_memory(&folder).unwrap_or(peak);
        std::thread::sleep(EVERY);
    }
    (cpu, peak)
}

fn cpu_time(process: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(process.join("stat")).ok()?;
    // The name in parentheses may contain spaces; user and system time are 11 fields behind it.
    let (_, fields) = text.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some((user + system) / TICKS)
}

fn peak_memory(process: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(process.join("status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes / 1_000.0 * 1.024)
}
