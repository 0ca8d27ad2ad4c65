//! Edges that drop events when they are full: what is kept, what is dropped, what is counted.

use crate::simulation::{self, Simulated};
use crate::support::{BATCHES, INSTANCES, awaited, sorted, tagged};
use millstream::metrics::InstanceMetrics;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// How many events there are, and how many an edge holds.
const EVENTS: u64 = 1_000;
const ROOM: usize = 20;

/// The policies under which a producer does not wait.
const DROPPING: [Overflow; 2] = [Overflow::DropNewest, Overflow::DropOldest];

/// Every number of instances with every size of batches.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    INSTANCES.into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)))
}

fn started(topology: Topology, batch: usize) -> Simulated {
    let config = Config::default().batch(batch).buffer(ROOM);
    let mut simulated = simulation::start(9, topology, config).unwrap();
    simulated.work();
    simulated
}

/// Takes everything that comes, and lets the job go on after each event, to its end.
fn taken<T>(job: &mut Simulated, receiver: &mut mpsc::Receiver<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Ok(event) = receiver.try_recv() {
        all.push(event);
        job.work();
    }
    job.result().unwrap();
    all
}

fn total(job: &Simulated, node: &str) -> InstanceMetrics {
    job.job.metrics().node(node).unwrap().total()
}

/// Counts what it sees.
fn counting(seen: &Arc<AtomicU64>) -> impl Sink<u64> + use<> {
    let seen = Arc::clone(seen);
    for_each(move |_| {
        seen.fetch_add(1, Ordering::Relaxed);
    })
}

#[test]
fn a_consumer_that_is_stuck_does_not_stop_its_sibling() {
    for ((instances, batch), policy) in shapes().flat_map(|s| DROPPING.map(|policy| (s, policy))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let fast = Arc::new(AtomicU64::new(0));
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            slow = numbers >> shuffle >> overflow(policy) >> map(|number| number) * instances,
            slow >> sink(to_channel(sender)),
            slow.overflow >> ignore,
            numbers >> buffer(64) >> sink(counting(&fast)),
        );
        let mut job = started(topology, batch);
        assert!(!job.has_ended(), "{:?}", job.result());
        assert_eq!(fast.load(Ordering::Relaxed), EVENTS, "{policy:?}, {instances}, batch {batch}");
        let seen = taken(&mut job, &mut receiver).len() as u64;
        assert_eq!(total(&job, "slow").events_in, seen);
    }
}

#[test]
fn what_is_sent_is_what_is_taken_in_and_what_is_dropped() {
    let policies = [Overflow::DropNewest, Overflow::DropOldest, Overflow::Sample(7)];
    for ((instances, batch), policy) in shapes().flat_map(|s| policies.map(|policy| (s, policy))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            halves = numbers >> shuffle >> awaited * 2,
            slow =
                [halves, numbers] >> by(|number| *number) >> overflow(policy) >> tagged * instances,
            slow >> map(|(number, _)| number) >> sink(to_channel(sender)),
            slow.overflow >> ignore,
        );
        let mut job = started(topology, batch);
        let seen = taken(&mut job, &mut receiver).len() as u64;
        let slow = total(&job, "slow");
        let (sent, what) = (2 * EVENTS, format!("{policy:?}, {instances}, batch {batch}"));
        assert_eq!(slow.events_in + slow.overflow, sent, "{what}");
        assert_eq!((slow.events_in, slow.events_out), (seen, seen));
        assert_eq!(total(&job, "slow_overflow_ignored").events_in, slow.overflow);
        assert!(slow.overflow > 0, "{what}: nothing was dropped, so nothing was tested");
        assert_eq!(total(&job, "map").overflow, 0, "{what}");
    }
}

