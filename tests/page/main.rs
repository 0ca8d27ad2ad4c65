//! The page of a job through real sockets: who may ask, what is answered, and what that costs the
//! job. What it says of the figures is tested beside its routes.

#![expect(clippy::disallowed_methods, reason = "clients of the page are no part of the job")]

mod access;
mod client;
mod life;
mod load;
mod mounted;
mod tapped;

use millstream::prelude::*;
use std::net::SocketAddr;
use tokio::sync::mpsc;

/// A job that runs until its channel is closed.
struct Running {
    job: Job,
    sender: mpsc::Sender<u32>,
    at: SocketAddr,
}

#[operator]
async fn doubled(number: u32) -> u32 {
    number * 2
}

/// A job with a page at any free port.
fn running(config: Config) -> Running {
    let (sender, numbers) = mpsc::channel(1_000);
    let topology = topology!(
        job("numbers", at_most_once),
        numbers = source(from_channel(numbers)),
        doubled = numbers >> buffer(64) >> doubled,
        doubled >> sink(for_each(drop::<u32>)),
    );
    let job = topology.start(config).unwrap();
    let at = job.page_address().expect("the page is served");
    Running { job, sender, at }
}
