//! What the benchmarks share: their work, and how it is measured.

pub mod features;
pub mod fraud;
pub mod generated;
pub mod keyed;
pub mod measure;
pub mod nexmark;
pub mod rest;
pub mod stateless;
pub mod steady;
pub mod windows;
