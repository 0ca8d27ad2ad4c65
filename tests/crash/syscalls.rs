//! Faults at each call to the disk, injected by `strace`.

use crate::driver::{Driver, Kind, number, report, seed};
use crate::input::Random;
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls by which something becomes durable, and the error of one that fails.
const CALLS: [(&str, &str); 3] =
    [("write", "error=ENOSPC"), ("fsync", "error=EIO"), ("rename", "error=EIO")];

/// Whether processes can be traced here; says why not.
fn can_trace() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"])
        .stderr(Stdio::null())
        .status();
    let reason = match tried {
        Ok(status) if status.success() => return true,
        Ok(status) => format!("strace does not work here: {status}"),
        Err(error) => format!("strace cannot be started: {error}"),
    };
    report(&format!("SKIPPED, faults of the disk: {reason}"));
    false
}

/// Which calls a fault hits: the N-th of this name in one thread that concerns one of the paths.
struct Calls {
    name: &'static str,
    /// Below the home of the job; anything if there are none.
    paths: Vec<String>,
}

/// The calls for a checkpoint of the first process.
fn of_checkpoint(number: u64, name: &'static str) -> Calls {
    let file = |ending| format!("checkpoints/{number:020}.{ending}");
    Calls { name, paths: vec![file("1.tmp"), file("delta"), "checkpoints".into()] }
}

/// How runs with a fault have ended.
#[derive(Debug, Default)]
struct Ends {
    killed: u64,
    failed: u64,
    well: u64,
}

/// Runs jobs that meet a fault at the first call, the second, and so on, `most` at most or until
/// there are no more calls; each is started again afterwards, without faults.
fn at_each(calls: &Calls, fault: &str, seed: u64, most: u64) -> Ends {
    let (mut ends, mut random) = (Ends::default(), Random(seed));
    for call in 1..=most {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let mut driver = Driver::new(Kind::ExactlyOnceParts, &home, &home, random.next());
        driver.input.extend(1_000);
        let log = home.join("calls.txt");
        driver.through = traced(calls, &format!("{fault}:when={call}"), &home, &log);
        // Each thread of a job that restarts meets the fault anew.
        let options = ["--pace", "10000", "--every", "20", "--restarts", "3"];
        let status = driver.start(&options).end();
        driver.look();
        let was_hit = std::fs::read_to_string(&log).unwrap().contains("(INJECTED)");
        ends.killed += u64::from(status.code().is_none());
        ends.failed += u64::from(status.code().is_some() && !status.success());
        ends.well += u64::from(status.success() && was_hit);
        driver.finish();
        if status.success() && !was_hit {
            break;
        }
    }
    ends
}

fn traced(calls: &Calls, fault: &str, home: &Path, log: &Path) -> Vec<String> {
    let Calls { name, paths } = calls;
    let mut line: Vec<_> = ["strace", "-f", "-qq", "-o"].map(String::from).into();
    line.push(log.to_str().unwrap().into());
    line.extend(["-e".into(), format!("trace={name}")]);
    line.extend(["-e".into(), format!("inject={name}:{fault}")]);
    for path in paths {
        line.extend(["-P".into(), home.join(path).to_str().unwrap().into()]);
    }
    line
}

/// How many calls are hit at most, where there is no end to them.
fn most() -> u64 {
    number("MILLSTREAM_CALLS", 4)
}

#[test]
fn a_process_that_is_killed_at_each_call_for_a_checkpoint_continues() {
    if !can_trace() {
        return;
    }
    // The first checkpoint takes possession of the output, the later ones count.
    for checkpoint in [1, 3] {
        for ((name, _), least) in CALLS.into_iter().zip([3, 3, 1]) {
            let Ends { killed, failed, .. } =
                at_each(&of_checkpoint(checkpoint, name), "signal=KILL", seed(9), 50);
            report(&format!(
                "killed at each {name} for checkpoint {checkpoint}: {killed}, none wrong"
            ));
            assert!(
                killed >= least && killed < 50 && failed == 0,
                "{killed} kills, {failed} errors"
            );
        }
    }
}

#[test]
fn a_process_that_is_killed_at_any_sync_rename_or_write_continues() {
    if !can_trace() {
        return;
    }
    for (name, _) in CALLS {
        let calls = Calls { name, paths: Vec::new() };
        let Ends { killed, .. } = at_each(&calls, "signal=KILL", seed(10), most());
        report(&format!("killed at the N-th {name} of a thread: {killed}, none wrong"));
        assert!(killed > 0);
    }
}

#[test]
fn a_sync_rename_or_write_of_a_checkpoint_that_fails_is_no_checkpoint() {
    if !can_trace() {
        return;
    }
    for (name, fault) in CALLS {
        for checkpoint in [1, 3] {
            let Ends { killed, failed, well } =
                at_each(&of_checkpoint(checkpoint, name), fault, seed(11), 50);
            report(&format!(
                "{fault} of each {name} for checkpoint {checkpoint}: the job has ended {failed} \
                 times with an error, {well} times it went on; none wrong"
            ));
            assert!(killed == 0 && failed + well > 0);
        }
    }
}

#[test]
fn a_sync_or_rename_that_fails_anywhere_loses_nothing() {
    if !can_trace() {
        return;
    }
    // A write may also be one that wakes a thread: for those to files, see the disks that are full.
    let anywhere = CALLS.into_iter().filter(|(name, _)| *name != "write");
    let anywhere = anywhere.map(|(name, fault)| (name, fault, Vec::new()));
    for (name, fault, paths) in anywhere.chain([("fsync", "error=EIO", vec!["parts".to_owned()])]) {
        let of = if paths.is_empty() { "of a thread" } else { "of the folder of the output" };
        let calls = Calls { name, paths };
        let Ends { killed, failed, well } = at_each(&calls, fault, seed(12), most());
        report(&format!(
            "{fault} of the N-th {name} {of}: the job has ended {failed} times with an \
             error, {well} times it went on; none wrong"
        ));
        assert!(killed == 0 && failed + well > 0);
    }
}
