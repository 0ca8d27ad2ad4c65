//! Files of letters: written, appended to, and replayed.

use crate::files::{all, folder, write};
use crate::support::{BATCHES, INSTANCES, run, sorted};
use millstream::operator::DeadLetter;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u64,
    amount: f64,
    note: Option<String>,
}

fn order(id: u64) -> Order {
    let note = id.is_multiple_of(3).then(|| format!("\"{id}\"\n,"));
    Order { id, amount: id as f64 / 3.0, note }
}

#[operator(errors = letters)]
async fn checked(order: Order) -> Result<u64, String> {
    if order.id.is_multiple_of(4) {
        Err(format!("order {} is bad", order.id))
    } else {
        Ok(order.id)
    }
}

fn job(orders: u64, letters: &Path, good: &Collected<u64>, instances: usize) -> Topology {
    topology!(
        checked = source(from_iter((0..orders).map(order))) >> by(|o| o.id) >> checked * instances,
        checked >> sink(good.sink()),
        checked.errors >> dead_letters(letters).append(),
    )
}

#[tokio::test]
async fn what_is_written_is_replayed() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let ((_folder, path), good) = (folder(), Collected::new());
        let file = path("dead.jsonl");
        run(job(500, &file, &good, instances), Config::default().batch(batch)).await.unwrap();
        let (letters, bad) = all(replay::<Order>(&file).letters()).await;
        assert_eq!((letters.len(), bad.len(), good.take().len()), (125, 0, 375));
        for letter in &letters {
            assert_eq!((&*letter.node, letter.attempts), ("checked", 1));
            assert_eq!(letter.error, format!("order {} is bad", letter.event.id));
            assert!(letter.time > EventTime::from_secs(1_700_000_000), "{}", letter.time);
        }
        let (events, bad) = all(replay::<Order>(&file)).await;
        assert!(bad.is_empty());
        assert_eq!(events, letters.into_iter().map(|letter| letter.event).collect::<Vec<_>>());
        let ids = sorted(events.iter().map(|order| order.id).collect());
        assert_eq!(ids, (0..500).step_by(4).collect::<Vec<_>>());
        assert!(events.iter().all(|event| *event == order(event.id)));
    }
}

#[tokio::test]
async fn letters_are_added_to_a_file_only_if_that_is_said() {
    let ((_folder, path), good) = (folder(), Collected::new());
    let file = path("dead.jsonl");
    for times in 1..3 {
        run(job(8, &file, &good, 1), Config::default()).await.unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2 * times);
    }
    let letters: Vec<DeadLetter<Order>> = all(replay(&file).letters()).await.0;
    let before = fs::read(&file).unwrap();
    let error = write(letters.clone(), dead_letters(&file)).await.unwrap_err();
    assert!(error.to_string().contains("`.append()`"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);
    write(letters[..1].to_vec(), dead_letters(&file).replace()).await.unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
    assert_eq!(all(replay(&file).letters()).await.0, letters[..1]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_a_file_that_is_created() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    let mode = |name: &str| fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
    let letters = || vec![letter(7)];
    write(letters(), dead_letters(path("new"))).await.unwrap();
    write(letters(), dead_letters(path("append")).append()).await.unwrap();
    write(letters(), dead_letters(path("replace")).replace()).await.unwrap();
    write(letters(), dead_letters(path("packed.gz"))).await.unwrap();
    write(letters(), jsonl_file(path("plain"))).await.unwrap();
    for name in ["new", "append", "replace", "packed.gz"] {
        assert_eq!(mode(name), 0o600, "{name}");
        let (events, bad) = all(replay::<Order>(path(name))).await;
        assert_eq!((events, bad.len()), (vec![order(7)], 0), "{name}");
    }
    // A mode that somebody has chosen stays.
    for name in ["append", "replace"] {
        fs::set_permissions(path(name), fs::Permissions::from_mode(0o640)).unwrap();
    }
    write(letters(), dead_letters(path("append")).append()).await.unwrap();
    write(letters(), dead_letters(path("replace")).replace()).await.unwrap();
    assert_eq!((mode("append"), mode("replace")), (0o640, 0o640));
    assert_ne!(mode("plain"), 0o600, "which is for everybody whom the mask of the process lets");
}

fn letter(id: u64) -> DeadLetter<Order> {
    DeadLetter {
        node: "checked".into(),
        instance: 0,
        event: order(id),
        error: "bad".into(),
        attempts: 1,
        position: id,
        time: EventTime::from_secs(1),
    }
}

#[tokio::test]
async fn a_line_that_is_no_letter_is_reported_with_its_place_and_reason() {
    let (_folder, path) = folder();
    let file = path("dead.jsonl");
    write(vec![letter(1)], dead_letters(&file)).await.unwrap();
    let good = fs::read_to_string(&file).unwrap();
    let other = good.replace(r#""id":1"#, r#""id":"one""#);
    let lines = format!("{good}\n{{\"id\":1}}\n{other}no json\n{good}");
    fs::write(&file, lines).unwrap();
    let (events, bad) = all(replay::<Order>(&file)).await;
    assert_eq!(events, [order(1), order(1)]);
    let bad: Vec<_> = bad.iter().map(|bad| (bad.line, &*bad.reason)).collect();
    assert_eq!(bad.len(), 3);
    assert_eq!(bad[0], (3, "is no dead letter of such events: missing field `node` at column 8"));
    assert!(bad[1].0 == 4 && bad[1].1.contains("invalid type: string \"one\""), "{bad:?}");
    assert!(bad[2].0 == 5 && bad[2].1.contains("expected ident at column 2"), "{bad:?}");
}

#[tokio::test]
async fn a_float_that_json_cannot_hold_does_not_end_the_job() {
    let (_folder, path) = folder();
    let file = path("dead.jsonl");
    let nan = DeadLetter { event: Order { amount: f64::NAN, ..order(3) }, ..letter(3) };
    write(vec![letter(1), nan, letter(5)], dead_letters(&file)).await.unwrap();
    let (events, bad) = all(replay::<Order>(&file)).await;
    assert_eq!(events, [order(1), order(5)]);
    assert_eq!((bad.len(), bad[0].line), (1, 2));
    assert!(bad[0].raw.contains("\"amount\":null"), "{}", bad[0].raw);
    let (as_value, bad) = all(replay::<serde_json::Value>(&file)).await;
    assert_eq!((as_value.len(), bad.len()), (3, 0));
}
