//! A job in a process of its own, on real files, and everything that may happen to it.
//!
//! Each test is short unless `MILLSTREAM_KILLS` and `MILLSTREAM_POWER_CUTS` ask for more. The
//! moments of faults follow from a seed, which is printed and can be set by `MILLSTREAM_SEED`; where
//! the job is at such a moment depends on the machine.

mod disks;
mod driver;
mod flips;
mod input;
mod kills;
mod most;
mod output;
mod successor;
mod syscalls;

#[path = "job/totals.rs"]
mod totals;
