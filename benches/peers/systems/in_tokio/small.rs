//! Works with almost no input, with two tasks for the step.

use super::tasks::{Tasks, runtime, sink, step};
use super::wire::{In, Split, Wire, link, links};
use crate::systems::Ready;
use std::time::Duration;

/// A pipeline that waits for its source.
pub fn idle<W: Wire>(seconds: u64) -> Ready {
    Box::new(move || {
        runtime(1).block_on(async {
            let (sender, input) = link::<W, u64>();
            let mut tasks = pipeline(input);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            drop(sender);
            while tasks.join_next().await.is_some() {}
        });
        0.into()
    })
}

/// Runs pipeline after pipeline, each of one event.
pub fn start<W: Wire>(pipelines: u64) -> Ready {
    Box::new(move || {
        runtime(1).block_on(async {
            for _ in 0..pipelines {
                let (mut sender, input) = link::<W, u64>();
                let tasks = pipeline(input);
                sender.put(1).await;
                sender.flush().await;
                drop(sender);
                tasks.join_all().await;
            }
        });
        pipelines.into()
    })
}

/// A pipeline whose source reads a channel.
fn pipeline<W: Wire>(input: In<W, u64>) -> Tasks {
    let (to_steps, parts) = links::<W, u64>(2);
    let (to_sink, events) = link::<W, u64>();
    let mut tasks = Tasks::new();
    tasks.spawn(share_out(input, to_steps));
    for events in parts {
        tasks.spawn(step(events, to_sink.clone(), Some));
    }
    drop(to_sink);
    tasks.spawn(sink(events, drop));
    tasks
}

async fn share_out<W: Wire>(mut input: In<W, u64>, mut to: Split<W, u64>) {
    while let Some(parcel) = input.parcel().await {
        to.share_out(parcel.into_iter(), |event| *event).await;
        to.flush().await;
    }
}
