//! Shared code of the benchmarks: works and measurement.

pub mod counted;
pub mod features;
pub mod fraud;
pub mod keyed;
pub mod measure;
pub mod nexmark;
pub mod rest;
pub mod stateless;
pub mod steady;
pub mod windows;
