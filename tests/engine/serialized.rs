//! What windows and joins emit, as JSON and CSV.

use crate::support::run;
use millstream::prelude::*;
use millstream::window::LateReason;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// The JSON of a value, which reads back as the same.
#[track_caller]
fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
    text
}

#[test]
fn a_time_is_rfc_3339_text() {
    for (micros, text) in [
        (0, "\"1970-01-01T00:00:00Z\""),
        (1_522_584_000_500_000, "\"2018-04-01T12:00:00.5Z\""),
        (-1, "\"1969-12-31T23:59:59.999999Z\""),
        (i64::MIN, "-9223372036854775808"),
        (i64::MAX, "9223372036854775807"),
    ] {
        assert_eq!(json(&EventTime::from_micros(micros)), text);
    }
    for (text, micros) in [
        ("\"2018-04-01T14:00:00+02:00\"", 1_522_584_000_000_000),
        ("\"1969-12-31T23:59:59.9999995Z\"", -1),
        ("17", 17),
    ] {
        assert_eq!(serde_json::from_str::<EventTime>(text).unwrap().as_micros(), micros);
    }
    for wrong in ["\"noon\"", "\"2018-04-01\"", "1.5", "18446744073709551615", "null"] {
        assert!(serde_json::from_str::<EventTime>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_result_reads_back_from_json() {
    let (start, time) = (EventTime::from_secs(60), EventTime::from_secs(61));
    let (key, end, firing) = ("north".to_owned(), start + 60.secs(), Firing::Early(2));
    let result = WindowResult { key: key.clone(), start, end, firing, value: 2.5 };
    assert_eq!(
        json(&result),
        concat!(
            r#"{"key":"north","start":"1970-01-01T00:01:00Z","end":"1970-01-01T00:02:00Z","#,
            r#""firing":"early 2","value":2.5}"#
        )
    );
    assert_eq!(json(&Firing::OnTime), r#""on time""#);
    assert_eq!(json(&Firing::Late(7)), r#""late 7""#);
    assert!(serde_json::from_str::<Firing>(r#""early""#).is_err());
    json(&TrailingResult { key, event: 7, value: [1, 2] });
    json(&Late { event: 7, time, watermark: end });
    json(&LateReason::BetweenWindows);
    json(&Malformed::new("orders.csv", 17, "amount: invalid digit", "3,x"));
    json(&[OneOf2::First(7), OneOf2::Second("a".to_owned())]);
    json(&OneOf3::<u8, u8, u8>::Third(3));
    json(&OneOf4::<u8, u8, u8, u8>::Fourth(4));
    json(&[Timer::At(time), Timer::After(30.secs())]);
}

#[tokio::test]
async fn a_csv_sink_writes_the_results_of_windows_and_a_source_reads_them() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Reading(u64);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("totals.csv");
    let topology = topology!(
        totals = source(from_iter([Reading(1), Reading(2), Reading(13)]))
            >> event_time(|reading| EventTime::from_secs(reading.0 as i64), lateness(0.secs()))
            >> by(|reading| reading.0 % 2)
            >> window(tumbling(10.secs()))
            >> aggregate(|reading| reading.0, sum()),
        totals >> sink(csv_file(&path)),
        totals.late >> ignore,
    );
    run(topology, Config::default()).await.unwrap();
    let read = Collected::<WindowResult<u64, u64>>::new();
    let topology = topology!(source(csv_file(&path)) >> sink(read.sink()));
    run(topology, Config::default()).await.unwrap();
    let totals = read.take();
    let mut totals: Vec<_> = totals.iter().map(|it| (it.start, it.key, it.value)).collect();
    totals.sort_unstable();
    let at = EventTime::from_secs;
    assert_eq!(totals, [(at(0), 0, 2), (at(0), 1, 1), (at(10), 1, 13)]);
}
