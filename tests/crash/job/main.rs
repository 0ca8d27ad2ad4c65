//! The process that the driver kills.

mod clock;
mod process;
mod totals;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    process::main().await
}
