//! A process that is killed, under `at_most_once`: it reads what cannot be read again.

use crate::driver::{number, report, seed};
use crate::input::{Input, Random, line, messages};
use crate::output::parts_in;
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The payments that are sent to each process that is killed, and how many at a time.
const PAYMENTS: [u64; 2] = [200_000, 500];

fn start(folder: &Path, input: &Input, instances: u64) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crash_job"));
    command.args(["--promise", "at_most_once", "--sink", "parts", "--roll", "8192"]);
    // The other input has a header and no payment.
    command.args(["--left", "-", "--instances", &instances.to_string()]);
    command.arg("--right").arg(input.paths()[1]).arg("--output").arg(folder.join("parts"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(messages(&folder.join("messages.txt"))).spawn().unwrap()
}

/// A payment that no one else has.
fn payment(id: u64) -> (u32, i64) {
    let bits = Random(id).next();
    (u32::try_from(bits % 100).unwrap(), i64::try_from(bits >> 50).unwrap())
}

/// Sends payments to a process until it dies at the moment `until`; the number of the next one.
fn feed(child: &mut Child, mut next: u64, until: Instant) -> u64 {
    let mut input = child.stdin.take().unwrap();
    let (first, [most, at_once]) = (next, PAYMENTS);
    let mut text = String::from("id,customer,cents\n");
    while next < first + most && Instant::now() < until {
        for _ in 0..at_once {
            let (customer, cents) = payment(next);
            text.push_str(&format!("{next},{customer},{cents}\n"));
            next += 1;
        }
        input.write_all(text.as_bytes()).unwrap();
        text.clear();
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    next
}

/// Reads the parts from a number on: the payments that a process has counted from `first` on.
fn check(folder: &Path, [from, first, next]: [u64; 3], found: &mut BTreeSet<u64>) {
    let mut totals = HashMap::new();
    let mut spent = HashMap::<u32, i64>::new();
    for id in first..next {
        let (customer, cents) = payment(id);
        let spent = spent.entry(customer).or_default();
        *spent += cents;
        totals.insert(id, (customer, *spent));
    }
    for (_, path) in parts_in(folder).range(from..) {
        for text in std::fs::read_to_string(path).unwrap().lines() {
            let (id, customer, total) = line(text).unwrap_or_else(|| panic!("torn: {text:?}"));
            assert!(found.insert(id), "doubled: {text}");
            assert_eq!(totals.get(&id), Some(&(customer, total)), "wrong: {text}");
        }
    }
}

#[test]
fn a_process_that_is_killed_has_written_no_line_twice() {
    let (wanted, seed) = (number("MILLSTREAM_KILLS", 8).div_ceil(4), seed(6));
    let folder = tempfile::tempdir().unwrap();
    let (input, mut random) = (Input::new(folder.path(), seed), Random(seed));
    let (mut next, mut kills, mut found) = (0, 0, BTreeSet::new());
    while kills < wanted {
        let mut child = start(folder.path(), &input, 1 + random.below(4));
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        output.read_line(&mut text).unwrap();
        assert_eq!(text, "running\n");
        let parts = parts_in(&folder.path().join("parts"));
        let (from, first) = (parts.keys().next_back().map_or(0, |last| last + 1), next);
        let until = Instant::now() + Duration::from_millis(20 + random.below(200));
        next = feed(&mut child, first, until);
        check(&folder.path().join("parts"), [from, first, next], &mut found);
        kills += 1;
    }
    report(&format!(
        "at most once: seed {seed}: {kills} of {wanted} kills hit a running job; of {next} lines \
         {} are there, none twice, none wrong",
        found.len()
    ));
    assert!(!found.is_empty());
}
