//! Which operators run as a step of a loop and which as a future; and all of them as functions.

use millstream::operator::{Awaits, Operator, Stepping};
use millstream::prelude::*;
use std::any::TypeId;
use std::num::ParseIntError;

/// Awaits, though nobody sees it.
macro_rules! hidden {
    ($number:expr) => {
        doubled($number).await
    };
}

/// Does not await, but the attribute cannot know.
macro_rules! harmless {
    ($number:expr) => {
        2 * $number
    };
}

async fn doubled(number: u64) -> u64 {
    tokio::task::yield_now().await;
    2 * number
}

#[operator]
async fn plain(number: u64) -> u64 {
    2 * number
}

#[operator]
async fn with_known_macros(number: u64) -> Vec<u64> {
    assert!(!matches!(number, u64::MAX), "{number}");
    vec![number, 2 * number]
}

#[operator]
async fn with_control_flow(line: String) -> Result<Option<u64>, ParseIntError> {
    if !line.is_empty() { line.parse().map(Some) } else { Ok(None) }
}

#[operator]
async fn with_state(number: u64, sum: &mut u64) -> impl Iterator<Item = u64> {
    *sum += number;
    let sum = *sum;
    (0..2).map(move |times| times * sum)
}

/// The word `.await` in a comment and in a text is no await.
#[operator]
async fn with_the_word_only(number: u64) -> String {
    // doubled(number).await
    format!("{number}.await")
}

#[operator]
async fn with_await(number: u64) -> u64 {
    doubled(number).await
}

#[operator]
async fn with_await_far_inside(number: u64) -> Option<u64> {
    match number {
        0 => None,
        _ => Some([if number > 1 { doubled(number).await } else { number }][0]),
    }
}

#[operator]
async fn with_hidden_await(number: u64) -> u64 {
    hidden!(number)
}

#[operator]
async fn with_unknown_macro(number: u64) -> u64 {
    harmless!(number)
}

#[operator]
async fn with_join(number: u64) -> u64 {
    let (one, two) = tokio::join!(doubled(number), doubled(number));
    one + two
}

#[operator]
async fn with_output(number: u64, out: &mut Output<u64>) {
    out.send(2 * number).await;
}

/// How an operator runs.
fn mode<T, O: Operator<T, Mode: 'static>>(_: O) -> TypeId {
    TypeId::of::<O::Mode>()
}

#[test]
fn await_free_bodies_step() {
    for (name, mode) in [
        ("plain", mode::<u64, _>(plain {})),
        ("with_known_macros", mode::<u64, _>(with_known_macros {})),
        ("with_control_flow", mode::<String, _>(with_control_flow {})),
        ("with_state", mode::<u64, _>(with_state {})),
        ("with_the_word_only", mode::<u64, _>(with_the_word_only {})),
    ] {
        assert_eq!(mode, TypeId::of::<Stepping>(), "{name}");
    }
}

#[test]
fn bodies_that_may_await_are_futures() {
    for (name, mode) in [
        ("with_await", mode::<u64, _>(with_await {})),
        ("with_await_far_inside", mode::<u64, _>(with_await_far_inside {})),
        ("with_hidden_await", mode::<u64, _>(with_hidden_await {})),
        ("with_unknown_macro", mode::<u64, _>(with_unknown_macro {})),
        ("with_join", mode::<u64, _>(with_join {})),
        ("with_output", mode::<u64, _>(with_output {})),
    ] {
        assert_eq!(mode, TypeId::of::<Awaits>(), "{name}");
    }
}

#[tokio::test]
async fn an_operator_stays_a_function() {
    let mut sum = 5;
    assert_eq!(plain(2).await, 4);
    assert_eq!(with_known_macros(2).await, [2, 4]);
    assert_eq!(with_control_flow("7".into()).await, Ok(Some(7)));
    assert_eq!(with_control_flow(String::new()).await, Ok(None));
    assert!(with_control_flow("seven".into()).await.is_err());
    assert_eq!(with_state(1, &mut sum).await.collect::<Vec<_>>(), [0, 6]);
    assert_eq!(sum, 6);
    assert_eq!(with_the_word_only(2).await, "2.await");
    assert_eq!(with_await(2).await, 4);
    assert_eq!(with_await_far_inside(0).await, None);
    assert_eq!(with_hidden_await(2).await, 4);
    assert_eq!(with_unknown_macro(2).await, 4);
    assert_eq!(with_join(2).await, 8);
}

#[tokio::test]
async fn steps_and_futures_give_the_same_results() {
    let (stepped, awaited) = (Collected::new(), Collected::new());
    let topology = topology!(
        numbers = source(from_iter(1..=100_u64)),
        once = numbers >> plain,
        once >> plain >> sink(stepped.sink()),
        numbers >> with_hidden_await >> with_output >> sink(awaited.sink()),
    );
    topology.run(Config::default().batch(8)).await.unwrap();
    let expected: Vec<u64> = (1..=100).map(|number| 4 * number).collect();
    assert_eq!(stepped.take(), expected);
    assert_eq!(awaited.take(), expected);
}
