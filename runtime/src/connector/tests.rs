//! The law of positions: what follows a position is what follows it, wherever it was taken.

use super::again::from_iter_again;
use super::csv::{Quoting, csv_file};
use super::demo::Demo;
use super::every::every;
use super::json::jsonl_file;
use super::lines::{file_lines, stdin_lines};
use super::memory::from_iter;
use super::text::Record;
use crate::env::Env;
use crate::env::disk::Disk;
use crate::error::Result;
use crate::source::{Intake, Malformed, Position, Reader, Readiness, Source, first};
use crate::time::DurationExt;
use std::fmt::Debug;
use std::future::poll_fn;
use std::io::Write;

/// What has been read.
struct Seen<T>(Vec<Record<T>>);

impl<T> Intake<T> for Seen<T> {
    fn event(&mut self, event: T) -> Result<()> {
        self.0.push(Ok(event));
        Ok(())
    }

    fn malformed(&mut self, record: Malformed) -> Result<()> {
        self.0.push(Err(record));
        Ok(())
    }
}

fn wait<R>(future: impl Future<Output = R>) -> R {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Reads that many records, at most `limit` at a time.
fn read<T, R: Reader<T>>(reader: &mut R, records: usize, limit: usize) -> Result<Vec<Record<T>>> {
    let mut seen = Seen(Vec::new());
    while seen.0.len() < records {
        if wait(poll_fn(|cx| reader.poll_ready(cx)))? == Readiness::End {
            break;
        }
        let limit = limit.min(records - seen.0.len());
        reader.read(limit, &mut seen)?;
    }
    Ok(seen.0)
}

fn rest<T, R: Reader<T>>(reader: &mut R) -> Result<Vec<Record<T>>> {
    read(reader, usize::MAX, 1_000)
}

fn position<T, R: Reader<T>>(reader: &mut R) -> Position {
    let position = reader.position().unwrap().expect("the source has positions");
    Position::from_bytes(position.as_bytes().to_vec())
}

/// The position behind the first records.
fn behind<T, S: Source<T>>(source: S, env: &Env, records: usize) -> Position {
    let mut reader = source.open(env).unwrap();
    read(&mut reader, records, 1_000).unwrap();
    position(&mut reader)
}

/// Reads some, opens there, and expects the rest; returns how many records there are.
fn check<T, S>(env: &Env, source: impl Fn() -> S, at: impl Fn(usize) -> bool) -> usize
where
    T: PartialEq + Debug,
    S: Source<T>,
{
    let all = rest(&mut source().open(env).unwrap()).unwrap();
    for limit in [1, 3, 1_000] {
        for read_before in (0..=all.len()).filter(|records| at(*records)) {
            let (before, after) = all.split_at(read_before);
            let mut reader = source().open(env).unwrap();
            assert_eq!(read(&mut reader, read_before, limit).unwrap(), before);
            let at = position(&mut reader);
            assert_eq!(rest(&mut reader).unwrap(), after, "the reader itself at {read_before}");

            let mut again = source().open_at(env, &at).unwrap();
            assert_eq!(rest(&mut again).unwrap(), after, "opened at {read_before}");

            let mut again = source().open_at(env, &at).unwrap();
            assert_eq!(position(&mut again), at, "nothing was read yet");
            let next = after.len().min(1);
            read(&mut again, next, limit).unwrap();
            let at = position(&mut again);
            let mut third = source().open_at(env, &at).unwrap();
            assert_eq!(rest(&mut third).unwrap(), after[next..], "opened twice at {read_before}");
        }
    }
    all.len()
}

fn law<T, S>(env: &Env, source: impl Fn() -> S) -> usize
where
    T: PartialEq + Debug,
    S: Source<T>,
{
    check(env, source, |_| true)
}

/// The text as a gzip file of several members.
fn gzip(text: &[u8], members: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let parts = text.chunks(text.len().div_ceil(members).max(1));
    for part in parts.chain(text.is_empty().then_some(text)) {
        let mut member = flate2::write::GzEncoder::new(&mut file, flate2::Compression::fast());
        member.write_all(part).unwrap();
        member.finish().unwrap();
    }
    file
}

/// A text as a file, compressed by name.
fn disk(name: &str, text: &[u8]) -> Disk {
    let text = if name.ends_with(".gz") { gzip(text, 3) } else { text.to_vec() };
    Disk::with(name, &text)
}

const NAMES: [&str; 2] = ["plain", "packed.gz"];

#[test]
fn lines_continue_behind_any_of_them() {
    let texts: [&[u8]; 12] = [
        b"",
        b"a",
        b"\n",
        b"a\nb\nc\n",
        b"a\nb\nc",
        b"a\r\nb\r\n\r\nc\r\n",
        b"a\r\nb\r",
        b"\n\na\n\n",
        b"\xef\xbb\xbfa\nb\n",
        b"\xef\xbb\xbf",
        b"a\n\xef\xbb\xbfb\n\xff\xfe\nc",
        b"long line\nab\nlong\n",
    ];
    for (text, name) in texts.iter().flat_map(|text| NAMES.map(|name| (text, name))) {
        let env = disk(name, text).env();
        law(&env, || file_lines(name));
        law(&env, || file_lines(name).numbered());
        law(&env, || file_lines(name).record_limit(4).numbered());
    }
}

#[test]
fn long_lines_continue_behind_any_of_them() {
    let lines = [700_000, 3, 900_000, 2_000_000, 0, 5, 1_048_576, 1];
    let text = lines.map(|length| "x".repeat(length) + "\n").concat();
    let env = disk("long", text.as_bytes()).env();
    law(&env, || file_lines("long"));
}

#[test]
fn json_lines_continue_behind_any_of_them() {
    let texts: [&[u8]; 6] = [
        b"1\n2\n3\n",
        b"1\n\n \n2\nx\n\r\n3\r\n4",
        b"\xef\xbb\xbf1\n2\n",
        b"\n\n\n",
        b"x\ny\n1",
        b"1\n1000000\n2\n\xff\n3",
    ];
    for (text, name) in texts.iter().flat_map(|text| NAMES.map(|name| (text, name))) {
        let env = disk(name, text).env();
        law(&env, || jsonl_file::<u64>(name));
        law(&env, || jsonl_file::<u64>(name).record_limit(3));
    }
}

#[test]
fn csv_records_continue_behind_any_of_them() {
    let texts: [&[u8]; 14] = [
        b"",
        b"id,text\n",
        b"id,text",
        b"id,text\n1,a\n2,b\n3,c\n",
        b"id,text\n1,a\n2,b\n3,c",
        b"id,text\r\n1,a\r\n\r\n\r\n2,\"b\r\nb\"\r\nx,y\r\n3,c\r\n",
        b"id,text\r1,a\r\r2,b\rx,c\r",
        b"\xef\xbb\xbfid,text\n1,a\n2,b\n",
        b"id,text\n1,\"a \"\"quoted\"\"\n\nline\"\nx,y\n2,b",
        b"id,text\n1,a,b\n1\nx,y\n2, b \n",
        b"\n\nid,text\n\n1,a\n\n\nx,y\n",
        b"1,a\n1,a,b\n2,b\n",
        b"id,text\n1,long long long long\n\xef\xbb\xbf2,a\nx,b\n3,\xff\n4,d\n",
        b"text,id\nlong long long,1\n\xef\xbb\xbfa,2\nb,3\nc,x\n",
    ];
    for (text, name) in texts.iter().flat_map(|text| NAMES.map(|name| (text, name))) {
        let env = disk(name, text).env();
        law(&env, || csv_file::<(u64, String)>(name));
        law(&env, || csv_file::<(String, String)>(name).headerless());
        law(&env, || csv_file::<(u64, String)>(name).trimmed());
        law(&env, || csv_file::<(String, String)>(name).quoting(Quoting::Never));
        law(&env, || csv_file::<(String, String)>(name).headerless().record_limit(8));
        law(&env, || csv_file::<(String,)>(name).headerless().delimiter(b';'));
    }
}

#[test]
fn a_position_may_be_anywhere_in_what_is_read_ahead() {
    let numbers: Vec<_> = (0..3_000).map(|n| format!("{n},\"{n}\n\"\n")).collect();
    let near = |records: usize| records % 1_024 < 2 || records % 1_024 == 1_023 || records == 3_000;
    for name in NAMES {
        let env = disk(name, numbers.concat().as_bytes()).env();
        let csv = || csv_file::<(u64, String)>(name).headerless();
        assert_eq!(check(&env, csv, near), 3_000);
        assert_eq!(check(&env, || file_lines(name).numbered(), near), 6_000);
    }
}

#[test]
fn other_sources_continue_where_they_were() {
    let env = Disk::with("lines", b"1\nx\n2\n3\n").env();
    assert_eq!(law(&env, || from_iter_again(0..5)), 5);
    assert_eq!(law(&env, || from_iter_again(vec!["a", "b"])), 2);
    let demo = || Demo::new(7).customers(20).terminals(20).events(40);
    assert_eq!(law(&env, demo), 40);
    assert_eq!(law(&env, || first(3, from_iter_again(0..5))), 3);
    assert_eq!(law(&env, || first(0, from_iter_again(0..5))), 0);
    assert_eq!(law(&env, || first(2, jsonl_file::<u64>("lines"))), 3);
}

#[test]
fn an_iterator_with_fewer_items_than_were_read_is_refused() {
    let env = Env::system();
    let at = behind(from_iter_again(0..5), &env, 4);
    assert!(from_iter_again(0..4).open_at(&env, &at).is_ok());
    let error = from_iter_again(0..3).open_at(&env, &at).unwrap_err();
    assert!(error.to_string().contains("fewer items than the 4 read before"), "{error}");
}

#[test]
fn sources_that_cannot_begin_at_a_position_say_so() {
    let env = Disk::with("log", b"a\n").env();
    let at = Position::of(&0_u64).unwrap();
    assert_eq!(from_iter(0..3).open(&env).unwrap().position().unwrap(), None);
    let error = from_iter(0..3).open_at(&env, &at).unwrap_err();
    assert!(error.to_string().contains("this source cannot begin at a position"), "{error}");
    assert!(stdin_lines().open_at(&env, &at).is_err());
    let nothing = behind(file_lines("log"), &env, 0);
    assert!(file_lines("-").open_at(&env, &nothing).is_err());
    let foreign = file_lines("log").open_at(&env, &at).unwrap_err();
    assert!(foreign.to_string().contains("another kind of source"), "{foreign}");
}

#[tokio::test(start_paused = true)]
async fn ticks_are_counted_over_restarts() {
    let env = Env::system();
    let mut ticks = every(1.secs()).open(&env).unwrap();
    for _ in 0..2 {
        poll_fn(|cx| ticks.poll_ready(cx)).await.unwrap();
        ticks.read(1, &mut Seen(Vec::new())).unwrap();
    }
    let at = position(&mut ticks);
    assert_eq!(at.read::<u64>().unwrap(), 2);
    assert_eq!(position(&mut every(1.secs()).open_at(&env, &at).unwrap()), at);
}

/// The error of a source that is opened at a position, at once or by its first read.
fn refusal<T: Debug, S: Source<T>>(source: S, env: &Env, at: &Position) -> Option<String> {
    let read = source.open_at(env, at).and_then(|mut reader| read(&mut reader, 1, 1));
    read.err().map(|error| error.to_string())
}

#[test]
fn an_input_that_was_changed_before_the_position_is_refused_by_name() {
    let text = b"id,text\n1,a\n2,b\r\n3,c\n4,d\n";
    // The `\n` behind a `\r` belongs to the next record.
    let ends = [12, 16, 21, 25];
    for (name, (records, end)) in
        NAMES.iter().flat_map(|name| ends.iter().enumerate().map(move |at| (name, at)))
    {
        let source = || csv_file::<(String, String)>(name);
        let at = behind(source(), &disk(name, text).env(), records + 1);
        let try_with = |text: &[u8]| refusal(source(), &disk(name, text).env(), &at);
        for changed in 0..*end {
            let mut text = text.to_vec();
            text[changed] ^= 1;
            let error = try_with(&text).unwrap_or_else(|| panic!("byte {changed} of {end}"));
            assert!(error.contains(*name), "{error}");
            let error = try_with(&text[..changed]).unwrap_or_else(|| panic!("cut at {changed}"));
            assert!(error.contains(*name), "{error}");
        }
        for behind in *end..text.len() {
            let mut text = text.to_vec();
            text[behind] ^= 1;
            assert_eq!(try_with(&text), None, "what is behind the position may change");
            assert_eq!(try_with(&text[..behind]), None);
        }
    }
}

#[test]
fn no_more_than_the_last_four_kibibytes_are_verified_and_the_header() {
    let lines: Vec<_> = (0..2_000).map(|n| format!("{n:07}\n")).collect();
    let text = lines.concat().into_bytes();
    let at = behind(csv_file::<(String,)>("a"), &Disk::with("a", &text).env(), 1_499);
    let verified = |changed: usize| {
        let mut text = text.clone();
        text[changed] ^= 1;
        refusal(csv_file::<(String,)>("a"), &Disk::with("a", &text).env(), &at).is_some()
    };
    assert!(verified(12_000 - 1) && verified(12_000 - 4_096) && verified(0));
    assert!(!verified(12_000 - 4_097) && !verified(12_000));
}

#[test]
fn a_file_that_has_grown_goes_on_from_its_position() {
    let cases: [(&[u8], &[u8], &[&str]); 5] = [
        (b"a\nb\n", b"c\n", &["c"]),
        (b"a\nb", b"\nc\n", &["c"]),
        (b"a\nb", b"\r\nc\n", &["c"]),
        (b"a\r\nb\r", b"\n\nc", &["", "c"]),
        (b"a\nb", b"b\nc\n", &["b", "c"]),
    ];
    for (before, added, expected) in cases {
        for name in NAMES {
            let at = behind(file_lines(name), &disk(name, before).env(), 2);
            let env = disk(name, &[before, added].concat()).env();
            let mut again = file_lines(name).open_at(&env, &at).unwrap();
            let lines: Vec<_> = rest(&mut again).unwrap().into_iter().map(Result::unwrap).collect();
            assert_eq!(lines, expected);
        }
    }
    for name in NAMES {
        let at = behind(csv_file::<(u64, u64)>(name).headerless(), &disk(name, b"1,2").env(), 1);
        let env = disk(name, b"1,2\n3,4\nx\n").env();
        let mut again = csv_file::<(u64, u64)>(name).headerless().open_at(&env, &at).unwrap();
        let records = rest(&mut again).unwrap();
        assert_eq!(records[0], Ok((3, 4)));
        assert_eq!(records[1].as_ref().unwrap_err().line, 3);
    }
}
