//! The same by hand: a loop around `FuturesUnordered`, and a task for each call.

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use tokio::task::JoinSet;

/// Makes a call for each event, `limit` at once, those of a key one after the other; returns the sum
/// of the results.
pub async fn per_key<F>(
    events: impl Iterator<Item = u64>,
    limit: usize,
    key: impl Fn(u64) -> u64,
    call: impl Fn(u64) -> F,
) -> u64
where
    F: Future<Output = u64>,
{
    let tagged = |event: u64| {
        let (key, call) = (key(event), call(event));
        async move { (key, call.await) }
    };
    let (mut calls, mut lines) = (FuturesUnordered::new(), HashMap::<u64, VecDeque<u64>>::new());
    let (mut events, mut sum) = (events, 0_u64);
    loop {
        while calls.len() < limit
            && let Some(event) = events.next()
        {
            match lines.get_mut(&key(event)) {
                Some(line) => line.push_back(event),
                None => {
                    lines.insert(key(event), VecDeque::new());
                    calls.push(tagged(event));
                }
            }
        }
        let Some((key, result)) = calls.next().await else { return sum };
        sum = sum.wrapping_add(result);
        match lines.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(next) => calls.push(tagged(next)),
            None => drop(lines.remove(&key)),
        }
    }
}

/// Makes a call for each event, `limit` at once, in any order.
pub async fn unordered<F>(
    events: impl Iterator<Item = u64>,
    limit: usize,
    call: impl Fn(u64) -> F,
) -> u64
where
    F: Future<Output = u64>,
{
    let calls = futures::stream::iter(events).map(call).buffer_unordered(limit);
    calls.fold(0, |sum: u64, result| async move { sum.wrapping_add(result) }).await
}

/// Makes a call for each event in a task of its own, `limit` at once.
pub async fn spawned<F>(
    events: impl Iterator<Item = u64>,
    limit: usize,
    call: impl Fn(u64) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let (mut calls, mut sum) = (JoinSet::new(), 0_u64);
    for event in events {
        if calls.len() == limit
            && let Some(result) = calls.join_next().await
        {
            sum = sum.wrapping_add(result.unwrap_or_default());
        }
        calls.spawn(call(event));
    }
    while let Some(result) = calls.join_next().await {
        sum = sum.wrapping_add(result.unwrap_or_default());
    }
    sum
}
