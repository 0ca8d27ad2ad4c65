//! The runs: each starts a job on a runtime of its own, and measures one thing.

use crate::floor::{Floor, floor};
use crate::jobs::State;
use crate::log;
use crate::source::{Gate, Keys, Seen};
use cpu_time::ProcessTime;
use millstream::job::Restarts;
use millstream::{Config, Job};
use millstream_benches::measure::runtime;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a run returns.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What all runs share.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Where directories of checkpoints are created.
    pub directory: PathBuf,
    /// The number of keys; a tenth of them changes between two checkpoints.
    pub keys: u64,
    /// How long a job is measured each time.
    pub time: Duration,
}

impl Setting {
    fn source(&self, seen: &Seen) -> Keys {
        let (changed, seen, gate) = (self.keys / 10, seen.clone(), Gate::default());
        Keys { keys: self.keys, changed, every: None, seen, gate }
    }

    /// An empty directory.
    fn fresh(&self) -> PathBuf {
        let path = self.directory.join("checkpoints");
        std::fs::remove_dir_all(&path).ok();
        path
    }
}

/// How fast a job is.
#[derive(Debug, Clone, Copy)]
pub struct Speed {
    /// Events per second.
    pub events: f64,
    /// CPU time of all threads for an event, in nanoseconds.
    pub cpu: f64,
    /// The checkpoints that became durable meanwhile, and their bytes.
    pub checkpoints: (usize, u64),
}

fn events(job: &Job) -> u64 {
    job.metrics().node("keys").map_or(0, |node| node.total().events_out)
}

