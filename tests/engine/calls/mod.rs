//! Calls in flight: how many at once, in which order, how long, how often.

mod blocked;
mod failing;
mod model;
mod order;
pub mod service;
mod timed;
