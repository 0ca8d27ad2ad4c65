//! The first lines of the README: `cargo run --example word_count`.

use millstream::prelude::*;

#[operator] // stays an ordinary async fn: call it in a unit test
async fn count(word: &'static str, seen: &mut u64) -> String {
    *seen += 1; // `&mut`: state, one value for each key
    format!("{word} {seen}")
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let words = "to be or not to be".split(' ');
    topology!(source(from_iter(words)) >> by(|word| *word) >> count >> sink(stdout_lines()))
        .run(Config::default())
        .await
}
