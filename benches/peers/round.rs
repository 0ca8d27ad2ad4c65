//! One round of one system, in a process of its own, and its report to the parent process.

use crate::delay::Percentiles;
use crate::systems::{Outcome, Ready, System};
use crate::work::Work;
use cpu_time::ProcessTime;
use millstream_benches::measure::peak_memory;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

/// The cost of one round.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Round {
    /// CPU time of all threads, in nanoseconds.
    pub cpu: u64,
    /// Elapsed nanoseconds.
    pub wall: u64,
    /// Peak memory of the process, in KiB, including the input.
    pub peak: u64,
    /// Peak memory, minus the memory in use before the start.
    pub grown: u64,
    /// A checksum of the results.
    pub digest: u64,
    /// The percentiles of the delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delays: Option<Percentiles>,
}

/// Runs a work and prints its cost; an empty line if the system does not support it.
///
/// # Errors
/// If the result cannot be printed.
pub fn print(work: Work, system: System, quick: bool) -> Result<(), Box<dyn Error>> {
    match measure(work, system, quick) {
        Some(round) => println!("{}", serde_json::to_string(&round)?),
        None => println!(),
    }
    Ok(())
}

fn measure(work: Work, system: System, quick: bool) -> Option<Round> {
    let ready = system.prepare(work, quick)?;
    let before = peak_memory();
    let wall = Instant::now();
    let (cpu, Outcome { digest, delays }) = match work {
        Work::Idle => at_rest(Duration::from_secs(work.events(quick)), ready),
        _ => {
            let cpu = ProcessTime::now();
            let outcome = ready();
            (cpu.elapsed(), outcome)
        }
    };
    let (cpu, wall) = (cpu.as_nanos() as u64, wall.elapsed().as_nanos() as u64);
    let peak = peak_memory();
    let delays = delays.map(|delays| delays.percentiles());
    Some(Round { cpu, wall, peak, grown: peak.saturating_sub(before), digest, delays })
}

/// The CPU time of a work that takes so long, at the rate between half a second after its start and
/// half a second before its end: without its start.
fn at_rest(takes: Duration, ready: Ready) -> (Duration, Outcome) {
    let end = Duration::from_millis(500);
    let between = takes - 2 * end;
    let clock = std::thread::spawn(move || {
        std::thread::sleep(end);
        let cpu = ProcessTime::now();
        std::thread::sleep(between);
        cpu.elapsed().mul_f64(takes.as_secs_f64() / between.as_secs_f64())
    });
    let outcome = ready();
    (clock.join().unwrap_or_default(), outcome)
}

/// Lets the C library ask for huge pages. In a virtual machine a page fault takes so long that
/// tables of 100 MB would be all that is measured; but memory is then used by the megabyte.
const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

/// Runs a work in another process; `None` if the system does not support it.
///
/// # Errors
/// If the process fails or prints anything else.
pub fn elsewhere(work: Work, system: System, quick: bool) -> Result<Option<Round>, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--round", &work.to_string(), &system.to_string()]);
    if quick {
        command.arg("--quick");
    }
    if work != Work::Memory {
        let (name, value) = HUGE_PAGES;
        command.env(name, value);
    }
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{work} in {system} failed: {}", output.status).into());
    }
    let said = String::from_utf8(output.stdout)?;
    match said.trim() {
        "" => Ok(None),
        line => Ok(Some(serde_json::from_str(line)?)),
    }
}
