//! Works with almost no input.

use super::{Ready, Workers, config};
use millstream::prelude::*;
use std::time::Duration;

/// A job at two instances that waits for its source.
pub fn idle(seconds: u64, workers: Workers) -> Ready {
    Box::new(move || {
        let (sender, receiver) = tokio::sync::mpsc::channel::<u64>(16);
        let topology = topology!(
            source(from_channel(receiver))
                >> by(|n| *n)
                >> map(|n| n) * 2
                >> sink(for_each(drop::<u64>)),
        );
        workers.block_on(async move {
            let mut job = started(topology);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            drop(sender);
            ended(job.wait().await);
        });
        0.into()
    })
}

/// Runs job after job, each of one event and with an exchange, on one thread.
pub fn start(jobs: u64) -> Ready {
    Box::new(move || {
        Workers::One.block_on(async move {
            for _ in 0..jobs {
                let topology = topology!(
                    source(from_iter([1_u64]))
                        >> by(|n| *n)
                        >> map(|n| n) * 2
                        >> sink(for_each(drop::<u64>)),
                );
                ended(started(topology).wait().await);
            }
        });
        jobs.into()
    })
}

fn started(topology: Topology) -> Job {
    match topology.start(config()) {
        Ok(job) => job,
        Err(error) => panic!("the job did not start: {error}"),
    }
}

fn ended(result: millstream::Result<()>) {
    if let Err(error) = result {
        panic!("the job failed: {error}");
    }
}
