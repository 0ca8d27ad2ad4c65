//! Works with almost no input, with two instances.

use super::{Ready, run};
use renoir::Stream;
use renoir::operator::Operator;
use renoir::operator::source::ChannelSource;
use renoir::prelude::*;
use std::time::Duration;

fn job(numbers: Stream<impl Operator<Out = u64> + 'static>) {
    numbers.group_by(|n| *n).map(|(_, n)| n).for_each(drop);
}

/// A job that waits for its source.
pub fn idle(seconds: u64) -> Ready {
    Box::new(move || {
        let (sender, source) = ChannelSource::new(16, Replication::One);
        let waiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(seconds));
            drop(sender);
        });
        run(2, |context| job(context.stream(source)));
        if waiting.join().is_err() {
            panic!("the sender failed");
        }
        0.into()
    })
}

/// Runs job after job, each of one event.
pub fn start(jobs: u64) -> Ready {
    Box::new(move || {
        for _ in 0..jobs {
            run(2, |context| job(context.stream_iter([1_u64].into_iter())));
        }
        jobs.into()
    })
}
