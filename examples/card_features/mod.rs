//! The features of a card transaction that fraud models use in practice: what its customer and its
//! terminal did in the last 1, 7 and 30 days.

pub mod features;
pub mod file;
pub mod topology;

pub use topology::card_features;
