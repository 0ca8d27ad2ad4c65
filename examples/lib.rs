//! The parts of the examples that benchmarks and tests use too.

pub mod fraud_detection;
