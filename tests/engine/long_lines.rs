//! Long lines: a chain that has come to its greatest length, 16 links, ends in an output, in the
//! same task. Whatever may follow a node may follow it there, too.

use crate::support::sorted;
use millstream::prelude::*;

fn add_one(n: i64) -> i64 {
    n + 1
}

/// So many `map`s, each of which adds 1. By a function, not a closure: chains of equal types are
/// compiled once.
macro_rules! maps {
    ($stream:expr;) => { $stream };
    ($stream:expr; $first:tt $($rest:tt)*) => { maps!($stream.map(add_one); $($rest)*) };
}

/// Wires what is written downstream of 14 to 16 `map`s, and runs each: a job, the stream, how many.
/// With the source the last but one of these chains has 16 links.
macro_rules! at_the_greatest_length {
    (|$job:ident, $stream:ident, $maps:ident| $body:block) => {
        at_the_greatest_length!(14; |$job, $stream, $maps| $body; [1 2 3 4 5 6 7 8 9 10 11 12 13 14]);
        at_the_greatest_length!(
            15; |$job, $stream, $maps| $body; [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15]);
        at_the_greatest_length!(
            16; |$job, $stream, $maps| $body; [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]);
    };
    ($count:literal; |$job:ident, $stream:ident, $maps:ident| $body:block; [$($one:tt)+]) => {
        for batch in [1, 7, 1_024] {
            let $maps: i64 = $count;
            let $job = Builder::new("long");
            let $stream = maps!($job.source(from_iter(0..100_i64)); $($one)+);
            let (check, topology): (Box<dyn FnOnce()>, Topology) = $body;
            crate::support::run_on_disk(topology, Config::default().batch(batch)).await.unwrap();
            check();
        }
    };
}

/// The numbers that come out of so many `map`s.
fn numbers(maps: i64) -> Vec<i64> {
    (maps..100 + maps).collect()
}

#[tokio::test]
async fn a_fan_out_at_the_greatest_length_has_all_events_at_each_use() {
    at_the_greatest_length!(|job, stream, maps| {
        let (one, two) = (Collected::new(), Collected::new());
        let both = stream.fan_out();
        both.tap().sink(one.sink());
        both.tap().map(|n| -n).sink(two.sink());
        let negative: Vec<i64> = numbers(maps).into_iter().map(|n| -n).collect();
        let check = move || assert_eq!((one.take(), two.take()), (numbers(maps), negative));
        (Box::new(check), job.build())
    });
}

#[tokio::test]
async fn event_time_and_its_order_may_be_assigned_at_the_greatest_length() {
    at_the_greatest_length!(|job, stream, maps| {
        let kept = Collected::new();
        let of = |n: &i64| EventTime::from_secs(n / 4 * 4 - n % 4);
        let ordered = stream.event_time(of, lateness(9.secs())).in_order(|n| *n).outputs();
        ordered.late.ignore();
        ordered.stream.sink(kept.sink());
        let mut wanted = numbers(maps);
        wanted.sort_by_key(|n| (of(n), *n));
        (Box::new(move || assert_eq!(kept.take(), wanted, "{maps}")), job.build())
    });
}

#[tokio::test]
async fn windows_and_keys_may_follow_at_the_greatest_length() {
    at_the_greatest_length!(|job, stream, maps| {
        let sums = Collected::new();
        let timed = stream.event_time(|n| EventTime::from_secs(*n), lateness(1.secs()));
        let by = timed.by(|n| n % 3).instances(2).window(tumbling(1_000.secs()));
        let windows = by.aggregate(|n| *n, sum()).outputs();
        windows.late.ignore();
        windows.stream.map(|window| window.value).sink(sums.sink());
        let of = move |rest| numbers(maps).iter().filter(|n| **n % 3 == rest).sum::<i64>();
        let wanted = sorted([0, 1, 2].map(of).to_vec());
        (Box::new(move || assert_eq!(sorted(sums.take()), wanted)), job.build())
    });
}

#[derive(Debug, Clone, Copy, Outputs)]
enum Parity {
    Even(i64),
    Odd(i64),
}

#[operator]
async fn parity(n: i64) -> Parity {
    if n % 2 == 0 { Parity::Even(n) } else { Parity::Odd(n) }
}

