//! The language of millstream topologies: its words, its mistakes, and its pictures.
//!
//! `topology!` checks a topology at compile time, the builder when the job starts. Both report the
//! same [sentence] for the same mistake. A valid topology is described by a [shape], which [draw]
//! renders as a picture or as text.

pub mod draw;
mod names;
pub mod sentence;
pub mod shape;
pub mod suggest;
pub mod words;

pub use names::short_name;
