//! How long an event takes from its arrival to its result, beside plain tokio in the same run.

use super::operators::LATENCY;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use hdrhistogram::Histogram;
use millstream::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// An event: its key, and when it has arrived.
type Event = (u64, Instant);

/// How many arrive in a millisecond, and of how many keys.
const PER_MILLI: u64 = 10;
const KEYS: u64 = 20_000;

/// Delays in microseconds.
pub type Delays = Histogram<u64>;

#[operator(in_flight = 1_024)]
async fn asked(event: Event, calls: &mut u64) -> Event {
    tokio::time::sleep(LATENCY).await;
    *calls += 1;
    event
}

fn delays() -> Delays {
    Histogram::new(3).unwrap_or_else(|error| unreachable!("three digits are allowed: {error}"))
}

fn note(delays: &mut Delays, since: Instant) {
    let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Err(error) = delays.record(micros) {
        eprintln!("a delay of {micros} µs is not counted: {error}");
    }
}

/// Sends events at an even pace.
async fn send(into: mpsc::Sender<Event>, events: u64) {
    let mut pace = tokio::time::interval(Duration::from_millis(1));
    for milli in 0..events / PER_MILLI {
        pace.tick().await;
        for event in milli * PER_MILLI..(milli + 1) * PER_MILLI {
            let key = event.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            if into.send((key % KEYS, Instant::now())).await.is_err() {
                return;
            }
        }
    }
}

/// The delays of a job.
pub async fn of_job(events: u64) -> millstream::Result<Delays> {
    let (sender, receiver) = mpsc::channel(4_096);
    let delays = Arc::new(Mutex::new(delays()));
    let noted = Arc::clone(&delays);
    let topology = topology!(
        source(from_channel(receiver))
            >> by(|event: &Event| event.0)
            >> asked
            >> sink(for_each(move |event: Event| {
                if let Ok(mut delays) = noted.lock() {
                    note(&mut delays, event.1);
                }
            })),
    );
    let mut job = topology.start(Config::default())?;
    send(sender, events).await;
    job.wait().await?;
    let delays = delays.lock().map(|delays| delays.clone());
    Ok(delays.unwrap_or_else(|poisoned| poisoned.into_inner().clone()))
}

/// The delays of a loop by hand that does the same: one call of a key at a time.
pub async fn by_hand(events: u64) -> Delays {
    let (sender, mut receiver) = mpsc::channel(4_096);
    let sending = tokio::spawn(send(sender, events));
    let call = |event: Event| async move {
        tokio::time::sleep(LATENCY).await;
        event
    };
    let (mut calls, mut lines) = (FuturesUnordered::new(), HashMap::<u64, VecDeque<Event>>::new());
    let (mut delays, mut open) = (delays(), true);
    while open || !calls.is_empty() {
        tokio::select! {
            event = receiver.recv(), if open && calls.len() < 1_024 => match event {
                None => open = false,
                Some(event) => match lines.get_mut(&event.0) {
                    Some(line) => line.push_back(event),
                    None => {
                        lines.insert(event.0, VecDeque::new());
                        calls.push(call(event));
                    }
                },
            },
            Some((key, since)) = calls.next(), if !calls.is_empty() => {
                note(&mut delays, since);
                match lines.get_mut(&key).and_then(VecDeque::pop_front) {
                    Some(next) => calls.push(call(next)),
                    None => drop(lines.remove(&key)),
                }
            }
        }
    }
    drop(sending.await);
    delays
}
