//! Directories of checkpoints that were written once and are kept: they load for ever.
//!
//! `fixtures/` has a folder for each version of the format, with the checkpoints of a job that was
//! suspended in the middle, and what its sink had written until then.

use crate::crashes::disk::Disk;
use crate::crashes::start;
use crate::support::sorted;
use futures::FutureExt;
use millstream::checkpoint::inspect;
use millstream::env::Files;
use millstream::prelude::*;
use millstream::{ErrorKind, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// How many numbers the sources have.
const NUMBERS: u64 = 300;

/// After how many of them the job of a fixture is suspended, each time it is started.
const SUSPENDED: u64 = 1;

/// The order in which tasks take turns follows from it.
const SEED: u64 = 1;

/// How many turns a job may take.
const PATIENCE: u64 = 400_000;

/// Where the files of the job are on the disk of a test.
const CHECKPOINTS: &str = "checkpoints";
const LINES: &str = "lines.txt";
const ROWS: &str = "rows.jsonl";

/// Names the folder of a fixture to the test that writes it.
const FOLDER: &str = "MILLSTREAM_FIXTURE";

/// The time of a number: some are out of order, and a few late.
fn time(number: &u64) -> EventTime {
    let behind = if number.is_multiple_of(97) { 40 } else { number * 7_919 % 13 };
    EventTime::from_secs((100 + number - behind).cast_signed())
}

#[operator]
async fn tallied(number: u64, seen: &mut (u64, u64)) -> Option<String> {
    *seen = (seen.0 + 1, seen.1 + number);
    number.is_multiple_of(5).then(|| format!("tallied {number}: {seen:?}"))
}

#[operator]
async fn awaited(number: u64, sum: &mut u64) -> Option<String> {
    tokio::task::yield_now().await;
    *sum += number;
    number.is_multiple_of(5).then(|| format!("awaited {number}: {sum}"))
}

/// Sums up the numbers of a key for ten seconds.
#[derive(Clone)]
struct TenSeconds;

#[operator]
impl TenSeconds {
    async fn process(&self, number: u64, sum: &mut (u64, u64), ctx: &mut Context) {
        if sum.0 == 0 {
            ctx.timer_at(ctx.event_time() + 10.secs());
        }
        *sum = (number % 3 + 1, sum.1 + number);
    }

    async fn on_timer(_: Timer, sum: &mut (u64, u64), ctx: &mut Context) -> String {
        ctx.forget_key();
        format!("timer {sum:?} at {}", ctx.event_time())
    }
}

#[operator]
async fn listed(window: Window<u64, u64>) -> String {
    format!("session {} {} {:?}", window.key(), window.start(), window.events())
}

/// Shows in which order numbers arrive.
#[operator]
async fn behind(number: u64, last: &mut u64) -> String {
    let last = std::mem::replace(last, number);
    format!("ordered {number} behind {last}")
}

/// The job of the fixtures. It is never changed: what is kept was written by it.
fn job(instances: usize) -> Topology {
    topology!(
        job("fixture", at_least_once).key_groups(4),
        numbers = source(from_iter_again(0..NUMBERS)),
        lines = source(file_lines(LINES)),
        timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
        others = lines
            >> map(|line: String| line.parse().unwrap_or(0))
            >> event_time(time, lateness(8.secs()).never_idle()),
        counts = timed >> by(|number| number % 3) >> tallied * instances,
        sums = timed >> by(|number| number % 3) >> awaited * instances,
        timers = timed >> by(|number| number % 3) >> TenSeconds * instances,
        tumbled = timed
            >> by(|number| number % 3)
            >> window(tumbling(10.secs()))
            >> aggregate(|number| *number, collect()) * instances,
        slid = timed
            >> by(|number| number % 3)
            >> window(sliding(20.secs(), 10.secs()))
            >> aggregate(|number| *number, sum()) * instances,
        sessions =
            timed >> by(|number| number % 3) >> window(session(3.secs())) >> listed * instances,
        sevens = timed
            >> by(|number| number % 3)
            >> window(counted(7))
            >> aggregate(|number| *number, top(2)) * instances,
        trailed = timed
            >> by(|number| number % 30)
            >> window(trailing([10.secs(), 60.secs()]))
            >> aggregate(|number| *number, sum()) * instances,
        pairs = (timed >> by(|number| number % 41), others >> by(|number| number % 37))
            >> join(within(5.secs(), 5.secs())) * instances,
        latests = (timed >> by(|number| number % 41), others >> by(|number| number % 3))
            >> join(latest(60.secs())) * instances,
        met = (timed >> by(|number| number % 41), others >> by(|number| number % 37))
            >> join(tumbling(30.secs())) * instances,
        firsts = timed >> by(|number| number % 3) >> dedupe(3.secs()) * instances,
        ordered = timed >> in_order(|number| *number),
        orders = ordered >> by(|number| number % 3) >> behind * instances,
        rows = [
            counts,
            sums,
            timers,
            tumbled
                >> map(|fired| format!("tumbled {} {} {:?}", fired.key, fired.start, fired.value)),
            slid >> map(|fired| format!("slid {} {} {}", fired.key, fired.start, fired.value)),
            sessions,
            sevens >> map(|fired| format!("seven {} {:?}", fired.key, fired.value)),
            trailed >> map(|fired| format!("trailed {} {:?}", fired.event, fired.value)),
            pairs >> map(|pair| format!("pair {pair:?}")),
            latests >> map(|pair| format!("latest {pair:?}")),
            met >> map(|pair| format!("met {pair:?}")),
            firsts >> map(|first: u64| format!("first {first}")),
            orders,
        ] >> sink(jsonl_file(ROWS)),
        [tumbled.late, slid.late, sessions.late, firsts.late, ordered.late] >> ignore,
        sevens.late >> ignore,
        trailed.late >> ignore,
        [pairs.late, latests.late, met.late] >> ignore,
        [pairs.unmatched, latests.unmatched, met.unmatched] >> ignore,
    )
}

/// Runs the job to its end, or suspends it once so many numbers were read.
fn run(disk: &Disk, instances: usize, suspend_at: Option<u64>) -> Result<()> {
    let config = Config::default().batch(1).buffer(1).checkpoints(CHECKPOINTS);
    let config = config.checkpoint_every(10.millis());
    let (mut job, mut tasks) = start((SEED, disk), job(instances), config)?;
    for _ in 0..PATIENCE {
        assert!(tasks.step(), "no task can go on\n{}", job.metrics());
        let read = job.metrics().node("timed").unwrap().total().events_out;
        let ended = match suspend_at {
            Some(at) if read >= at => job.suspend().now_or_never(),
            _ => job.wait().now_or_never(),
        };
        if let Some(ended) = ended {
            return ended;
        }
    }
    panic!("the job does not end\n{}", job.metrics());
}

/// A disk on which the job has not run.
fn begun() -> Disk {
    let disk = Disk::default();
    let lines: String = (0..NUMBERS).map(|number| format!("{number}\n")).collect();
    put(&disk, Path::new(LINES), lines.as_bytes());
    disk
}

fn put(disk: &Disk, path: &Path, bytes: &[u8]) {
    disk.create(path).unwrap().write_all(bytes).unwrap();
}

/// All rows that the sink has written, sorted.
fn rows(disk: &Disk) -> Vec<String> {
    let text = String::from_utf8(disk.bytes(Path::new(ROWS))).unwrap();
    sorted(text.lines().map(str::to_owned).collect())
}

/// What a job writes that is not interrupted.
fn uninterrupted() -> Vec<String> {
    let disk = begun();
    run(&disk, 1, None).unwrap();
    rows(&disk)
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/fixtures")
}

/// The folders of all versions.
fn versions() -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let versions = sorted(entries.filter(|path| path.is_dir()).collect());
    assert!(!versions.is_empty());
    versions
}

