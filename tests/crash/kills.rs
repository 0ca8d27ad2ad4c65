//! A process that is killed.

use crate::driver::{Driver, Kind, Process, number, report, seed};
use crate::input::Random;
use std::time::Duration;

/// How many kills one job gets, before the next one begins anew.
const KILLS_OF_A_JOB: u64 = 25;

/// The payments of a second, in each process that is killed.
const PACE: &str = "30000";

/// Kills jobs in turn, until so many kills have hit one that was running.
fn killed(name: &str, kind: Kind, (wanted, seed): (u64, u64), options: &[&str]) {
    let (mut kills, mut lines, mut random) = (0, 0, Random(seed));
    while kills < wanted {
        let folder = tempfile::tempdir().unwrap();
        let mut driver = Driver::new(kind, folder.path(), folder.path(), random.next());
        driver.options = options.iter().map(ToString::to_string).collect();
        driver.input.extend(5_000);
        let until = wanted.min(kills + KILLS_OF_A_JOB);
        while kills < until {
            kills += u64::from(killed_once(&mut driver));
        }
        driver.finish();
        lines += driver.lines();
    }
    report(&format!(
        "{name}: seed {seed}: {kills} of {wanted} kills hit a running job; \
         {lines} lines, none lost, none wrong"
    ));
    assert!(kills >= wanted);
}

/// Starts a job and kills it at a random moment; whether it was running.
fn killed_once(driver: &mut Driver) -> bool {
    let longest = driver.random.one_of(&[5, 50, 400]);
    let after = Duration::from_micros(driver.random.below(longest * 1_000));
    let mut process = driver.start(&["--pace", PACE]);
    assert!(process.runs(), "the job does not start: {}", driver.messages());
    let was_running = match process.ends_within(after) {
        Some(status) => {
            assert!(status.success(), "the job ended with {status}: {}", driver.messages());
            // It has come to its end: more payments arrive.
            driver.input.extend(5_000);
            false
        }
        None => process.kill(),
    };
    driver.look();
    was_running
}

fn kills() -> u64 {
    number("MILLSTREAM_KILLS", 8)
}

#[test]
fn a_process_that_is_killed_has_written_each_line_once_after_every_commit() {
    let (kind, name) = (Kind::ExactlyOnceParts, "exactly once, parts");
    killed(name, kind, (kills(), seed(1)), &[]);
}

#[test]
fn a_process_that_is_killed_has_written_each_line_once_to_a_file() {
    let (kind, name) = (Kind::ExactlyOnceFile, "exactly once, a file");
    killed(name, kind, (kills().div_ceil(4), seed(2)), &[]);
}

#[test]
fn a_process_that_is_killed_has_written_each_line_at_least_once() {
    let (kind, name) = (Kind::AtLeastOnce, "at least once");
    killed(name, kind, (kills().div_ceil(4), seed(3)), &[]);
}

#[test]
fn a_clock_that_jumps_by_years_changes_nothing() {
    let (kind, name) = (Kind::ExactlyOnceParts, "a clock that jumps");
    killed(name, kind, (kills().div_ceil(4), seed(4)), &["--jumps", "4"]);
}

#[test]
fn a_process_that_is_killed_again_while_it_recovers_continues() {
    let (wanted, seed) = (kills().div_ceil(2), seed(5));
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Kind::ExactlyOnceParts, folder.path(), folder.path(), seed);
    driver.input.extend(5_000);
    let (mut recovering, mut running) = (0, 0);
    while recovering < wanted {
        // What there is to recover: the third process finds what the second was about to clear up.
        running += u64::from(killed_once(&mut driver));
        for _ in 0..3 {
            let longest = driver.random.one_of(&[2, 10, 30]);
            let after = Duration::from_micros(driver.random.below(longest * 1_000));
            let mut process: Process = driver.start(&["--pace", PACE]);
            std::thread::sleep(after);
            let was_killed = process.kill();
            recovering += u64::from(was_killed && !process.runs());
            driver.look();
        }
    }
    driver.finish();
    report(&format!(
        "kills while it recovers: seed {seed}: {recovering} of {wanted} hit a job that had not \
         begun to run, {running} more a running job; {} lines, none lost, none wrong",
        driver.lines()
    ));
}
