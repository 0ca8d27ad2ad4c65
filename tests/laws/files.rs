//! The laws, for the sinks of the library that write files.

use millstream::connector::csv::{CsvFile, CsvFormat, csv_file, csv_parts};
use millstream::connector::json::{DeadLetters, JsonFormat, JsonLines};
use millstream::connector::json::{dead_letters, jsonl_file, jsonl_parts};
use millstream::connector::parts::Parts;
use millstream::operator::DeadLetter;
use millstream::prelude::EventTime;
use millstream::testkit::laws::{self, SinkUnderTest};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

type Event = (u64, String);

fn event(number: u64) -> Event {
    (number, format!("number {number}, \"quoted\"\nand of two lines"))
}

/// The files of a directory that readers see.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let visible = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        !name.starts_with('.') && name.ends_with(extension)
    };
    files.filter(visible).collect()
}

fn csv_rows(path: PathBuf) -> Vec<Event> {
    let text = std::fs::read_to_string(path).unwrap();
    // Each event is a number, and a text in quotes that holds quotes and the end of a line.
    let rows = text.split("lines\"\n").filter_map(|row| row.rsplit_once(",\"number "));
    rows.map(|(before, _)| event(before.rsplit('\n').next().unwrap().parse().unwrap())).collect()
}

fn json_rows(path: PathBuf) -> Vec<Event> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

macro_rules! place {
    ($name:ident, $sink:ty, $open:expr, $rows:expr, $extension:expr) => {
        struct $name(TempDir);

        impl $name {
            fn fresh() -> Self {
                Self(tempfile::tempdir().unwrap())
            }
        }

        impl SinkUnderTest for $name {
            type Event = Event;
            type Sink = $sink;

            fn sink(&self) -> $sink {
                ($open)(self.0.path())
            }
            fn event(&self, number: u64) -> Event {
                event(number)
            }
            fn visible(&self) -> Vec<Event> {
                files(self.0.path(), $extension).into_iter().flat_map($rows).collect()
            }
        }
    };
}

place!(CsvParts, Parts<Event, CsvFormat>, |folder| csv_parts(folder).roll_at(60), csv_rows, ".csv");
place!(
    JsonParts,
    Parts<Event, JsonFormat>,
    |folder| jsonl_parts(folder).roll_at(60),
    json_rows,
    ".jsonl"
);
place!(LongParts, Parts<Event, JsonFormat>, jsonl_parts, json_rows, ".jsonl");
place!(Csv, CsvFile<Event>, |folder: &Path| csv_file(folder.join("it.csv")), csv_rows, ".csv");
place!(
    Json,
    JsonLines<Event>,
    |folder: &Path| jsonl_file(folder.join("it.jsonl")).append(),
    json_rows,
    ".jsonl"
);

/// A file of dead letters.
struct Letters(TempDir);

impl SinkUnderTest for Letters {
    type Event = DeadLetter<Event>;
    type Sink = DeadLetters;

    fn sink(&self) -> DeadLetters {
        dead_letters(self.0.path().join("it.jsonl")).append()
    }
    fn event(&self, number: u64) -> DeadLetter<Event> {
        DeadLetter {
            node: "checked".to_owned(),
            instance: 0,
            event: event(number),
            error: "is \"bad\"\nin two lines".to_owned(),
            attempts: 1,
            position: number,
            time: EventTime::from_secs(1),
        }
    }
    fn visible(&self) -> Vec<DeadLetter<Event>> {
        let text = std::fs::read_to_string(self.0.path().join("it.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

laws::sink!(csv_parts_of_few_events, CsvParts::fresh());
laws::sink!(jsonl_parts_of_few_events, JsonParts::fresh());
laws::sink!(jsonl_parts_of_an_epoch, LongParts::fresh());
laws::truncating_sink!(a_csv_file, Csv::fresh());
laws::truncating_sink!(a_json_file_that_is_added_to, Json::fresh());
laws::truncating_sink!(a_file_of_letters, Letters(tempfile::tempdir().unwrap()));

#[test]
fn the_laws_of_another_kind_of_sink_are_refused_in_words() {
    for law in laws::transactional::all() {
        let broken = law.check(Csv::fresh()).unwrap_err().to_string();
        assert_eq!(
            broken,
            "these laws are for sinks whose repeated writes are `Commits`, this one's are \
             `CutBack`: use the laws of its `Sink::Repeat`"
        );
    }
}
