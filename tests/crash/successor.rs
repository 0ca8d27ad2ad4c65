//! A process that is stopped, and wakes beside its successor.

use crate::driver::{Driver, Kind, number, report, seed};
use std::time::Duration;

/// The payments of a second, in both processes.
const PACE: &str = "30000";

#[test]
fn a_process_that_wakes_beside_its_successor_writes_nothing_any_more() {
    let (wanted, seed) = (number("MILLSTREAM_KILLS", 8).div_ceil(4).max(4), seed(7));
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Kind::ExactlyOnceParts, folder.path(), folder.path(), seed);
    driver.input.extend(5_000);
    let (mut stopped, mut ended) = (0, 0);
    while stopped < wanted {
        let mut first = driver.start(&["--pace", PACE]);
        assert!(first.runs(), "the job does not start: {}", driver.messages());
        let after = Duration::from_micros(driver.random.below(100_000));
        if first.ends_within(after).is_some() {
            driver.input.extend(10_000);
            continue;
        }
        first.signal("STOP");
        stopped += 1;
        let mut second = driver.start(&["--pace", PACE, "--successor", "yes"]);
        assert!(second.runs(), "the successor does not start: {}", driver.messages());
        std::thread::sleep(Duration::from_micros(driver.random.below(100_000)));
        first.signal("CONT");
        // Both run: the first one until it wants to write a checkpoint.
        ended += u64::from(!first.end().success());
        driver.look();
        driver.input.extend(5_000);
        assert!(second.end().success(), "the successor has failed: {}", driver.messages());
        driver.look();
    }
    driver.finish();
    assert!(driver.messages().contains("another process has taken over"));
    report(&format!(
        "successors: seed {seed}: {stopped} processes stopped and woken, {ended} of them shut out; \
         {} lines, none lost, none wrong",
        driver.lines()
    ));
}
