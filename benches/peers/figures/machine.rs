//! Where and when figures were taken.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::process::Command;
use std::thread::available_parallelism;

/// A machine and its compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub kernel: String,
    pub rustc: String,
}

impl Machine {
    /// This machine. What cannot be found out is `unknown`.
    pub fn here() -> Self {
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            processor: processor().unwrap_or(unknown()),
            cores: available_parallelism().map_or(0, |cores| cores.get()),
            kernel: format!("Linux {}", kernel.trim()),
            rustc: output("rustc", &["--version"]).unwrap_or(unknown()),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, kernel, rustc } = self;
        write!(f, "{processor}, {cores} cores, {kernel}, {rustc}")
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// The name of the processor, and its model, since virtual machines shorten the name.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let field = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim().to_owned())
    };
    let name = field("model name")?;
    Some(match (field("cpu family"), field("model")) {
        (Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        _ => name,
    })
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The commit of the working directory, and whether its code has changed since.
pub fn commit() -> String {
    let code = ["status", "--porcelain", "--", "*.rs", "*.toml", "Cargo.lock"];
    match (output("git", &["rev-parse", "--short=10", "HEAD"]), output("git", &code)) {
        (Some(commit), Some(changes)) if changes.is_empty() => commit,
        (Some(commit), _) => format!("{commit} with changes"),
        (None, _) => unknown(),
    }
}

/// The minute, in UTC.
pub fn date() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string()
}
