//! A misspelt argument, two states, and another body of another type: all are told.

use millstream::prelude::*;

#[operator(naem = "length")]
async fn length(word: String, one: &mut u64, two: &mut u64) -> u64 {
    *one += *two;
    word.len()
}

#[operator]
async fn half(number: u64) -> u64 {
    number.to_string()
}

fn main() {}
