//! Journals: what is read from them again, and what is refused.

use crate::crashes::disk::{Disk, DiskFault};
use crate::support::BATCHES;
use futures::FutureExt;
use millstream::connector::channel::FromChannel;
use millstream::connector::journal::{JournalReader, Journaled};
use millstream::env::{Env, Files, Spawn, TaskFuture, TokioSpawn};
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness};
use millstream::{ErrorKind, Result};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Does blocking work at once.
#[derive(Debug)]
pub struct AtOnce;

impl Spawn for AtOnce {
    fn spawn(&self, task: TaskFuture) {
        TokioSpawn.spawn(task);
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

pub fn env(disk: &Disk) -> Env {
    Env::system().with_spawn(AtOnce).with_files(disk.clone()).seeded(7)
}

type Numbers = Journaled<FromChannel<u64>, u64>;
type Opened = JournalReader<FromChannel<u64>, u64>;

/// A source of numbers that ends, in the journal `j`.
fn numbers(numbers: impl IntoIterator<Item = u64>, segment: u64) -> Numbers {
    let (sender, receiver) = mpsc::channel(1_000);
    numbers.into_iter().for_each(|number| sender.try_send(number).unwrap());
    from_channel(receiver).journaled("j").segment_bytes(segment)
}

#[derive(Default)]
struct Seen(Vec<u64>);

impl Intake<u64> for Seen {
    fn event(&mut self, event: u64) -> Result<()> {
        self.0.push(event);
        Ok(())
    }

    fn malformed(&mut self, record: Malformed) -> Result<()> {
        self.0.push(1_000_000 + record.line);
        Ok(())
    }
}

/// Reads so many events, at most, and as many at a time as `batch`.
fn read(reader: &mut Opened, most: usize, batch: usize) -> Vec<u64> {
    let mut seen = Seen::default();
    while seen.0.len() < most {
        let ready = poll_fn(|cx| reader.poll_ready(cx)).now_or_never();
        match ready.expect("nothing to wait for").unwrap() {
            Readiness::End => break,
            Readiness::Events => reader.read(batch.min(most - seen.0.len()), &mut seen).unwrap(),
        }
    }
    seen.0
}

fn position(reader: &mut Opened) -> Position {
    reader.position().unwrap().unwrap()
}

fn segments(disk: &Disk) -> Vec<PathBuf> {
    let names = disk.directory(Path::new("j")).unwrap();
    let paths = names.iter().map(|name| Path::new("j").join(name));
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "journal")).collect()
}

/// A journal with some numbers, several of them in a block; the positions behind each.
fn written(disk: &Disk, count: u64, segment: u64) -> Vec<Position> {
    let (sender, receiver) = mpsc::channel(100);
    let source = from_channel(receiver).journaled("j").segment_bytes(segment);
    let mut reader = source.open(&env(disk)).unwrap();
    let mut positions = vec![position(&mut reader)];
    for number in 0..count {
        sender.try_send(300 + number).unwrap();
        if number % 3 == 2 || number + 1 == count {
            while positions.len() as u64 <= number + 1 {
                assert_eq!(read(&mut reader, 1, 1), [299 + positions.len() as u64]);
                positions.push(position(&mut reader));
            }
        }
    }
    positions
}

#[test]
fn behind_each_event_the_rest_is_the_rest_and_then_come_new_ones() {
    for segment in [1, 100, 1 << 20] {
        for (read_before, at) in written(&Disk::default(), 20, segment).iter().enumerate() {
            for batch in BATCHES {
                let disk = Disk::default();
                written(&disk, 20, segment);
                let disk = disk.after_power_cut(0);
                let source = numbers([1, 2, 3], segment);
                let mut reader = source.open_at(&env(&disk), at).unwrap();
                assert_eq!(position(&mut reader), *at);
                let expected: Vec<u64> = (300..320).skip(read_before).chain([1, 2, 3]).collect();
                assert_eq!(read(&mut reader, 100, batch), expected);
            }
        }
    }
}

#[test]
fn a_job_that_never_took_a_checkpoint_reads_all_of_it() {
    let disk = Disk::default();
    written(&disk, 10, 100);
    let mut reader = numbers([7], 100).open(&env(&disk)).unwrap();
    assert_eq!(read(&mut reader, 100, 4), (300..310).chain([7]).collect::<Vec<_>>());
}

