//! Every return type an operator may have.

use millstream::prelude::*;

#[operator]
async fn one(n: u64) -> u64 {
    n
}
#[operator]
async fn perhaps(n: u64) -> Option<u64> {
    Some(n)
}
#[operator]
async fn many(n: u64) -> Vec<u64> {
    vec![n; 2]
}
#[operator]
async fn some(n: u64) -> impl Iterator<Item = u64> {
    0..n
}
#[operator]
async fn fallible(s: String) -> Result<Option<u64>, std::num::ParseIntError> {
    s.parse().map(Some)
}
#[operator]
async fn sending(n: u64, out: &mut Output<u64>) {
    out.send(n).await
}

pub fn main() {
    let _ = (one {}, perhaps {}, many {}, some {}, fallible {}, sending {});
}
