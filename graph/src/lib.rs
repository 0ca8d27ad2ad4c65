//! The rules for the shape of a millstream topology, and the sentences that explain them.
//!
//! `topology!` checks the shape at compile time, the builder when the job starts. Both say the same
//! about the same mistake, because both take the [sentence] from here. What they have checked can
//! be written down as a [shape], and [draw] makes a picture or a text of it.

pub mod draw;
mod names;
pub mod sentence;
pub mod shape;
pub mod suggest;
pub mod words;

pub use names::short_name;
