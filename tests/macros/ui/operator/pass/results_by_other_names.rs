//! Other names of `Result` and `Option`.

use millstream::operator::{Operator, Shape};
use millstream::prelude::*;
use std::{fmt, io, num::ParseIntError};

type Res<T> = Result<T, ParseIntError>;
type Maybe<T> = Option<T>;
type ParseResult = Result<Option<u64>, ParseIntError>;
type Batch<T> = Vec<T>;

#[operator]
async fn read(line: String) -> io::Result<String> {
    Ok(line)
}
#[operator]
async fn parsed(line: String) -> Res<u64> {
    line.parse()
}
#[operator]
async fn large(number: u64) -> Maybe<u64> {
    (number > 1).then_some(number)
}
#[operator]
async fn listed(number: u64) -> Res<Vec<u64>> {
    Ok(vec![number; 2])
}
#[operator]
async fn awaited(number: u64) -> ParseResult {
    std::future::ready(()).await;
    Ok(Some(number))
}
#[operator]
async fn sent(number: u64, out: &mut Output<u64>) -> fmt::Result {
    out.send(number).await;
    Ok(())
}
#[operator]
async fn together(number: u64) -> Batch<u64> {
    vec![number]
}

fn shape<In, O: Operator<In>>(_: O) -> Shape {
    O::SHAPE
}

pub fn main() {
    let _ = topology!(
        lines = source(from_iter(["1".to_string()])),
        read = lines >> read,
        parsed = read >> parsed,
        listed = parsed >> large >> listed,
        awaited = listed >> awaited,
        sent = awaited >> sent,
        sent >> together >> map(|batch: Vec<u64>| batch.len()) >> ignore,
        read.errors >> ignore,
        parsed.errors >> ignore,
        listed.errors >> ignore,
        awaited.errors >> ignore,
        sent.errors >> ignore,
    );
    assert_eq!(shape::<String, _>(parsed {}), Shape::OneToOne);
    assert_eq!(shape::<u64, _>(large {}), Shape::AtMostOne);
    assert_eq!(shape::<u64, _>(listed {}), Shape::Many);
    assert_eq!(shape::<u64, _>(awaited {}), Shape::AtMostOne);
    assert_eq!(shape::<u64, _>(together {}), Shape::OneToOne);
}
