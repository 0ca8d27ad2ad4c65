//! Why a job is slow, and why a node is silent: one sentence each, from what is measured.
//!
//! Everything here is a function of [`LiveMetrics`](super::LiveMetrics): no clock, no task. One
//! node limits a job, as a rule: its input is full, it is at work all the time, and it is not
//! blocked itself. All others wait, for input or for room. [`Cause`] names it, and why more of the
//! same would help or not. A [`Silence`] is about a window, join or sink that emits nothing.

#[expect(clippy::module_inception, reason = "the folder is named after its main type")]
mod cause;
mod find;
mod headroom;
mod loads;
mod pressure;
mod reason;
mod sentence;
mod silence;
#[cfg(test)]
mod tests;
mod text;

pub use cause::Cause;
pub(crate) use pressure::{Pressure, PressureChange};
pub use reason::LimitReason;
pub use silence::{Silence, SilenceReason};
