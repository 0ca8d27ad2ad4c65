//! A method that the events lack.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        words >> map(|word| word.to_upercase()) >> ignore,
    );
}
