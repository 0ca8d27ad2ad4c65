//! What `topology!` brings into scope around all lines: no modules, whose names a program may use.

pub use super::checks::{SetFuturesApart as _, SetOutputsApart as _};
pub use super::words::{at_least_once, at_most_once, exactly_once, ignore};

/// The job of a topology for editors, which do not see the variable: they would offer its name.
#[cfg(rust_analyzer)]
#[doc(hidden)]
pub const __job: super::Builder = super::Builder::new("job");
