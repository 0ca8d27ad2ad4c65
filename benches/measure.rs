//! CPU and wall-clock time of a work, and comparison over many rounds.

use cpu_time::ProcessTime;
use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// The cost of one round.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub cpu: Duration,
    pub wall: Duration,
}

/// Runs a work; returns its cost over all threads, and its result.
pub fn cost<R>(work: impl FnOnce() -> R) -> (Cost, R) {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let result = work();
    (Cost { cpu: cpu.elapsed(), wall: wall.elapsed() }, result)
}

/// The peak memory of this process, in KiB; 0 if it cannot be read.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The threads of a tokio runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    /// One thread, which all tasks share: for a job with one instance.
    One,
    /// Two threads.
    Two,
}

impl Workers {
    /// One thread for one instance, two for several.
    pub fn of(instances: usize) -> Self {
        if instances == 1 { Self::One } else { Self::Two }
    }

    /// A runtime with these threads.
    pub fn runtime(self) -> Runtime {
        let mut builder = match self {
            Self::One => Builder::new_current_thread(),
            Self::Two => Builder::new_multi_thread(),
        };
        match builder.worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => panic!("no tokio runtime: {error}"),
        }
    }

    /// Runs a job on a runtime of its own.
    pub fn block_on<R: Send + 'static>(self, work: impl Future<Output = R> + Send + 'static) -> R {
        let runtime = self.runtime();
        let task = runtime.handle().clone();
        runtime.block_on(async move {
            match task.spawn(work).await {
                Ok(result) => result,
                Err(error) => panic!("the job panicked: {error}"),
            }
        })
    }
}

/// A tokio runtime with two threads.
pub fn runtime() -> Runtime {
    Workers::Two.runtime()
}

/// Runs a job on a runtime of its own, with two threads.
pub fn block_on<R: Send + 'static>(work: impl Future<Output = R> + Send + 'static) -> R {
    Workers::Two.block_on(work)
}

/// One system's rounds on one work.
#[derive(Debug, Default)]
pub struct Rounds {
    costs: Vec<Cost>,
}

impl Rounds {
    /// Adds a round.
    pub fn add(&mut self, cost: Cost) {
        self.costs.push(cost);
    }

    /// The medians of CPU and wall-clock time.
    pub fn median(&self) -> Cost {
        let middle = |mut times: Vec<Duration>| {
            times.sort();
            times.get(times.len() / 2).copied().unwrap_or_default()
        };
        Cost {
            cpu: middle(self.costs.iter().map(|cost| cost.cpu).collect()),
            wall: middle(self.costs.iter().map(|cost| cost.wall).collect()),
        }
    }

    /// The median, over the rounds, of this system's CPU time divided by the other's.
    pub fn cpu_ratio(&self, other: &Self) -> f64 {
        self.ratio(other, |cost| cost.cpu)
    }

    /// The median, over the rounds, of this system's throughput divided by the other's.
    pub fn throughput_ratio(&self, other: &Self) -> f64 {
        other.ratio(self, |cost| cost.wall)
    }

    fn ratio(&self, other: &Self, of: impl Fn(&Cost) -> Duration) -> f64 {
        let pairs = self.costs.iter().zip(&other.costs);
        let ratio = |(a, b): (&Cost, &Cost)| of(a).as_secs_f64() / of(b).as_secs_f64();
        let mut ratios: Vec<f64> = pairs.map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Row<'a> {
    pub work: &'a str,
    pub system: &'a str,
    pub events: u64,
    pub rounds: &'a Rounds,
    pub baseline: &'a Rounds,
}

/// The header of the table.
pub const HEAD: &str = "\
| work | system | CPU ns/event | wall ns/event | CPU ÷ loop | throughput ÷ loop |
|---|---|---|---|---|---|";

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost { cpu, wall } = self.rounds.median();
        let each = |time: Duration| time.as_nanos() as f64 / self.events as f64;
        let cpu_ratio = self.rounds.cpu_ratio(self.baseline);
        let throughput = self.rounds.throughput_ratio(self.baseline);
        let (cpu, wall) = (each(cpu), each(wall));
        let (work, system) = (self.work, self.system);
        write!(f, "| {work} | {system} | {cpu:.2} | {wall:.2} | {cpu_ratio:.2} | {throughput:.2} |")
    }
}
