//! Sinks that were killed: whatever is left behind the last durable cut, no event is missing, and
//! no record is torn.

use crate::connector::csv::{csv_file, csv_parts};
use crate::connector::json::jsonl_file;
use crate::env::disk::Disk;
use crate::sink::{Epoch, PreparedEpoch, Sink, Writer};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::path::Path;

fn wait<R>(future: impl Future<Output = R>) -> R {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

type Row = (u64, String);

fn row(number: u64) -> Row {
    (number, format!("\"{number}\"\n, "))
}

fn write<W: Writer<Row>>(writer: &mut W, rows: std::ops::Range<u64>) {
    rows.for_each(|number| writer.write(row(number)).unwrap());
    wait(writer.flush()).unwrap();
}

fn close<W: Writer<Row>>(writer: &mut W) {
    wait(writer.close()).unwrap();
}

/// What a checkpoint stores.
fn cut<W: Writer<Row>>(writer: &mut W) -> Vec<u8> {
    let prepared = writer.cut(Epoch(1)).unwrap();
    wait(prepared.wait()).unwrap().expect("a file has a length")
}

fn text(disk: &Disk, name: &str) -> String {
    let (bytes, mut text) = (disk.bytes(name), String::new());
    match Path::new(name).extension().is_some_and(|end| end == "gz") {
        true => drop(MultiGzDecoder::new(&*bytes).read_to_string(&mut text).unwrap()),
        false => text = String::from_utf8(bytes).unwrap(),
    }
    text
}

/// The rows in a file, by a reader that accepts no torn ones.
fn rows(text: &str, csv: bool) -> Vec<Row> {
    if !csv {
        return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(text.matches("column_1").count(), 1, "one header");
    reader.deserialize().map(Result::unwrap).collect()
}

/// Kills a sink with every length of its file behind the cut, and has it go on.
fn killed<S: Sink<Row>>(name: &str, csv: bool, sink: impl Fn() -> S) {
    let disk = Disk::default();
    let mut writer = sink().open(&disk.env()).unwrap();
    write(&mut writer, 0..3);
    let last = cut(&mut writer);
    let length = disk.bytes(name).len();
    assert_eq!(disk.synced(), [name, "./."]);
    write(&mut writer, 3..5);
    drop(cut(&mut writer));
    write(&mut writer, 5..7);
    // What a process that is killed has buffered is not written.
    let all = disk.bytes(name);
    drop(writer);
    assert!(all.len() > length);
    for (left, zeros) in (0..=all.len()).flat_map(|left| [(left, false), (left, true)]) {
        let copy = disk.copy();
        match zeros {
            false => copy.put(name, &all[..left]),
            // After a failure of power, blocks that were not synced may be zero.
            true => copy.put(name, &zeroed(&all, length.min(left)..left)),
        }
        let opened = sink().open_again(&copy.env(), &last);
        if left < length && zeros {
            continue;
        }
        if left < length {
            let error = opened.err().expect("events are missing").to_string();
            assert!(error.contains(name), "{error}");
            continue;
        }
        let mut writer = opened.unwrap();
        write(&mut writer, 3..9);
        let last = cut(&mut writer);
        close(&mut writer);
        assert_eq!(length_of(&last), copy.bytes(name).len() as u64);
        let found = rows(&text(&copy, name), csv);
        let (before, after) = found.split_at(found.len() - 6);
        assert_eq!(after, (3..9).map(row).collect::<Vec<_>>(), "killed at {left}");
        assert!(before.len() >= 3);
        assert_eq!(before, (0..before.len() as u64).map(row).collect::<Vec<_>>());
    }
}

/// The bytes with zeros at a place.
fn zeroed(bytes: &[u8], place: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[place].fill(0);
    bytes
}

fn length_of(last: &[u8]) -> u64 {
    postcard::from_bytes(last).unwrap()
}

#[test]
fn a_file_of_a_killed_sink_goes_on_without_torn_records() {
    killed("a.jsonl", false, || jsonl_file("a.jsonl"));
    killed("a.jsonl", false, || jsonl_file("a.jsonl").replace());
    killed("a.csv", true, || csv_file("a.csv"));
    killed("a.csv", true, || csv_file("a.csv").append());
}

#[test]
fn a_gzip_file_of_a_killed_sink_goes_on_with_whole_members() {
    killed("a.jsonl.gz", false, || jsonl_file("a.jsonl.gz"));
    killed("a.csv.gz", true, || csv_file("a.csv.gz"));
}

#[test]
fn a_sink_killed_before_its_first_event_writes_one_header() {
    for left in [0, 3, 18, 20, 1_000] {
        let disk = Disk::default();
        let sink = || csv_file::<Row>("a.csv");
        let mut writer = sink().open(&disk.env()).unwrap();
        let last = cut(&mut writer);
        write(&mut writer, 0..2);
        let bytes = disk.bytes("a.csv");
        disk.put("a.csv", &bytes[..left.min(bytes.len())]);
        let mut writer = sink().open_again(&disk.env(), &last).unwrap();
        write(&mut writer, 0..2);
        close(&mut writer);
        let found = rows(&text(&disk, "a.csv"), true);
        assert_eq!(found[found.len() - 2..], [row(0), row(1)]);
    }
}

#[test]
fn a_gzip_file_without_events_is_cut_and_continued() {
    let disk = Disk::default();
    let sink = || jsonl_file::<Row>("a.jsonl.gz");
    let mut writer = sink().open(&disk.env()).unwrap();
    for _ in 0..3 {
        write(&mut writer, 0..0);
        let last = cut(&mut writer);
        close(&mut writer);
        writer = sink().open_again(&disk.env(), &last).unwrap();
    }
    write(&mut writer, 0..0);
    drop(cut(&mut writer));
    write(&mut writer, 0..3);
    close(&mut writer);
    let found = rows(&text(&disk, "a.jsonl.gz"), false);
    assert_eq!(found, (0..3).map(row).collect::<Vec<_>>());
}

#[test]
fn columns_that_have_changed_are_refused_after_a_restart() {
    let disk = Disk::with("a.csv", b"id,text\n1,a\n");
    let last = postcard::to_allocvec(&12_u64).unwrap();
    let mut writer = Sink::<Row>::open_again(csv_file("a.csv"), &disk.env(), &last).unwrap();
    assert!(writer.write(row(1)).is_err());
}

#[test]
fn parts_go_on_with_the_one_that_was_open_and_drop_those_begun_since() {
    let open = "d/.part-0-0.csv.tmp";
    let disk = Disk::default();
    let sink = || csv_parts::<Row>("d").roll_at(64);
    let mut writer = sink().open(&disk.env()).unwrap();
    write(&mut writer, 0..2);
    let last = cut(&mut writer);
    assert_eq!(disk.synced(), [open, "d/."]);
    let length = disk.bytes(open).len();
    // Killed at once, or with the part finished, and the next one begun.
    let at_once = disk.copy();
    at_once.put(open, &[&*disk.bytes(open), b"7,\"torn\n"].concat());
    at_once.put("d/.part-0-1.csv.tmp", b"begun since");
    write(&mut writer, 2..9);
    assert!(disk.names().contains(&"d/part-0-0.csv".into()));
    for disk in [at_once, disk] {
        let mut writer = sink().open_again(&disk.env(), &last).unwrap();
        write(&mut writer, 2..9);
        close(&mut writer);
        assert!(disk.names().iter().all(|name| !name.contains("tmp")), "{:?}", disk.names());
        let mut found: Vec<_> =
            disk.names().iter().flat_map(|name| rows(&text(&disk, name), true)).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, (0..9).map(row).collect::<Vec<_>>());
    }
    for left in [None, Some(length - 1)] {
        let disk = Disk::default();
        left.into_iter().for_each(|left| disk.put(open, &vec![b'x'; left]));
        let error = sink().open_again(&disk.env(), &last).err().unwrap().to_string();
        assert!(error.contains("part-0-0.csv"), "{error}");
    }
}

#[test]
fn a_file_that_was_changed_before_its_cut_is_refused_by_name() {
    let names = ["a.jsonl", "a.jsonl.gz"];
    for (name, count) in names.into_iter().flat_map(|name| [(name, 3), (name, 500)]) {
        let disk = Disk::default();
        let sink = || jsonl_file(name);
        let mut writer = Sink::<Row>::open(sink(), &disk.env()).unwrap();
        write(&mut writer, 0..count);
        let last = cut(&mut writer);
        let length = disk.bytes(name).len();
        write(&mut writer, 0..2);
        drop(cut(&mut writer));
        let all = disk.bytes(name);
        for changed in (0..all.len()).step_by(1 + length / 64) {
            let mut bytes = all.clone();
            bytes[changed] ^= 1;
            disk.put(name, &bytes);
            let opened = Sink::<Row>::open_again(sink(), &disk.env(), &last);
            // No more than the last 4 KiB are compared, and what is behind may be torn.
            let seen = changed < length && changed + 4_096 >= length;
            assert_eq!(opened.is_err(), seen, "{name}: byte {changed} of {length}");
            if let Err(error) = opened {
                let cause = format!("it is not the file that was cut at {length} bytes");
                let expected = format!("cannot continue with `{name}`: {cause}, or has changed");
                assert!(error.to_string().starts_with(&expected), "{error}");
                assert_eq!(disk.bytes(name), bytes, "it stays as it is");
            }
        }
        // That of a version without a checksum.
        let last = postcard::to_allocvec(&(length as u64)).unwrap();
        assert!(Sink::<Row>::open_again(sink(), &disk.env(), &last).is_ok());
    }
}

#[test]
fn a_process_that_wakes_writes_into_no_part_of_its_successor() {
    let disk = Disk::default();
    let (first, second) = (disk.env().seeded(1), disk.env().seeded(2));
    let sink = || csv_parts::<Row>("d");
    let mut stopped = Sink::<Row>::open_exactly_once(sink(), &first, None).unwrap();
    write(&mut stopped, 0..2);
    let cut_of = cut(&mut stopped);
    write(&mut stopped, 2..3);
    let epoch = |bytes| [PreparedEpoch { epoch: Epoch(1), bytes }];
    let committer = |env| Sink::<Row>::committer(&sink(), env).unwrap().unwrap();
    committer(&second).recover(&epoch(cut_of.clone())).unwrap();
    let mut successor = Sink::<Row>::open_exactly_once(sink(), &second, Some(&cut_of)).unwrap();
    write(&mut successor, 2..4);
    // It wakes: ends its part, begins the next one, and commits what its last checkpoint had.
    drop(cut(&mut stopped));
    write(&mut stopped, 7..9);
    drop(cut(&mut stopped));
    committer(&first).commit(&epoch(cut_of)).unwrap();
    let cut_of = cut(&mut successor);
    write(&mut successor, 4..5);
    committer(&second).commit(&epoch(cut_of)).unwrap();
    for (part, expected) in [("d/part-0-0.csv", 0..2), ("d/part-0-1.csv", 2..4)] {
        assert_eq!(rows(&text(&disk, part), true), expected.map(row).collect::<Vec<_>>(), "{part}");
    }
    let last = cut(&mut successor);
    drop(Sink::<Row>::open_exactly_once(sink(), &second, Some(&last)).unwrap());
    let left: Vec<_> = disk.names().into_iter().filter(|name| name.ends_with("tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}
