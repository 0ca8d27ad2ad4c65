//! The files of q10: a bid is in the file of its day and minute.

use crate::input::Input;
use millstream::prelude::*;
use millstream_benches::nexmark::q10;

#[tokio::test]
async fn a_bid_is_in_the_file_of_its_minute() {
    let folder = tempfile::tempdir().unwrap();
    let events = from_iter(Input::Days.events().to_vec());
    q10::q10(events, folder.path(), 2).run(Config::default()).await.unwrap();
    let bids = q10::read(folder.path()).unwrap();
    assert!(!bids.is_empty());
    for (partition, bid) in bids {
        let seconds = (bid.date_time / 1_000) as i64;
        let minute = EventTime::from_secs(seconds).to_string();
        let expected = format!("{}/{}-{}", &minute[..10], &minute[11..13], &minute[14..16]);
        assert_eq!(partition, expected);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let events = from_iter(Input::Benchmark.events().to_vec());
    let error = q10::q10(events, file.path(), 1).run(Config::default()).await.unwrap_err();
    assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
}
