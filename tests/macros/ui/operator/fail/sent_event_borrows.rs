//! Borrowed text is sent.

use millstream::prelude::*;

#[operator]
async fn words(line: String, out: &mut Output<&str>) {
    for word in line.split(' ') {
        out.send(word).await;
    }
}

fn main() {}