#[test]
fn each_start_of_many_finds_what_all_before_have_accepted() {
    let disk = Disk::default();
    let mut at = None;
    for start in 0..10 {
        let source = numbers([start], 60);
        let mut reader = match &at {
            Some(at) => source.open_at(&env(&disk), at).unwrap(),
            None => source.open(&env(&disk)).unwrap(),
        };
        let seen = read(&mut reader, 100, 100);
        assert_eq!(seen, (start.saturating_sub(1)..=start).collect::<Vec<_>>());
        // The position before the last event.
        let mut reader = {
            drop(reader);
            let source = numbers([], 60);
            match &at {
                Some(at) => source.open_at(&env(&disk), at).unwrap(),
                None => source.open(&env(&disk)).unwrap(),
            }
        };
        read(&mut reader, seen.len() - 1, 100);
        at = Some(position(&mut reader));
    }
}

#[test]
fn a_block_that_was_not_written_to_its_end_is_cut_off() {
    let whole = Disk::default();
    let positions = written(&whole, 9, 1 << 20);
    let [path] = &*segments(&whole) else { panic!() };
    let bytes = whole.bytes(path);
    let block = (bytes.len() - 30) / 3;
    let mut seen_lengths = BTreeSet::new();
    for length in 0..bytes.len() {
        // Sectors are written whole, so none ends within the last bytes of these blocks.
        let is_in_foot = length > 30 && (length - 30) % block > block - 4;
        for zeros in [false, true].into_iter().filter(|zeros| !zeros || !is_in_foot) {
            let disk = whole.copy();
            disk.damage(path, |bytes| {
                let full = bytes.len();
                bytes.truncate(length);
                bytes.resize(if zeros { full } else { length }, 0);
            });
            let mut reader = numbers([7], 1 << 20).open(&env(&disk)).unwrap();
            let seen = read(&mut reader, 100, 100);
            let (last, before) = seen.split_last().unwrap();
            assert_eq!((*last, before.len() % 3), (7, 0));
            assert!(before.iter().copied().eq((300..).take(before.len())), "{length}: {before:?}");
            seen_lengths.insert(before.len());
            drop(reader);
            let refused = numbers([7], 100).open_at(&env(&disk), &positions[9]);
            // Of what is gone, some was read before; event 7 is in its place now.
            assert!(refused.is_err());
        }
    }
    assert_eq!(seen_lengths.into_iter().collect::<Vec<_>>(), [0, 3, 6]);
}

