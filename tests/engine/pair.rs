//! Two streams with event time, and the windows of both.

use crate::support::sorted;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::Watermarks;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};

/// A time in seconds; the key is its last digit.
pub type Second = i64;

fn at(second: &Second) -> EventTime {
    EventTime::from_secs(*second)
}

/// The seconds of a window, in order.
#[operator]
async fn seconds(window: Window<(), Second>) -> Vec<Second> {
    vec![sorted(window.events().to_vec()).into_iter().sum()]
}

/// Two streams, and the sums of the seconds of their windows of ten seconds.
pub struct Pair {
    job: Job,
    pub one: Option<Sender<Second>>,
    pub two: Option<Sender<Second>>,
    sums: Collected<Second>,
    late: Collected<Second>,
}

impl Pair {
    pub fn start<W: Watermarks<Second>>(instances: usize, strategy: W, env: Env) -> Self {
        let (one, ones) = channel(64);
        let (two, twos) = channel(64);
        let (sums, late) = (Collected::new(), Collected::new());
        let topology = topology!(
            ones = source(from_channel(ones)) >> event_time(at, strategy.clone()),
            twos = source(from_channel(twos)) >> event_time(at, strategy),
            windows = [ones, twos]
                >> by(|second| second % 10)
                >> map(|second| second) * instances
                >> by(|_| ())
                >> window(tumbling(10.secs()))
                >> seconds,
            windows >> sink(sums.sink()),
            windows.late >> map(|late| late.event) >> sink(late.sink()),
        );
        let job = topology.start(Config::default().env(env)).unwrap();
        Self { job, one: Some(one), two: Some(two), sums, late }
    }

    /// The sums that have come since the last call.
    pub async fn sums(&self) -> Vec<Second> {
        settle().await;
        self.sums.take()
    }

    pub async fn one(&self, second: Second) {
        self.one.as_ref().unwrap().send(second).await.unwrap();
        settle().await;
    }

    pub async fn two(&self, second: Second) {
        self.two.as_ref().unwrap().send(second).await.unwrap();
        settle().await;
    }

    /// Ends both streams; the sums and late events that were left.
    pub async fn end(mut self) -> (Vec<Second>, Vec<Second>) {
        (self.one, self.two) = (None, None);
        self.job.wait().await.unwrap();
        crate::support::assert_balanced(&self.job);
        (self.sums.take(), self.late.take())
    }
}

/// Lets everybody run who can; the clock stands still.
pub async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

pub async fn pass(time: Duration) {
    settle().await;
    tokio::time::advance(time).await;
    settle().await;
}
