//! The calls that are measured, as operators and by hand.

use millstream::prelude::*;
use std::time::Duration;

/// How long a call takes that waits.
pub const LATENCY: Duration = Duration::from_millis(20);

/// Returns at once.
pub async fn ready(event: u64) -> u64 {
    std::future::ready(event).await
}

/// Yields once.
pub async fn yielding(event: u64) -> u64 {
    tokio::task::yield_now().await;
    event
}

/// Waits as for a service.
pub async fn waiting(event: u64) -> u64 {
    tokio::time::sleep(LATENCY).await;
    event
}

#[operator]
pub async fn ready_1(event: u64) -> u64 {
    ready(event).await
}

#[operator(in_flight = 64, order = none)]
pub async fn ready_64(event: u64) -> u64 {
    ready(event).await
}

#[operator(in_flight = 64)]
pub async fn ready_in_order(event: u64) -> u64 {
    ready(event).await
}

#[operator(in_flight = 64, order = none, timeout = "2s")]
pub async fn ready_in_time(event: u64) -> u64 {
    ready(event).await
}

#[operator(in_flight = 64)]
pub async fn ready_keyed(event: u64, sum: &mut u64) -> u64 {
    *sum += ready(event).await;
    event
}

#[operator]
pub async fn ready_keyed_1(event: u64, sum: &mut u64) -> u64 {
    *sum += ready(event).await;
    event
}

#[operator]
pub async fn yielding_1(event: u64) -> u64 {
    yielding(event).await
}

#[operator(in_flight = 64, order = none)]
pub async fn yielding_64(event: u64) -> u64 {
    yielding(event).await
}

#[operator(in_flight = 64, order = none, timeout = "2s")]
pub async fn yielding_in_time(event: u64) -> u64 {
    yielding(event).await
}

#[operator(in_flight = 64)]
pub async fn yielding_keyed(event: u64, sum: &mut u64) -> u64 {
    *sum += yielding(event).await;
    event
}

#[operator(in_flight = 256, order = none)]
pub async fn waiting_256(event: u64) -> u64 {
    waiting(event).await
}

#[operator(in_flight = 4_096, order = none)]
pub async fn waiting_4096(event: u64) -> u64 {
    waiting(event).await
}

#[operator(errors = letters)]
pub async fn ready_letters(event: u64) -> Result<u64, &'static str> {
    Ok(ready(event).await)
}

#[operator(panics = route)]
pub async fn ready_routed(event: u64) -> Result<u64, &'static str> {
    Ok(ready(event).await)
}

#[operator(in_flight = 64, panics = route)]
pub async fn ready_keyed_routed(event: u64, sum: &mut u64) -> u64 {
    *sum += ready(event).await;
    event
}

/// Never awaits, and never fails, as far as the compiler can see at the call.
#[inline(never)]
fn checked(event: u64) -> Result<u64, &'static str> {
    if event == u64::MAX { Err("too large") } else { Ok(event) }
}

#[operator]
pub async fn step(event: u64) -> Result<u64, &'static str> {
    checked(event)
}

#[operator(errors = letters)]
pub async fn step_letters(event: u64) -> Result<u64, &'static str> {
    checked(event)
}

#[operator(panics = route)]
pub async fn step_routed(event: u64) -> Result<u64, &'static str> {
    checked(event)
}

#[operator]
pub async fn step_keyed(event: u64, sum: &mut u64) -> Result<u64, &'static str> {
    *sum += event;
    checked(event)
}

#[operator(panics = route)]
pub async fn step_keyed_routed(event: u64, sum: &mut u64) -> Result<u64, &'static str> {
    *sum += event;
    checked(event)
}
