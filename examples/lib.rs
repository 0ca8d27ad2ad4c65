//! The parts of the examples that benchmarks and tests use too.

pub mod args;
pub mod card_features;
pub mod emission_map;
pub mod fraud_detection;
