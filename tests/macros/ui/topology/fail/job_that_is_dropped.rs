//! A job that is started and dropped, which aborts it.

#![deny(unused_must_use)]

use millstream::prelude::*;

fn main() -> millstream::Result<()> {
    let topology = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
    topology.start(Config::default())?;
    Ok(())
}
