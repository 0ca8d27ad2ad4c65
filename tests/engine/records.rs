//! Records that cannot be understood.

use crate::support::{BATCHES, INSTANCES, run, sorted};
use millstream::prelude::*;
use millstream::source::RecordPosition;
use millstream::{Error, ErrorKind};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Order {
    id: u64,
    amount: i64,
}

/// A file with these lines.
fn file(name: &str, lines: impl IntoIterator<Item = String>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, lines.into_iter().map(|line| line + "\n").collect::<String>()).unwrap();
    (folder, path)
}

/// 3,000 orders; those of lines 7, 1507 and 3001 are malformed, each in another way.
fn csv() -> (TempDir, PathBuf) {
    let line = |at: u64| match at {
        1 => "id,amount".into(),
        7 => "7,much".into(),
        1_507 => "1507".into(),
        3_001 => ",5".into(),
        id => format!("{id},-{id}"),
    };
    file("orders.csv", (1..=3_001).map(line))
}

fn json() -> (TempDir, PathBuf) {
    let line = |at: u64| match at {
        7 => r#"{"id": 7, "amount": "much"}"#.into(),
        1_507 => r#"{"id": 1507}"#.into(),
        3_000 => r#"{"id": 3000, "#.into(),
        id => format!(r#"{{"id": {id}, "amount": -{id}}}"#),
    };
    file("orders.jsonl", (1..=3_000).map(line))
}

fn orders(ids: impl Iterator<Item = u64>, bad: [u64; 3]) -> Vec<Order> {
    let good = ids.filter(|id| !bad.contains(id));
    good.map(|id| Order { id, amount: -(id as i64) }).collect()
}

fn assert_tells(error: &Error, path: &Path, line: u64, reason: &str) {
    assert_eq!(error.kind(), ErrorKind::Record);
    assert_eq!(error.node(), Some("orders"));
    let position = RecordPosition::new(path.display().to_string(), line);
    assert_eq!(error.position(), Some(&position));
    assert_eq!(error.downcast_ref::<Malformed>().unwrap().position(), position);
    let message = error.to_string();
    assert!(message.starts_with(&format!("source `orders`: {position}: {reason}")), "{message}");
    let help = "; connect its `.errors` to continue after a malformed record";
    assert!(message.ends_with(help), "{message}");
}

/// Whoever has declared that errors fail the job is not advised to route them.
#[tokio::test]
async fn a_malformed_record_whose_errors_fail_the_job_comes_without_advice() {
    let (_csv, csv) = csv();
    let topology = topology!(
        orders = source(csv_file(&csv)),
        orders >> map(|order: Order| order) >> ignore,
        orders.errors >> fail,
    );
    let error = run(topology, Config::default()).await.unwrap_err();
    assert!(error.to_string().ends_with(": invalid digit found in string"), "{error}");
}

#[tokio::test]
async fn a_malformed_record_stops_the_job_with_file_line_and_reason() {
    let ((_csv, csv), (_json, json)) = (csv(), json());
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let config = || Config::default().batch(batch);
        let topology = topology!(
            orders = source(csv_file(&csv)),
            orders >> by(|order: &Order| order.id) >> map(|order| order) * instances >> ignore,
        );
        let error = run(topology, config()).await.unwrap_err();
        assert_tells(&error, &csv, 7, "column `amount` is `much`: invalid digit found in string");
        let topology = topology!(
            orders = source(jsonl_file(&json)),
            orders >> by(|order: &Order| order.id) >> map(|order| order) * instances >> ignore,
        );
        let error = run(topology, config()).await.unwrap_err();
        assert_tells(&error, &json, 7, "invalid type: string \"much\", expected i64");
    }
}

#[tokio::test]
async fn malformed_records_that_are_routed_let_the_job_go_on() {
    let ((_csv, csv), (_json, json)) = (csv(), json());
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (from_csv, from_json, bad) = (Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            csv = source(csv_file(&csv)),
            json = source(jsonl_file(&json)),
            csv >> by(|order: &Order| order.id)
                >> map(|order| order) * instances
                >> sink(from_csv.sink()),
            json >> by(|order: &Order| order.id)
                >> map(|order| order) * instances
                >> sink(from_json.sink()),
            [csv.errors, json.errors]
                >> shuffle
                >> map(|record: Malformed| (record.source, record.line, record.raw)) * instances
                >> sink(bad.sink()),
        );
        let metrics = run(topology, Config::default().batch(batch)).await.unwrap();
        assert_eq!(sorted(from_csv.take()), orders(2..=3_001, [7, 1_507, 3_001]));
        assert_eq!(sorted(from_json.take()), orders(1..=3_000, [7, 1_507, 3_000]));
        let bad = sorted(bad.take());
        let raws: Vec<_> = bad.iter().map(|(_, line, raw)| (*line, raw.as_str())).collect();
        let from_csv = [(7, "7,much"), (1_507, "1507"), (3_001, ",5")];
        let from_json = [
            (7, r#"{"id": 7, "amount": "much"}"#),
            (1_507, r#"{"id": 1507}"#),
            (3_000, r#"{"id": 3000, "#),
        ];
        assert_eq!(sorted(raws), sorted([from_csv, from_json].concat()));
        for node in ["csv", "json"] {
            let total = metrics.node(node).unwrap().total();
            assert_eq!((total.events_in, total.events_out, total.errors), (3_000, 2_997, 3));
        }
    }
}

#[tokio::test]
async fn text_that_is_no_text_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.txt");
    std::fs::write(&path, b"one\r\ntwo\nthr\xffe\nfour").unwrap();
    let (lines, bad) = (Collected::new(), Collected::new());
    let topology = topology!(
        text = source(file_lines(&path)),
        text >> sink(lines.sink()),
        text.errors >> map(|record: Malformed| record.to_string()) >> sink(bad.sink()),
    );
    run(topology, Config::default()).await.unwrap();
    assert_eq!(lines.take(), ["one", "two", "four"]);
    assert_eq!(bad.take(), [format!("{}:3: expected text in UTF-8", path.display())]);
}

#[tokio::test]
async fn what_was_written_before_a_bad_record_stays_written() {
    let (_csv, csv) = csv();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("good.csv");
    let topology = topology!(
        orders = source(csv_file(&csv)),
        orders >> map(|order: Order| (order.id, order.amount)) >> sink(csv_file(&path)),
        orders.errors >> ignore,
    );
    run(topology, Config::default()).await.unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    let expected: String = orders(2..=3_001, [7, 1_507, 3_001])
        .iter()
        .map(|order| format!("{},{}\n", order.id, order.amount))
        .collect();
    assert_eq!(written, format!("column_1,column_2\n{expected}"));
}
