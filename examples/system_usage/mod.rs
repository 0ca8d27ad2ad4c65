//! The system usage job: counts transactions, and the frauds among them.

pub mod store;
pub mod topology;

pub use topology::{Usage, Verdict, system_usage_of, verdicts_of};
