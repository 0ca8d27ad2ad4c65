//! A sink where a source should stand.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(Collected::<u64>::new().sink()),
        numbers >> ignore,
    );
}
