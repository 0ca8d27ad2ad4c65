//! The simulation of crashes alone, for long runs: the tests of `engine::crashes`, in a binary that
//! is built with optimisation in a few minutes. Not part of `cargo test`; CONTRIBUTING.md has the
//! command.

#![expect(dead_code, reason = "the tests of the engine use more of what is shared")]

#[path = "../engine/crashes/mod.rs"]
mod crashes;
#[path = "../engine/simulation/mod.rs"]
mod simulation;
#[path = "../engine/support.rs"]
mod support;
