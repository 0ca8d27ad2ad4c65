//! The expansion of the macros: `fraud_readme` without them, by hand.
//!
//! ```text
//! cargo run --release --example expanded
//! ```
//! prints what `fraud_readme` prints. [`topology`] is what `topology!` expands to, with the paths
//! shortened by `use`; a test compares the two token by token. [`operators`] is what `#[operator]`
//! adds to its functions. Nothing in either is out of reach for a program without macros.

pub mod operators;
pub mod topology;

use millstream::prelude::*;

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let alerts = Collected::new();
    let topology = topology::fraud(demo::transactions(), alerts.sink());
    if topology.print_answer(std::env::args(), &Config::from_env()?)? {
        return Ok(());
    }
    let mut job = topology.start(Config::from_env()?)?;
    job.run_until_signalled().await?;
    println!("{} alerts\n\n{}", alerts.take().len(), job.metrics());
    Ok(())
}
