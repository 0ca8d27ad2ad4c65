//! The fraud detection job: three analyzers, whose scores are combined by transaction.

pub mod analyzers;
pub mod input;
pub mod score;
pub mod topology;

pub use topology::{FraudJob, fraud, fraud_with};
