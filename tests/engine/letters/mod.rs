//! Dead letters: events on which operators fail or panic, written to a file and replayed.

mod calls;
mod durable;
mod files;
mod panics;
mod steps;