/// Waits until each key has a state, and the checkpoints with all of them are durable.
async fn loaded(job: &Job, keys: u64, is_durable: bool) {
    while events(job) < keys {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if is_durable {
        // The first may have begun before the last key was read.
        log::wait_for(3).await;
    }
}

/// The speeds of a job without and with checkpoints, which take turns once all keys are there.
///
/// Both stay: while one is measured, the source of the other waits. The one with checkpoints then
/// still looks for changes once a second, and finds none.
pub fn speeds(
    setting: &Setting,
    state: State,
    instances: usize,
    rounds: usize,
) -> Result<Vec<[Speed; 2]>> {
    runtime().block_on(async {
        let sources = [(); 2].map(|()| setting.source(&Seen::default()));
        let gates = sources.each_ref().map(|source| source.gate.clone());
        let [one, other] = sources;
        let config = Config::default().checkpoints(setting.fresh());
        let mut jobs = [
            state.volatile(one, instances).start(Config::default())?,
            state.durable(other, instances).start(config)?,
        ];
        loaded(&jobs[0], setting.keys, false).await;
        gates[0].set_open(false);
        loaded(&jobs[1], setting.keys, true).await;
        gates[1].set_open(false);
        let mut speeds = Vec::new();
        for _ in 0..rounds {
            let without = speed(&jobs[0], &gates[0], setting.time).await;
            speeds.push([without, speed(&jobs[1], &gates[1], setting.time).await]);
        }
        for job in &mut jobs {
            job.abort();
            job.wait().await.ok();
        }
        Ok(speeds)
    })
}

/// The speed of a job whose source reads meanwhile.
async fn speed(job: &Job, gate: &Gate, time: Duration) -> Speed {
    gate.set_open(true);
    // The caches hold what the other job has used.
    tokio::time::sleep(Duration::from_millis(200)).await;
    log::durable().clear();
    let (before, cpu, start) = (events(job), ProcessTime::now(), Instant::now());
    tokio::time::sleep(time).await;
    let (after, cpu, wall) = (events(job), cpu.elapsed(), start.elapsed());
    gate.set_open(false);
    let durable: Vec<u64> = log::durable().iter().map(|durable| durable.bytes).collect();
    let read = (after - before) as f64;
    Speed {
        events: read / wall.as_secs_f64(),
        cpu: cpu.as_nanos() as f64 / read,
        checkpoints: (durable.len(), durable.iter().sum()),
    }
}

/// How long the task of an instance stands still.
#[derive(Debug, Default)]
pub struct Pauses {
    /// At barriers: from the last event before to the first behind.
    pub barriers: Vec<Duration>,
    /// The longest between two barriers, for each of them.
    pub quiet: Vec<Duration>,
}

/// The pauses of one instance that has all keys.
pub fn pauses(setting: &Setting, state: State) -> Result<Pauses> {
    runtime().block_on(async {
        let seen = Seen::default();
        let config = Config::default().checkpoints(setting.fresh());
        let config = config.checkpoint_every(Duration::from_millis(250));
        let mut job = state.durable(setting.source(&seen), 1).start(config)?;
        assert_eq!(job.plan().tasks(), 1, "the source does not see the pause of another task");
        loaded(&job, setting.keys, true).await;
        let before = std::mem::take(&mut *seen.notes());
        drop(before);
        tokio::time::sleep(setting.time).await;
        let notes = std::mem::take(&mut *seen.notes());
        job.abort();
        job.wait().await.ok();
        Ok(Pauses { barriers: notes.pauses, quiet: notes.quiet })
    })
}

const MIB: u64 = 1 << 20;

/// Changes of at most 1 MiB that became durable.
#[derive(Debug, Clone, Copy)]
pub struct Delay {
    pub bytes: u64,
    /// From the barrier at the source until the checkpoint is durable.
    pub durable: Duration,
    /// The part of it in which the file is written.
    pub written: Duration,
    /// What the disk takes for as many bytes, right after.
    pub floor: Floor,
}

/// How long changes of a number of keys take to be durable, in a job that is idle otherwise.
pub fn delays(setting: &Setting, changed: u64, count: usize) -> Result<Vec<Delay>> {
    let every = Duration::from_millis(200);
    runtime().block_on(async {
        let seen = Seen::default();
        let keys = Keys { changed, every: Some(every), ..setting.source(&seen) };
        let config = Config::default().checkpoints(setting.fresh()).checkpoint_every(every);
        log::durable().clear();
        let mut job = State::Number.durable(keys, 1).start(config)?;
        loaded(&job, setting.keys, true).await;
        let mut delays = Vec::new();
        while delays.len() < count {
            log::wait_for(1).await;
            let last = log::durable().len() - 1;
            let durable = log::durable()[last];
            // The next barrier follows only once the checkpoint is durable.
            let began = seen.notes().barriers.iter().rev().find(|at| **at < durable.at).copied();
            let Some(began) = began else { continue };
            // A barrier that passes while keys are read has only some of the changes.
            if (MIB / 2..=MIB).contains(&durable.bytes) {
                let floor = floor(&setting.directory, durable.bytes)?;
                let (bytes, written) = (durable.bytes, durable.took);
                delays.push(Delay { bytes, durable: durable.at - began, written, floor });
            }
        }
        job.abort();
        job.wait().await.ok();
        Ok(delays)
    })
}

/// Times to start again.
#[derive(Debug, Default)]
pub struct Recovery {
    /// The bytes of the directory.
    pub bytes: u64,
    /// From the start of the job until its first batch was processed.
    pub times: Vec<Duration>,
}

/// How long a job takes that starts again with all keys.
pub fn recovery(
    setting: &Setting,
    state: State,
    instances: usize,
    rounds: usize,
) -> Result<Recovery> {
    let directory = setting.fresh();
    let mut recovery = Recovery::default();
    for round in 0..=rounds {
        runtime().block_on(async {
            let seen = Seen::default();
            let config = Config::default().checkpoints(&directory);
            let begin = Instant::now();
            let mut job = state.durable(setting.source(&seen), instances).start(config)?;
            while seen.notes().first.is_none() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            match seen.notes().first {
                Some(first) if round > 0 => recovery.times.push(first - begin),
                _ => {}
            }
            // What is restored next: a checkpoint with all keys, and one or two with changes.
            loaded(&job, if round == 0 { setting.keys } else { 0 }, round == 0).await;
            job.suspend().await
        })?;
        recovery.bytes = bytes_of(&directory)?;
    }
    Ok(recovery)
}

/// How long a job takes from a panic until its next batch has been processed, restart included.
pub fn restarts(setting: &Setting, rounds: usize) -> Result<Vec<Duration>> {
    let at_once = Restarts::up_to(u32::MAX).backoff(Duration::ZERO, Duration::ZERO);
    let config = Config::default().checkpoints(setting.fresh()).restarts(at_once);
    let config = config.checkpoint_every(Duration::from_millis(100));
    runtime().block_on(async {
        let seen = Seen::default();
        let source = setting.source(&seen);
        let gate = source.gate.clone();
        let mut job = State::Number.durable(source, 1).start(config)?;
        let mut times = Vec::new();
        for _ in 0..rounds {
            loaded(&job, setting.keys, true).await;
            let before = seen.notes().panicked;
            gate.panic_next();
            let time = loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let notes = seen.notes();
                if let (Some(panicked), Some(first)) = (notes.panicked, notes.first)
                    && notes.panicked != before
                {
                    break first - panicked;
                }
            };
            times.push(time);
        }
        job.abort();
        job.wait().await.ok();
        Ok(times)
    })
}

fn bytes_of(directory: &Path) -> std::io::Result<u64> {
    let files = std::fs::read_dir(directory)?;
    files.map(|file| Ok(file?.metadata()?.len())).sum()
}