#[tokio::test]
async fn a_node_at_the_greatest_length_may_have_an_output_for_each_variant() {
    at_the_greatest_length!(|job, stream, maps| {
        let (even, odd) = (Collected::new(), Collected::new());
        let split = stream.then(parity {}).split();
        split.even.sink(even.sink());
        split.odd.sink(odd.sink());
        let (evens, odds) = numbers(maps).into_iter().partition::<Vec<_>, _>(|n| n % 2 == 0);
        (Box::new(move || assert_eq!((even.take(), odd.take()), (evens, odds))), job.build())
    });
}

#[tokio::test]
async fn a_stream_may_be_fed_back_and_merged_at_the_greatest_length() {
    at_the_greatest_length!(|job, stream, maps| {
        let kept = Collected::new();
        let (again, back) = job.feedback::<i64>(10_000, Overflow::DropOldest);
        let all = merge((stream.detached(), again.detached())).map(|n| n).fan_out();
        all.tap().sink(kept.sink());
        let small = all.tap().filter(move |n| *n < maps + 10);
        maps!(small; 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16).map(|n| n + 1_000).feedback(back);
        let mut wanted = numbers(maps);
        wanted.extend((maps..maps + 10).map(|n| n + 1_016));
        (Box::new(move || assert_eq!(sorted(kept.take()), sorted(wanted))), job.build())
    });
}

macro_rules! ten {
    ($stream:expr) => {
        maps!($stream; 1 2 3 4 5 6 7 8 9 10)
    };
}

/// A line of 120 verbs.
fn line(numbers: impl Source<i64>, sink: impl Sink<i64>) -> Topology {
    let job = Builder::new("long");
    let numbers = job.source(numbers).named("numbers");
    let numbers = ten!(ten!(ten!(ten!(ten!(ten!(numbers))))));
    let numbers = ten!(ten!(ten!(ten!(ten!(ten!(numbers))))));
    numbers.sink(sink);
    job.build()
}

#[tokio::test]
async fn a_line_of_120_verbs_emits_each_event_in_order_at_any_batch_size() {
    for batch in [1, 7, 1_024] {
        let sums = Collected::new();
        let topology = line(from_iter(0..2_000), sums.sink());
        crate::support::run_on_disk(topology, Config::default().batch(batch)).await.unwrap();
        assert_eq!(sums.take(), (120..2_120).collect::<Vec<_>>(), "batches of {batch}");
    }
}

#[test]
fn a_line_of_120_verbs_is_one_task_without_a_channel() {
    let topology = line(from_iter(0..1), Collected::new().sink());
    let plan = topology.plan(&Config::default()).unwrap();
    assert_eq!(plan.tasks(), 1);
    assert!(plan.edges().iter().all(|edge| edge.reason.is_call()));
}

/// Adds 1, and counts the events of its key.
#[operator]
async fn counted(n: i64, seen: &mut u64) -> i64 {
    *seen += 1;
    n + 1
}

/// The type of a stream must not contain that of the stream before it twice: a check of 16 operators
/// took nine minutes.
#[tokio::test]
async fn many_operators_with_state_may_follow_each_other() {
    let key = |n: &i64| n % 3;
    for batch in [1, 7, 1_024] {
        let all = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..100_i64)),
            a = numbers >> by(key) >> counted,
            b = a >> by(key) >> counted,
            c = b >> by(key) >> counted,
            d = c >> by(key) >> counted,
            e = d >> by(key) >> counted,
            f = e >> by(key) >> counted,
            g = f >> by(key) >> counted,
            h = g >> by(key) >> counted,
            i = h >> by(key) >> counted * 2,
            j = i >> by(key) >> counted * 2,
            k = j >> by(key) >> counted * 3,
            l = k >> by(key) >> counted * 3,
            m = l >> by(key) >> counted,
            n = m >> by(key) >> counted,
            o = n >> by(key) >> counted,
            p = o >> by(key) >> counted,
            p >> sink(all.sink()),
        );
        topology.run(Config::default().batch(batch)).await.unwrap();
        assert_eq!(sorted(all.take()), numbers(16), "{batch}");
    }
}
