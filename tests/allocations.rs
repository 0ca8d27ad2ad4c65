//! A steady job allocates nothing for an event: batches go back to their senders, and keys that
//! are known have their place.
//!
//! A job runs on N and on 4 N events, on one thread and in the same order every time. What it
//! allocates at its start, and until its tables have grown, is the same in both runs; so what the
//! longer run allocates more is what the events themselves take.

use millstream::prelude::*;
use millstream_benches::steady::{
    self, Auctions, Events, PERIOD, Payments, SLIDING_GAP, TUMBLING_GAP,
};

/// How many events travel together.
const BATCH: u64 = 1_024;

/// So many keys that their states are a large table.
const KEYS: u64 = 100_000;

/// How many allocations two runs may differ by for other reasons than their events, such as what
/// the first of them sets up for its thread. There are 768 batches more in the longer run.
const SLACK: u64 = 8;

/// The allocations of a run; a growing `Vec` counts each time. Other tests, which have threads of
/// their own, are not counted. Nothing is flushed because time has passed: like a wait, that takes a
/// future on the heap, every few milliseconds and not for an event.
fn allocations(topology: Topology) -> u64 {
    let mut ended = Ok(());
    let config = Config::default().flush_within(1.hours());
    let counted =
        allocation_counter::measure(|| ended = steady::run_with(topology, config).map(drop));
    ended.unwrap();
    counted.count_total
}

/// Fails if a job takes more than so many allocations for 100 batches.
#[track_caller]
fn takes(for_100_batches: u64, job: impl Fn(u64) -> Topology) {
    let (few, many) = (2 * PERIOD, 8 * PERIOD);
    let (less, more) = (allocations(job(few)), allocations(job(many)));
    let allowed = SLACK + (many - few) / BATCH * for_100_batches / 100;
    assert!(
        more <= less + allowed,
        "{less} allocations for {few} events and {more} for {many}: expected at most {allowed} more"
    );
}

#[test]
fn a_chain_allocates_nothing_for_an_event() {
    takes(0, |events| steady::chain(Events::new(events, KEYS)));
}

#[test]
fn a_count_of_known_keys_allocates_nothing_for_an_event() {
    takes(0, |events| steady::counts(Events::new(events, KEYS), 1));
}

/// A task that must wait does so in a future on the heap, and one more for what it waits for:
/// `Run` and `Outbox` are traits that are used as `dyn`. It waits when a channel is full, so
/// less often than once a batch.
#[test]
fn an_exchange_allocates_less_than_once_a_batch_and_only_to_wait() {
    takes(50, |events| steady::counts(Events::new(events, KEYS), 2));
}

#[test]
fn a_flat_map_allocates_nothing_for_an_event() {
    takes(0, |events| steady::flat_map(Events::new(events, KEYS)));
}

#[test]
fn a_fan_out_and_its_fan_in_allocate_nothing_for_an_event() {
    takes(0, |events| steady::fan_out(Events::new(events, KEYS)));
}

#[test]
fn analyzers_and_a_fan_in_by_key_allocate_nothing_though_keys_come_and_go() {
    takes(0, |payments| steady::fraud(Payments::new(payments)));
}

#[test]
fn tumbling_windows_allocate_nothing_for_an_event() {
    takes(0, |events| steady::by_minute(Events::new(events, 1_000).apart(TUMBLING_GAP)));
}

#[test]
fn sliding_windows_allocate_nothing_for_an_event() {
    takes(0, |events| steady::last_hour(Events::new(events, 10).apart(SLIDING_GAP)));
}

/// With so few keys that none of them is ever without an event that waits: its place would go to
/// another key, which may need more room.
#[test]
fn a_join_allocates_nothing_for_an_event() {
    takes(0, |events| steady::joined(Events::new(events, 5_000).halves()));
}

#[test]
fn a_query_of_bids_allocates_nothing_for_an_event() {
    takes(0, |events| steady::currency(Auctions::new(events)));
}

/// Yields once; returns at once every third time.
#[operator(in_flight = 64, order = none)]
async fn asked(event: u64) -> u64 {
    if !event.is_multiple_of(3) {
        tokio::task::yield_now().await;
    }
    event
}

/// The same with state, in the order of each key.
#[operator(in_flight = 64)]
async fn asked_by_key(event: u64, calls: &mut u64) -> u64 {
    if !event.is_multiple_of(3) {
        tokio::task::yield_now().await;
    }
    *calls += 1;
    event
}

/// The channel behind the operator is full after each batch: a future for the task that waits, and
/// one for what it waits for. A batch has 1,024 calls.
#[test]
fn calls_in_flight_allocate_only_to_wait() {
    takes(210, |events| topology!(source(from_iter(0..events)) >> asked >> sink(for_each(drop))));
    takes(210, |events| {
        topology!(
            source(from_iter(0..events))
                >> by(|event| event % 1_000)
                >> asked_by_key
                >> sink(for_each(drop)),
        )
    });
}