#[test]
fn drop_newest_keeps_the_first_and_drop_oldest_the_last() {
    for (instances, batch) in shapes() {
        for policy in DROPPING {
            let (sender, mut receiver) = mpsc::channel(1);
            let topology = topology!(
                slow = source(from_iter(0..EVENTS))
                    >> by(|number| number % 10)
                    >> overflow(policy)
                    >> tagged * instances,
                slow >> sink(to_channel(sender)),
                slow.overflow >> ignore,
            );
            let mut job = started(topology, batch);
            let seen = taken(&mut job, &mut receiver);
            for instance in 0..instances {
                let seen = seen.iter().filter(|(_, tag)| *tag == instance);
                let seen: Vec<u64> = seen.map(|(number, _)| *number).collect();
                assert!(seen.is_sorted(), "{policy:?}: {seen:?}");
                // All that ever came here: the keys that are here, every tenth number each.
                let keys: Vec<u64> = sorted(seen.iter().map(|number| number % 10).collect());
                let came: Vec<u64> =
                    (0..EVENTS).filter(|number| keys.contains(&(number % 10))).collect();
                if policy == Overflow::DropNewest {
                    assert_eq!(seen[..ROOM], came[..ROOM], "{instances}, batch {batch}");
                } else {
                    let last = seen.len() - ROOM;
                    assert_eq!(seen[last..], came[came.len() - ROOM..], "{instances}, {batch}");
                }
            }
        }
    }
}

#[test]
fn a_sample_is_never_farther_apart_than_it_says() {
    for (instances, batch) in shapes() {
        let (sender, mut receiver) = mpsc::channel(1);
        let fast = Arc::new(AtomicU64::new(0));
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            slow = numbers >> to_all >> overflow(sample(5)) >> tagged * instances,
            slow >> sink(to_channel(sender)),
            slow.overflow >> ignore,
            numbers >> buffer(64) >> sink(counting(&fast)),
        );
        let mut job = started(topology, batch);
        // It waits in the end, or it would not be a sample; but it has let more through than fits.
        let before = fast.load(Ordering::Relaxed);
        assert!(before > ROOM as u64 || batch > ROOM, "{before}");
        assert!(!job.has_ended(), "{:?}", job.result());
        let seen = taken(&mut job, &mut receiver);
        assert_eq!(fast.load(Ordering::Relaxed), EVENTS);
        for instance in 0..instances {
            let numbers = seen.iter().filter(|(_, tag)| *tag == instance);
            let numbers: Vec<u64> = numbers.map(|(number, _)| *number).collect();
            let gaps = numbers.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.clone().all(|gap| (1..=5).contains(&gap)), "{numbers:?}");
            assert!(gaps.max() > Some(1), "nothing was dropped, so nothing was tested");
        }
    }
}

#[test]
fn a_sample_of_every_event_loses_none() {
    for (instances, batch) in shapes() {
        let (sender, mut receiver) = mpsc::channel(1);
        let topology = topology!(
            slow = source(from_iter(0..EVENTS))
                >> shuffle
                >> overflow(sample(1))
                >> map(|number| number) * instances,
            slow >> sink(to_channel(sender)),
            slow.overflow >> ignore,
        );
        let mut job = started(topology, batch);
        let seen = taken(&mut job, &mut receiver);
        assert_eq!(sorted(seen), (0..EVENTS).collect::<Vec<_>>());
        assert_eq!(total(&job, "slow").overflow, 0);
    }
}

#[operator]
async fn contents(window: Window<u64, u64>) -> Vec<u64> {
    window.events().to_vec()
}