/// The names of the files with the checkpoints of a version.
fn names(version: &Path) -> Vec<String> {
    let entries = fs::read_dir(version.join(CHECKPOINTS)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    sorted(names.collect())
}

/// A disk with a copy of a fixture.
fn copied(version: &Path) -> Disk {
    let disk = begun();
    disk.directory(Path::new(CHECKPOINTS)).unwrap();
    for name in names(version) {
        let path = Path::new(CHECKPOINTS).join(name);
        put(&disk, &path, &fs::read(version.join(&path)).unwrap());
    }
    put(&disk, Path::new(ROWS), &fs::read(version.join(ROWS)).unwrap());
    disk
}

#[test]
fn a_fixture_is_whole_and_builds_on_a_merged_file() {
    for version in versions() {
        let found = inspect(version.join(CHECKPOINTS)).unwrap();
        let faults: Vec<_> = found.files.iter().filter_map(|file| file.fault.as_ref()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let start = found.start.unwrap();
        assert_eq!(Some(start.epoch), found.files.last().map(|file| file.epoch));
        assert!(start.files.len() > 1 && start.files.last().unwrap().ends_with(".full"));
        let kinds: BTreeSet<_> = start.nodes.iter().map(|state| &*state.kind).collect();
        let expected = ["event time", "rows", "sink", "sorter", "source", "store"];
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_job_continues_from_the_checkpoints_of_every_version_of_the_format() {
    let expected = uninterrupted();
    for version in versions() {
        for instances in 1..=4 {
            let disk = copied(&version);
            let before = rows(&disk).len();
            assert!(before > expected.len() / 4 && before < expected.len(), "{before}");
            run(&disk, instances, None).unwrap();
            assert!(rows(&disk) == expected, "{}: {instances}", version.display());
        }
    }
}

#[test]
fn a_fixture_of_which_a_byte_is_missing_is_refused_or_continues_from_an_older_checkpoint() {
    let expected: BTreeSet<_> = uninterrupted().into_iter().collect();
    for version in versions() {
        for name in names(&version) {
            let disk = copied(&version);
            let before = disk.bytes(Path::new(ROWS));
            disk.damage(Path::new(CHECKPOINTS).join(&name), |bytes| {
                bytes.truncate(bytes.len() - 1);
            });
            let continued = run(&disk, 2, None);
            // Everything builds on the merged file.
            if name.ends_with(".full") {
                assert_eq!(continued.unwrap_err().kind(), ErrorKind::Checkpoint);
                assert_eq!(disk.bytes(Path::new(ROWS)), before);
                continue;
            }
            continued.unwrap();
            // What was written after the older checkpoint is written again, and is the same.
            let rows = rows(&disk);
            assert_eq!(rows.len() > expected.len(), name.ends_with(".delta"), "{name}");
            assert!(rows.into_iter().collect::<BTreeSet<_>>() == expected, "{name}");
        }
    }
}

/// Not a test: writes the fixture of a new version, see `fixtures/README.md`.
#[test]
#[ignore = "writes a fixture"]
fn a_fixture_is_written() {
    let Some(version) = std::env::var_os(FOLDER) else { return };
    let folder = fixtures().join(version);
    assert!(!folder.exists(), "{} is kept as it is", folder.display());
    let disk = begun();
    let mut instances = (1..=4).cycle();
    let kept = loop {
        run(&disk, instances.next().unwrap(), Some(SUSPENDED)).unwrap();
        let names = disk.directory(Path::new(CHECKPOINTS)).unwrap();
        let names = sorted(names.iter().map(|name| name.to_str().unwrap().to_owned()).collect());
        // From the merged file on: what is before it is only there in case that it is damaged.
        let merged = names.iter().rposition(|name| name.ends_with(".full"));
        let kept = names[merged.unwrap_or(names.len())..].to_vec();
        if kept.iter().filter(|name| name.ends_with(".delta")).count() >= 2 {
            break kept;
        }
    };
    fs::create_dir_all(folder.join(CHECKPOINTS)).unwrap();
    for name in kept.iter().filter(|name| *name != "LOCK") {
        let path = Path::new(CHECKPOINTS).join(name);
        fs::write(folder.join(&path), disk.bytes(&path)).unwrap();
    }
    fs::write(folder.join(ROWS), disk.bytes(Path::new(ROWS))).unwrap();
    println!("{}", inspect(folder.join(CHECKPOINTS)).unwrap());
}
