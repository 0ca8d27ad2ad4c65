//! Features of card transactions as used by fraud models: the activity of customer and terminal in
//! the last 1, 7 and 30 days.

pub mod features;
pub mod file;
pub mod topology;

pub use topology::card_features;
