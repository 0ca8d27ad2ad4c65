//! Bits that flip while nobody looks.

use crate::driver::{number, report, seed};
use crate::input::Input;
use crate::output::{Earlier, Parts, Times, complete, file};
use crate::totals::{Kind, Options, Pace, Promise, topology};
use millstream::Config;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The payments in each file that are added before each run.
const PAYMENTS: usize = 8;

fn options(home: &Path, input: &Input, (promise, sink): (Promise, Kind)) -> Options {
    let output = home.join(if sink == Kind::Parts { "parts" } else { "totals.csv" });
    let (pace, inputs) = (Pace { events: None, stamps: false }, input.paths().map(Path::to_owned));
    let (instances, roll) = (2, 1 << 20);
    Options { promise, inputs, output, sink, pace, instances, roll }
}

/// Runs the job to its end, within this process.
fn run(options: &Options, home: &Path) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config::default().checkpoints(home.join("checkpoints"));
    let ended = runtime.block_on(topology(options.clone()).run(config));
    ended.map_err(|error| format!("{error:#}"))
}

/// The files below a folder, with their bytes.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => drop(found.insert(path.clone(), std::fs::read(&path).unwrap())),
        }
    }
}

/// Puts the files of a folder back as they were.
fn put_back(folder: &Path, all: &BTreeMap<PathBuf, Vec<u8>>) {
    let mut now = BTreeMap::new();
    files(folder, &mut now);
    for path in now.keys().filter(|path| !all.contains_key(*path)) {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in all.iter().filter(|(path, bytes)| now.get(*path) != Some(*bytes)) {
        std::fs::write(path, bytes).unwrap();
    }
}

/// What became of the starts after a bit has flipped.
#[derive(Debug, Default)]
struct Outcomes {
    refused: u64,
    right: u64,
}

/// Flips bits of everything in the directory of checkpoints, one at a time.
fn flipped(kind: (Promise, Kind)) -> (Outcomes, String) {
    let (every, seed) = (number("MILLSTREAM_FLIP_EVERY", 29), seed(8));
    let every = usize::try_from(every).unwrap();
    // Nothing here is about disks, so memory will do.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let mut input = Input::new(folder.path(), seed);
    let options = options(&home, &input, kind);
    for _ in 0..2 {
        input.extend(PAYMENTS);
        run(&options, &home).unwrap();
    }
    input.extend(PAYMENTS);
    let mut all = BTreeMap::new();
    files(&home, &mut all);
    let kept = all.iter().filter(|(path, _)| path.starts_with(home.join("checkpoints")));
    let (mut outcomes, mut bits) = (Outcomes::default(), 0);
    for (path, bytes) in kept {
        for bit in (0..bytes.len() * 8).skip(bits % every).step_by(every) {
            put_back(&home, &all);
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(path, flipped).unwrap();
            let ended = run(&options, &home);
            let looked = look(&options, &input, ended.is_ok());
            let what = format!("bit {bit} of {}, {ended:?}", path.display());
            // Other tests of this process start processes meanwhile.
            assert!(!what.contains("are in use by"), "the run before has left its lock: {what}");
            looked.unwrap_or_else(|wrong| panic!("{wrong}: {what}"));
            outcomes.refused += u64::from(ended.is_err());
            outcomes.right += u64::from(ended.is_ok());
        }
        bits += bytes.len() * 8;
    }
    (outcomes, format!("seed {seed}, every {every} of {bits} bits"))
}

/// Fails unless the output is right, and all there if the job has ended well.
fn look(options: &Options, input: &Input, is_whole: bool) -> Result<(), String> {
    let times = match options.promise {
        Promise::AtLeastOnce => Times::Again,
        _ => Times::Once,
    };
    match (options.sink, is_whole) {
        (Kind::Parts, _) => {
            let mut parts = Parts::default();
            parts.look(&options.output, input, Earlier::Stay)?;
            if is_whole { parts.complete(input) } else { Ok(()) }
        }
        (Kind::File, true) => complete(&options.output, input, times),
        (Kind::File, false) => file(&options.output, input, times).map(drop),
    }
}

#[test]
fn no_bit_of_a_checkpoint_that_flips_leads_to_wrong_output() {
    for (kind, name) in [
        ((Promise::ExactlyOnce, Kind::Parts), "exactly once, parts"),
        ((Promise::ExactlyOnce, Kind::File), "exactly once, a file"),
        ((Promise::AtLeastOnce, Kind::File), "at least once"),
    ] {
        let (Outcomes { refused, right }, what) = flipped(kind);
        report(&format!(
            "flipped bits, {name}: {what}: {} starts, {refused} refused, {right} with the right \
             output, 0 with another",
            refused + right
        ));
    }
}

#[test]
fn a_job_does_not_go_back_behind_what_it_has_made_visible() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let mut input = Input::new(folder.path(), seed(16));
    let options = options(&home, &input, (Promise::ExactlyOnce, Kind::Parts));
    for _ in 0..2 {
        input.extend(PAYMENTS);
        run(&options, &home).unwrap();
    }
    let newest = home.join(format!("checkpoints/{:020}.delta", 3));
    let mut bytes = std::fs::read(&newest).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&newest, &bytes).unwrap();
    input.extend(PAYMENTS);
    let refused = run(&options, &home).unwrap_err();
    let expected = "cannot go back to checkpoint 2: what it has made visible since then would be \
                    visible twice";
    assert!(refused.contains(expected) && refused.contains("3.delta is damaged"), "{refused}");
    look(&options, &input, false).unwrap();
    // Restored from a copy, it continues.
    bytes[60] ^= 1;
    std::fs::write(&newest, &bytes).unwrap();
    run(&options, &home).unwrap();
    look(&options, &input, true).unwrap();
}

#[test]
fn a_job_that_is_sent_back_by_hand_wants_what_was_visible_since_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let mut input = Input::new(folder.path(), seed(17));
    let options = options(&home, &input, (Promise::ExactlyOnce, Kind::Parts));
    for _ in 0..3 {
        input.extend(PAYMENTS);
        run(&options, &home).unwrap();
    }
    let checkpoint = |number| home.join(format!("checkpoints/{number:020}.delta"));
    // As if it were damaged, and given up; or the directory is an older copy.
    std::fs::rename(checkpoint(4), checkpoint(4).with_extension("delta.abandoned")).unwrap();
    let newer = home.join("parts/part-0-2.csv");
    let refused = run(&options, &home).unwrap_err();
    let expected = format!("cannot continue with `{}`: it is newer", newer.display());
    assert!(refused.contains(&expected), "{refused}");
    look(&options, &input, true).unwrap();
    std::fs::remove_file(newer).unwrap();
    run(&options, &home).unwrap();
    look(&options, &input, true).unwrap();
    assert!(checkpoint(5).exists() && !checkpoint(4).exists(), "no number is used twice");
}
