//! Text files: what a sink writes a source reads, and lines are those of an editor.

use crate::files::{all, folder, write};
use crate::support::{BATCHES, run, sorted};
use millstream::ErrorKind;
use millstream::connector::csv::Quoting;
use millstream::prelude::*;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

#[tokio::test]
async fn tuples_that_are_written_as_csv_come_back() {
    let (_folder, path) = folder();
    let path = path("pairs.csv");
    let pairs: Vec<_> = (0..5_u64).map(|id| (id, format!("name {id}"))).collect();
    write(pairs.clone(), csv_file(&path)).await.unwrap();
    assert_eq!(all(csv_file::<(u64, String)>(&path)).await, (pairs, vec![]));
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    text: String,
    other: String,
    number: f64,
}

fn there_and_back<T>(events: &[T], csv: impl Fn(&Path) -> millstream::connector::csv::CsvFile<T>)
where
    T: Clone + std::fmt::Debug + PartialEq + Send + Serialize + DeserializeOwned + 'static,
{
    let (_folder, path) = folder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for name in ["rows.csv", "rows.csv.gz"] {
            let path = path(name);
            write(events.to_vec(), csv(&path)).await.unwrap();
            assert_eq!(all(csv(&path)).await, (events.to_vec(), vec![]));
            write(events.to_vec(), csv(&path).append()).await.unwrap();
            assert_eq!(all(csv(&path)).await, ([events, events].concat(), vec![]));
        }
        let path = path("rows.jsonl");
        write(events.to_vec(), jsonl_file(&path)).await.unwrap();
        assert_eq!(all(jsonl_file(&path)).await, (events.to_vec(), vec![]));
    });
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\r\n".to_owned()),
        Just(",".to_owned()),
        Just(";".to_owned()),
        Just("\t".to_owned()),
        Just(" ".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("é".to_owned()),
        Just("#".to_owned()),
        any::<char>().prop_map(String::from),
        "[a-z0-9]{1,3}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn row() -> impl Strategy<Value = Row> {
    let number = any::<f64>().prop_filter("finite", |number| number.is_finite());
    (text(), text(), number).prop_map(|(text, other, number)| Row { text, other, number })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_a_sink_writes_a_source_of_the_same_options_reads(
        rows in prop::collection::vec(row(), 0..5),
        header in any::<bool>(),
        delimiter in prop::sample::select(b",;\t| ".to_vec()),
        always in any::<bool>(),
    ) {
        let quoting = if always { Quoting::Always } else { Quoting::WhereNeeded };
        let tuples: Vec<_> =
            rows.iter().map(|row| (row.text.clone(), row.number, row.other.clone())).collect();
        there_and_back(&tuples, |path| options(csv_file(path), header, delimiter).quoting(quoting));
        there_and_back(&rows, |path| options(csv_file(path), header, delimiter).quoting(quoting));
        let texts: Vec<_> = rows.iter().map(|row| row.text.clone()).collect();
        there_and_back(&texts, |path| options(csv_file(path), header, delimiter).quoting(quoting));
    }
}

fn options<T>(
    file: millstream::connector::csv::CsvFile<T>,
    header: bool,
    delimiter: u8,
) -> millstream::connector::csv::CsvFile<T> {
    let file = file.delimiter(delimiter);
    if header { file } else { file.headerless() }
}

#[tokio::test]
async fn a_field_that_needs_quotes_is_refused_where_there_are_none() {
    let (_folder, path) = folder();
    let plain = |name| csv_file::<String>(path(name)).headerless().quoting(Quoting::Never);
    for bad in ["a,b", "a\nb", "a\rb", ""] {
        write(vec![bad.to_owned()], plain("bad.csv").replace()).await.unwrap_err();
    }
    let quotes = vec!["\"a".to_owned(), "b\"c\"".to_owned()];
    write(quotes.clone(), plain("good.csv")).await.unwrap();
    let read = csv_file::<String>(path("good.csv")).headerless().quoting(Quoting::Never);
    assert_eq!(all(read).await, (quotes, vec![]));
}

