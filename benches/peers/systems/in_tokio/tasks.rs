//! The tasks of a job, and how they run.

use super::wire::{In, Out, Split, Wire};
use crate::systems::Ready;
use crate::systems::sum::{Part, Total};
use std::hash::Hash;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// The tasks of a job.
pub type Tasks = JoinSet<()>;

/// A runtime for a number of instances.
pub fn runtime(instances: usize) -> Runtime {
    let mut builder = match instances {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    match builder.worker_threads(instances).enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no tokio runtime: {error}"),
    }
}

/// Runs a job to its end on a runtime of its own.
pub fn run(instances: usize, spawn: impl FnOnce(&mut Tasks)) {
    runtime(instances).block_on(async {
        let mut tasks = Tasks::new();
        spawn(&mut tasks);
        tasks.join_all().await;
    });
}

/// The checksum of a job's results.
pub fn sum(instances: usize, spawn: impl FnOnce(&mut Tasks, Part) + 'static) -> Ready {
    Box::new(move || {
        let total = Total::default();
        run(instances, |tasks| spawn(tasks, total.part()));
        total.get().into()
    })
}

/// Sends all events to one task.
pub async fn source<W: Wire, T: Clone + Send + 'static>(
    mut input: impl Iterator<Item = T>,
    mut to: Out<W, T>,
) {
    while let Some(parcel) = W::draw(&mut input) {
        to.send(parcel).await;
    }
}

/// Sends all events to the instances of their keys.
pub async fn source_by<W: Wire, T: Clone + Send + 'static, K: Hash>(
    mut input: impl Iterator<Item = T>,
    mut to: Split<W, T>,
    key: fn(&T) -> K,
) {
    if let Some(to) = to.single() {
        while let Some(parcel) = W::draw(&mut input) {
            to.send(parcel).await;
        }
        return;
    }
    to.share_out(input, key).await;
    to.flush().await;
}

/// A step that emits at most one event for each, message by message.
#[expect(clippy::redundant_closure, reason = "a closure is inlined, `&mut step` is not")]
pub async fn step<W: Wire, T: Send + 'static, U: Clone + Send + 'static>(
    mut from: In<W, T>,
    mut to: Out<W, U>,
    mut step: impl FnMut(T) -> Option<U>,
) {
    while let Some(parcel) = from.parcel().await {
        if let Some(parcel) = W::filter_map(parcel, |event| step(event)) {
            to.send(parcel).await;
        }
    }
}

/// The same to the instances of the keys.
#[expect(clippy::redundant_closure, reason = "a closure is inlined, `&mut step` is not")]
pub async fn step_by<W: Wire, T: Send + 'static, U: Clone + Send + 'static, K: Hash>(
    mut from: In<W, T>,
    mut to: Split<W, U>,
    mut step: impl FnMut(T) -> Option<U>,
    key: fn(&U) -> K,
) {
    while let Some(parcel) = from.parcel().await {
        if let Some(to) = to.single() {
            if let Some(parcel) = W::filter_map(parcel, |event| step(event)) {
                to.send(parcel).await;
            }
            continue;
        }
        to.share_out(parcel.into_iter().filter_map(|event| step(event)), key).await;
    }
    to.flush().await;
}

/// A step that may emit more than one event for each.
pub trait Many<T, U>: Send + 'static {
    /// The results of an event.
    fn take(&mut self, event: T, out: &mut Vec<U>);

    /// The results at the end of input.
    fn finish(&mut self, _: &mut Vec<U>) {}
}

/// Feeds events to a step until its results fill a message; returns whether they do.
fn take<W: Wire, T, U>(
    step: &mut impl Many<T, U>,
    events: &mut impl Iterator<Item = T>,
    out: &mut Vec<U>,
) -> bool {
    events.any(|event| {
        step.take(event, out);
        out.len() >= W::full::<U>()
    })
}

/// A task for such a step.
pub async fn many<W: Wire, T: Send + 'static, U: Clone + Send + 'static>(
    mut from: In<W, T>,
    mut to: Out<W, U>,
    mut step: impl Many<T, U>,
) {
    while let Some(parcel) = from.parcel().await {
        let mut events = parcel.into_iter();
        while take::<W, _, _>(&mut step, &mut events, &mut to.buffer) {
            to.flush().await;
        }
    }
    step.finish(&mut to.buffer);
    to.flush().await;
}

/// Receives all messages.
pub async fn sink<W: Wire, T: Send + 'static>(mut from: In<W, T>, mut take: impl FnMut(T)) {
    while let Some(parcel) = from.parcel().await {
        take_all(parcel, &mut take);
    }
}

/// Separate from the task, whose state is in memory: here that of `take` can be in registers.
fn take_all<T>(parcel: impl IntoIterator<Item = T>, take: &mut impl FnMut(T)) {
    for event in parcel {
        take(event);
    }
}

/// Sums all messages.
pub async fn adding<W: Wire>(from: In<W, u64>, mut part: Part) {
    sink(from, |value| part.add(value)).await;
}
