//! The jobs of the book, run on known data: what they print, count and report is asserted.

mod bridges;
mod counting;
mod emission;
mod expanded;
mod features;
mod files;
mod fraud;
mod oracle;
mod rng;
mod usage;
mod windows;