#[tokio::test]
async fn a_file_of_another_dialect_is_read() {
    let (_folder, path) = folder();
    fs::write(path("a.csv"), "1 ; ä \n 2;\"x;y\"\n").unwrap();
    let file = csv_file::<(u64, String)>(path("a.csv")).headerless().delimiter(b';').trimmed();
    let expected = vec![(1, "ä".to_owned()), (2, "x;y".to_owned())];
    assert_eq!(all(file).await, (expected, vec![]));
    write(vec![(" a ", 1)], csv_file(path("b.csv")).headerless().trimmed()).await.unwrap();
    assert_eq!(fs::read_to_string(path("b.csv")).unwrap(), "a,1\n");
    for delimiter in [b'"', b'\n', 0xe4] {
        let error = write(vec![1], csv_file(path("c.csv")).delimiter(delimiter)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!path("c.csv").exists());
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_the_text() {
    let (_folder, path) = folder();
    fs::write(path("a.jsonl"), "\u{feff}1\n2\n").unwrap();
    assert_eq!(all(jsonl_file::<u64>(path("a.jsonl"))).await, (vec![1, 2], vec![]));
    fs::write(path("a.txt"), "\u{feff}one\ntwo").unwrap();
    assert_eq!(all(file_lines(path("a.txt"))).await.0, ["one", "two"]);
    fs::write(path("a.csv"), "\u{feff}\"text\",other,number\na,b,1\n").unwrap();
    let row = Row { text: "a".into(), other: "b".into(), number: 1.0 };
    assert_eq!(all(csv_file::<Row>(path("a.csv"))).await, (vec![row], vec![]));
    for short in ["", "\u{feff}", "x"] {
        fs::write(path("s.txt"), short).unwrap();
        let expected: Vec<_> = short.split('\u{feff}').filter(|text| !text.is_empty()).collect();
        assert_eq!(all(file_lines(path("s.txt"))).await.0, expected);
    }
}

#[tokio::test]
async fn lines_are_numbered_as_an_editor_shows_them() {
    let (_folder, path) = folder();
    for end in ["\n", "\r\n"] {
        let text =
            ["id,name", "1,a", "x,b", "", "", "2,\"c", "d\"", "y,\"e", "", "f\"", "3,g", "z"];
        fs::write(path("a.csv"), text.join(end)).unwrap();
        for batch in BATCHES {
            let (events, bad) = (Collected::new(), Collected::new());
            let topology = topology!(
                rows = source(csv_file::<(u64, String)>(path("a.csv"))),
                rows >> map(|(id, _)| id) >> sink(events.sink()),
                rows.errors >> map(|bad: Malformed| bad.line) >> sink(bad.sink()),
            );
            run(topology, Config::default().batch(batch)).await.unwrap();
            assert_eq!((events.take(), bad.take()), (vec![1, 2, 3], vec![3, 8, 12]), "{end:?}");
        }
        fs::write(path("a.jsonl"), ["1", "", "x", " ", "2"].join(end)).unwrap();
        let (events, bad) = all(jsonl_file::<u64>(path("a.jsonl"))).await;
        assert_eq!((events, bad.len(), bad[0].line), (vec![1, 2], 1, 3));
        assert!(!bad[0].reason.contains("line"), "{}", bad[0].reason);
        fs::write(path("a.txt"), ["a", "", "b"].join(end)).unwrap();
        let numbered = all(file_lines(path("a.txt")).numbered()).await.0;
        assert_eq!(numbered, [(1, "a".into()), (2, String::new()), (3, "b".into())]);
    }
}

#[tokio::test]
async fn lines_far_into_a_file_keep_their_numbers() {
    let (_folder, path) = folder();
    let line =
        |at: u64| if at.is_multiple_of(1_000) { "x\r\n".into() } else { format!("{at}\r\n") };
    fs::write(path("a.csv"), (1..=50_000).map(line).collect::<String>()).unwrap();
    let (_, bad) = all(csv_file::<u64>(path("a.csv")).headerless()).await;
    let lines: Vec<_> = bad.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, (1..=50).map(|at| at * 1_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_padded_file_of_several_members_is_read_whatever_the_case_of_its_name() {
    let (_folder, path) = folder();
    let gz = path("a.jsonl.gz");
    write(vec![1, 2], jsonl_file(&gz)).await.unwrap();
    write(vec![3], jsonl_file(&gz).append()).await.unwrap();
    let mut bytes = fs::read(&gz).unwrap();
    bytes.extend([0; 700]);
    fs::write(path("b.jsonl.GZ"), &bytes).unwrap();
    assert_eq!(all(jsonl_file::<u64>(path("b.jsonl.GZ"))).await, (vec![1, 2, 3], vec![]));
    write(vec![4], jsonl_file(path("c.jsonl.GZ"))).await.unwrap();
    assert_eq!(fs::read(path("c.jsonl.GZ")).unwrap()[..2], [0x1f, 0x8b]);
}

#[derive(Clone, Serialize)]
struct Reading {
    sensor: Option<u8>,
    values: Vec<f64>,
}

#[tokio::test]
async fn a_float_that_json_cannot_hold_is_an_error_with_its_field() {
    let (_folder, path) = folder();
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let rows = vec![
            Reading { sensor: None, values: vec![1.0] },
            Reading { sensor: None, values: vec![1.0, bad] },
        ];
        let error = write(rows.clone(), jsonl_file(path("a.jsonl")).replace()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sink);
        let expected = format!("`values[1]` is {bad}, which JSON cannot hold");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    // CSV has a form for them that reads back.
    write(vec![f64::NAN, f64::INFINITY], csv_file(path("a.csv"))).await.unwrap();
    let (read, _) = all(csv_file::<f64>(path("a.csv"))).await;
    assert!(read[0].is_nan() && read[1] == f64::INFINITY);
}

#[tokio::test]
async fn a_record_beyond_the_limit_is_malformed_and_the_next_is_read() {
    let (_folder, path) = folder();
    for length in [11, 1_000, 200_000, 500_000] {
        let long = "x".repeat(length);
        fs::write(path("a.txt"), format!("0123456789\r\n{long}\nthree")).unwrap();
        let (lines, bad) = all(file_lines(path("a.txt")).record_limit(10)).await;
        assert_eq!(lines, ["0123456789", "three"]);
        assert_eq!((bad.len(), bad[0].line, bad[0].raw.len()), (1, 2, length.min(11)));
        fs::write(path("a.jsonl"), format!("1\n\"{long}\"\n3\n")).unwrap();
        let (numbers, bad) = all(jsonl_file::<u64>(path("a.jsonl")).record_limit(10)).await;
        assert_eq!((numbers, bad.len(), bad[0].line), (vec![1, 3], 1, 2));
        fs::write(path("a.csv"), format!("id,name\n1,a\n2,{long}\nx,b\n3,c\n")).unwrap();
        let file = csv_file::<(u64, String)>(path("a.csv")).record_limit(10);
        let (rows, bad) = all(file).await;
        let lines: Vec<_> = bad.iter().map(|bad| bad.line).collect();
        assert_eq!((sorted(rows).len(), lines), (2, vec![3, 4]), "{length}");
    }
}

/// A named pipe, and what a job has read of it before more is written.
#[cfg(unix)]
#[tokio::test]
async fn a_record_of_a_pipe_is_handed_over_at_once() {
    let (_folder, path) = folder();
    for name in ["a.csv", "a.jsonl", "a.txt"] {
        let pipe = path(name);
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let (sender, mut seen) = tokio::sync::mpsc::channel(8);
        let topology = match name {
            "a.csv" => topology!(
                source(csv_file::<u64>(&pipe).headerless())
                    >> map(|n| n.to_string())
                    >> sink(to_channel(sender))
            ),
            "a.jsonl" => topology!(
                source(jsonl_file::<u64>(&pipe))
                    >> map(|n| n.to_string())
                    >> sink(to_channel(sender))
            ),
            _ => topology!(source(file_lines(&pipe)) >> sink(to_channel(sender))),
        };
        let mut job = topology.start(Config::default()).unwrap();
        // The job starts although nobody writes yet.
        let mut writer = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        for line in ["1", "2", "3"] {
            std::io::Write::write_all(&mut writer, format!("{line}\n").as_bytes()).unwrap();
            let received = crate::support::settled(seen.recv()).await;
            assert_eq!(received.as_deref(), Some(line));
        }
        drop(writer);
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
    }
}
