//! Tests for sources, sinks and other parts that you write yourself; needs the feature `testkit`.
//!
//! Enable it for your tests only:
//!
//! ```toml
//! [dev-dependencies]
//! millstream = { version = "0.1", features = ["testkit"] }
//! ```
//!
//! [`laws`] has the rules that a sink has to keep so that a job can promise `exactly_once`.

pub mod laws;
