//! A misspelt connector.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(form_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