#[test]
fn each_flipped_bit_is_reported_with_its_file() {
    let whole = Disk::default();
    let positions = written(&whole, 9, 60);
    let paths = segments(&whole);
    assert_eq!(paths.len(), 3);
    for path in &paths {
        for bit in 0..whole.bytes(path).len() * 8 {
            let disk = whole.copy();
            disk.damage(path, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
            let error = numbers([], 60).open_at(&env(&disk), &positions[0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Source);
            let text = error.to_string();
            assert!(text.starts_with("cannot continue with the journal in `j`: "), "{text}");
            assert!(text.contains(path.to_str().unwrap()), "bit {bit}: {text}");
            assert!(text.contains("; restore the files of the journal, or "), "{text}");
            assert_eq!(disk.bytes(path).len(), whole.bytes(path).len(), "nothing is cut off");
        }
    }
}

#[test]
fn segments_that_are_gone_are_reported() {
    let whole = Disk::default();
    let positions = written(&whole, 12, 60);
    let paths = segments(&whole);
    let refused = |gone: &[usize], at: Option<&Position>| {
        let disk = whole.copy();
        gone.iter().for_each(|gone| disk.remove(&paths[*gone]).unwrap());
        let opened = match at {
            Some(at) => numbers([], 60).open_at(&env(&disk), at),
            None => numbers([], 60).open(&env(&disk)),
        };
        opened.map(|mut reader| read(&mut reader, 100, 100)).map_err(|error| error.to_string())
    };
    let ends = |text: std::result::Result<Vec<u64>, String>, end: &str| {
        let text = text.unwrap_err();
        assert!(text.contains(end), "{text}");
    };
    ends(refused(&[1], Some(&positions[0])), "the events 3 to 6 are not there; restore");
    ends(
        refused(&[3], Some(&positions[10])),
        "it ends before event 9, and was read up to event 10",
    );
    ends(refused(&[0], Some(&positions[2])), "it begins with event 3, and was read up to 2");
    ends(refused(&[0, 1, 2, 3], Some(&positions[2])), "it is empty, and was read up to event 2");
    ends(refused(&[0], None), "it begins with event 3: others were in checkpoints; start the job");
    // Those that were read before are not needed.
    assert_eq!(refused(&[0, 1], Some(&positions[7])), Ok((307..312).collect()));
    assert_eq!(refused(&[0, 1, 2, 3], None), Ok(vec![]));
}

#[test]
fn the_journal_of_another_source_is_refused() {
    let (one, other) = (Disk::default(), Disk::default());
    let positions = written(&one, 3, 60);
    let source = numbers([1, 2, 3], 60);
    read(&mut source.open(&env(&other).seeded(8)).unwrap(), 3, 3);
    let error = numbers([], 60).open_at(&env(&other), &positions[2]).unwrap_err();
    assert!(error.to_string().contains("is of another journal"), "{error}");
}

#[test]
fn a_journal_has_one_user_at_a_time() {
    let disk = Disk::default();
    let mut first = numbers([1], 60).open(&env(&disk)).unwrap();
    let error = numbers([2], 60).open(&env(&disk)).unwrap_err().to_string();
    let expected = "cannot lock the journal in `j`: it is in use; stop the other job, or give each \
                    source a directory of its own";
    assert_eq!(error, expected);
    assert_eq!(read(&mut first, 9, 9), [1]);
    drop(first);
    assert_eq!(read(&mut numbers([2], 60).open(&env(&disk)).unwrap(), 9, 9), [1, 2]);
}

#[test]
fn what_two_checkpoints_need_is_kept_and_the_rest_removed() {
    let disk = Disk::default();
    let (sender, receiver) = mpsc::channel(100);
    let source = from_channel(receiver).journaled("j").segment_bytes(50);
    let mut reader = source.open(&env(&disk)).unwrap();
    let mut positions = Vec::new();
    for round in 0..5 {
        (0..4).for_each(|number| sender.try_send(4 * round + number).unwrap());
        assert_eq!(read(&mut reader, 3, 100).len(), 3);
        let at = position(&mut reader);
        reader.committed(&at);
        assert_eq!(read(&mut reader, 1, 100).len(), 1);
        positions.push(at);
        assert_eq!(segments(&disk).len(), 2.min(1 + round as usize));
    }
    let [_, older, before, last] = &positions[1..] else { panic!() };
    for (at, read_before) in [(before, 15), (last, 19)] {
        let mut reader = numbers([99], 60).open_at(&env(&disk.copy()), at).unwrap();
        let expected: Vec<u64> = (read_before..20).chain([99]).collect();
        assert_eq!(read(&mut reader, 100, 100), expected);
    }
    assert!(numbers([], 60).open_at(&env(&disk.copy()), older).is_err());
}

#[test]
fn malformed_records_are_journaled_too() {
    let disk = Disk::default();
    disk.create(Path::new("in.jsonl")).unwrap().write_all(b"1\n?\n3\n").unwrap();
    let source = || jsonl_file("in.jsonl").journaled("j");
    let mut reader = Source::<u64>::open(source(), &env(&disk)).unwrap();
    let mut seen = Seen::default();
    while futures::executor::block_on(poll_fn(|cx| reader.poll_ready(cx))).unwrap()
        == Readiness::Events
    {
        reader.read(100, &mut seen).unwrap();
    }
    assert_eq!(seen.0, [1, 1_000_002, 3]);
    drop(reader);
    // The file is read on where it was; its lines come from the journal.
    let mut reader = Source::<u64>::open(source(), &env(&disk)).unwrap();
    let mut again = Seen::default();
    while futures::executor::block_on(poll_fn(|cx| reader.poll_ready(cx))).unwrap()
        == Readiness::Events
    {
        reader.read(100, &mut again).unwrap();
    }
    assert_eq!(again.0, seen.0);
}

#[test]
fn a_full_disk_fails_the_reader_and_the_next_has_all() {
    for at in 0..20 {
        let disk = Disk::default();
        let source = numbers(0..3, 60);
        let other = source.again().unwrap();
        disk.plan(at, DiskFault::Fails(std::io::ErrorKind::StorageFull));
        let begun = source.open(&env(&disk)).and_then(|mut reader| {
            poll_fn(|cx| reader.poll_ready(cx)).now_or_never().expect("no wait").map(drop)
        });
        let happened = disk.forget().len() > at;
        assert_eq!(begun.is_err(), happened, "operation {at}");
        if let Err(error) = begun {
            assert!(error.to_string().contains("the journal in `j`: no storage space"), "{error}");
        }
        let mut reader = other.open(&env(&disk)).unwrap();
        assert_eq!(read(&mut reader, 100, 100), [0, 1, 2], "operation {at}");
        drop(reader);
        let disk = disk.after_power_cut(0);
        assert_eq!(read(&mut numbers([], 60).open(&env(&disk)).unwrap(), 9, 9), [0, 1, 2]);
    }
}
