//! The macros from outside: what they accept, what they say about mistakes, and what they expand to.

mod builder;
mod formatting;
mod modes;
mod ui;