#[test]
fn watermarks_are_not_dropped_and_close_windows() {
    for ((instances, batch), policy) in shapes().flat_map(|s| DROPPING.map(|policy| (s, policy))) {
        let (to_job, input) = mpsc::channel(2 * EVENTS as usize);
        (0..EVENTS).for_each(|number| to_job.try_send(number).unwrap());
        let (sender, mut receiver) = mpsc::channel(1);
        let topology = topology!(
            numbers = source(from_channel(input))
                >> event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs())),
            windows = numbers
                >> by(|number| number % 3)
                >> overflow(policy)
                >> window(tumbling(100.secs()))
                >> contents * instances,
            windows >> sink(to_channel(sender)),
            windows.late >> ignore,
            windows.overflow >> ignore,
        );
        let mut job = started(topology, batch);
        let mut seen = Vec::new();
        while let Ok(number) = receiver.try_recv() {
            seen.push(number);
            job.work();
        }
        // The input has not ended, so it was a watermark that closed all windows but the last ones.
        assert!(!job.has_ended());
        let closed = total(&job, "windows");
        let kept: Vec<u64> = seen.iter().copied().filter(|number| *number < EVENTS - 100).collect();
        assert_eq!(seen, kept, "a window was closed early");
        drop(to_job);
        job.work();
        seen.extend(taken(&mut job, &mut receiver));
        let windows = total(&job, "windows");
        assert_eq!((windows.late, closed.late), (0, 0));
        assert_eq!(seen.len() as u64 + windows.overflow, EVENTS, "{policy:?}, {instances}");
        assert!(windows.overflow > 0, "nothing was dropped, so nothing was tested");
        assert!(batch > ROOM || !kept.is_empty(), "{policy:?}, {instances}, {batch}");
    }
}

#[test]
fn what_is_dropped_comes_out_of_the_overflow_output() {
    for ((instances, batch), policy) in
        shapes().flat_map(|s| [DROPPING[0], DROPPING[1], Overflow::Sample(4)].map(|p| (s, p)))
    {
        let (sender, mut receiver) = mpsc::channel(1);
        let kept = Collected::new();
        let topology = topology!(
            low = source(from_iter(0..EVENTS / 2)),
            high = source(from_iter(EVENTS / 2..EVENTS)) >> shuffle >> map(|number| number) * 3,
            slow = [low, high] >> by(|number| *number) >> overflow(policy) >> tagged * instances,
            slow >> map(|(number, _)| number) >> sink(to_channel(sender)),
            lost = slow.overflow >> filter(|number| *number < EVENTS) * instances,
            lost >> sink(kept.sink()),
        );
        let mut job = started(topology, batch);
        let seen = taken(&mut job, &mut receiver);
        let (lost, slow) = (kept.take(), total(&job, "slow"));
        assert_eq!((slow.overflow, slow.dropped), (lost.len() as u64, 0), "{policy:?}, {batch}");
        assert_eq!(total(&job, "lost").events_in, slow.overflow);
        assert!(!lost.is_empty(), "nothing was dropped, so nothing was tested");
        assert_eq!(sorted([seen, lost].concat()), (0..EVENTS).collect::<Vec<_>>());
    }
}

#[test]
fn every_kind_of_node_has_an_overflow_output() {
    for (instances, policy) in INSTANCES.into_iter().flat_map(|n| DROPPING.map(|p| (n, p))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let lost = [(); 3].map(|()| Collected::<u64>::new());
        let [first, second, third] = &lost;
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS))
                >> event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs())),
            ordered = numbers >> overflow(policy) >> in_order(|number| *number),
            gone = ordered.overflow >> map(|number: u64| number),
            gone >> sink(first.sink()),
            spread = ordered >> shuffle >> overflow(policy) >> awaited * instances,
            spread.overflow >> sink(second.sink()),
            windows = spread
                >> by(|number| number % 3)
                >> overflow(policy)
                >> window(tumbling(1.secs()))
                >> contents * instances,
            windows.overflow
                >> by(|number| number % 3)
                >> tagged * 2
                >> map(|(number, _)| number)
                >> sink(third.sink()),
            windows >> sink(to_channel(sender)),
            [ordered.late, windows.late] >> ignore,
        );
        let mut job = started(topology, 7);
        let mut all = taken(&mut job, &mut receiver);
        for (node, lost) in ["ordered", "spread", "windows"].into_iter().zip(&lost) {
            let lost = lost.take();
            assert_eq!(total(&job, node).overflow, lost.len() as u64, "{node}");
            all.extend(lost);
        }
        assert_eq!(total(&job, "windows").late, 0);
        assert_eq!(sorted(all), (0..EVENTS).collect::<Vec<_>>(), "{policy:?}, {instances}");
    }
}

