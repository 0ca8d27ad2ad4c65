//! Parts of the examples, shared with benchmarks and tests.

pub mod args;
pub mod card_features;
pub mod emission_map;
pub mod fraud_detection;
pub mod system_usage;
