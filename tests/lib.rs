//! Nothing of its own: see `tests/` for the tests.

/// A program with strict lints, of which some look at public items of a library only.
#[path = "macros/ui/operator/pass/strict_lints.rs"]
pub mod strict_lints;
