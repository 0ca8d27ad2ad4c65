//! Jobs that should cost nothing: one that is idle, and one whose source is ten times too fast.

use cpu_time::ProcessTime;
use millstream::prelude::*;
use std::time::{Duration, Instant};

/// The CPU usage of a job whose source waits, in percent of a core.
pub async fn idle(pause: Duration) -> millstream::Result<f64> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<u64>(16);
    let ignored = for_each(drop::<u64>);
    let topology = topology!(
        job("idle"),
        source(from_channel(receiver)) >> by(|n| *n) >> map(|n| n) * 2 >> sink(ignored),
    );
    let mut job = topology.start(Config::default())?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    tokio::time::sleep(pause).await;
    let share = cpu.elapsed().as_secs_f64() / wall.elapsed().as_secs_f64();
    drop(sender);
    job.wait().await?;
    Ok(share * 100.0)
}

/// Resident memory in KiB after a tenth of the time and at the end, of a job whose sink is ten
/// times slower than its source.
pub async fn overload(time: Duration) -> millstream::Result<(u64, u64)> {
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<[u64; 16]>(1_024);
    let endless = from_iter((0_u64..).map(|n| [n; 16]));
    let topology = topology!(
        job("overload"),
        source(endless)
            >> by(|event| event[0])
            >> map(|event| event) * 2
            >> sink(to_channel(sender)),
    );
    let mut job = topology.start(Config::default())?;
    let start = Instant::now();
    let mut early = 0;
    while start.elapsed() < time {
        // The sink receives 100,000 events/s; the source can emit far more than ten times as many.
        for _ in 0..1_000 {
            receiver.recv().await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        if early == 0 && start.elapsed() > time / 10 {
            early = resident();
        }
    }
    let late = resident();
    job.abort();
    job.wait().await.err();
    Ok((early, late))
}

/// Resident memory of this process, in KiB; 0 if it cannot be read.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