#[test]
fn an_overflow_output_that_is_full_holds_back_the_producer() {
    for (instances, batch) in shapes() {
        let ((sender, mut slow), (other, mut lost)) = (mpsc::channel(1), mpsc::channel(1));
        let topology = topology!(
            slow = source(from_iter(0..EVENTS))
                >> shuffle
                >> overflow(drop_oldest)
                >> awaited * instances,
            slow >> sink(to_channel(sender)),
            slow.overflow >> sink(to_channel(other)),
        );
        let mut job = started(topology, batch);
        assert!(!job.has_ended());
        let before = total(&job, "source").events_out;
        assert!(before < EVENTS || batch > ROOM, "nothing holds back the source");
        let (mut first, mut second) = (Vec::new(), Vec::new());
        loop {
            let (one, other) = (slow.try_recv(), lost.try_recv());
            if one.is_err() && other.is_err() {
                break;
            }
            first.extend(one);
            second.extend(other);
            job.work();
        }
        job.result().unwrap();
        assert_eq!(sorted([first, second].concat()), (0..EVENTS).collect::<Vec<_>>());
    }
}

#[test]
fn what_is_kept_does_not_wait_for_more() {
    for ((instances, batch), policy) in shapes().flat_map(|s| DROPPING.map(|policy| (s, policy))) {
        let ((to_job, input), (output, mut from_job)) =
            (mpsc::channel::<u64>(100), mpsc::channel(1));
        let topology = topology!(
            slow = source(from_channel(input))
                >> shuffle
                >> overflow(policy)
                >> map(|number| number) * instances,
            slow >> sink(to_channel(output)),
            slow.overflow >> ignore,
        );
        let mut job = started(topology, batch);
        for number in 0..5_u64 {
            to_job.try_send(number).unwrap();
            job.work();
            assert_eq!(from_job.try_recv(), Ok(number), "{policy:?}, {instances}, batch {batch}");
        }
        // Now it is full; what it holds comes out although nothing more goes in.
        (5..100).for_each(|number| to_job.try_send(number).unwrap());
        job.work();
        let mut seen = 0;
        while from_job.try_recv().is_ok() {
            seen += 1;
            job.work();
        }
        assert_eq!(seen + total(&job, "slow").overflow, 95);
        assert!(!job.has_ended());
    }
}

#[test]
fn without_a_policy_nothing_is_dropped() {
    for ((instances, batch), policy) in shapes().flat_map(|s| [false, true].map(|p| (s, p))) {
        let (sender, mut receiver) = mpsc::channel(1);
        let numbers = from_iter(0..EVENTS);
        let topology = if policy {
            topology!(
                slow = source(numbers)
                    >> shuffle
                    >> overflow(block)
                    >> map(|number| number) * instances,
                slow >> sink(to_channel(sender)),
                slow.overflow >> ignore,
            )
        } else {
            topology!(
                slow = source(numbers) >> shuffle >> map(|number| number) * instances,
                slow >> sink(to_channel(sender)),
            )
        };
        let mut job = started(topology, batch);
        let seen = taken(&mut job, &mut receiver);
        assert_eq!(sorted(seen), (0..EVENTS).collect::<Vec<_>>());
        assert_eq!((total(&job, "slow").overflow, total(&job, "slow").dropped), (0, 0));
    }
}

#[test]
fn the_names_of_policies_are_free_everywhere_else() {
    let kept = Collected::new();
    let (block, sample) = (1_u64, 2_u64);
    let topology = topology!(
        one = source(from_iter(0..3_u64)) >> overflow(drop_newest) >> map(|block: u64| block + 1),
        one.overflow >> ignore,
        one >> map(move |number| number * sample + block) >> sink(kept.sink())
    );
    simulation::run(1, topology, Config::default()).unwrap();
    assert_eq!(kept.take(), [3, 5, 7]);
}
