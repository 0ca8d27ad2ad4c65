//! The limit in the log of a job.

use crate::simulation::{self, Virtual, cost};
use crate::traced::Log;
use millstream::prelude::*;

/// The lines about a limit: those of the node, but for the spans of its tasks.
fn about_the_limit(lines: Vec<String>) -> Vec<String> {
    let about =
        |line: &String| line.contains(" node=\"totals\"") && !line.contains("millstream.task");
    lines.into_iter().filter(about).collect()
}

/// A key that is nobody's business.
const PERSONAL: &str = "ann@example.org";

#[test]
fn a_limit_is_logged_once_it_lasts_without_its_key_and_once_it_is_gone() {
    let lines = Log::of(|| {
        let clock = Virtual::default();
        let key = |number: &u64| match number % 4 {
            0 => number.to_string(),
            _ => PERSONAL.to_owned(),
        };
        let topology = topology!(
            job("orders"),
            orders = source(from_iter(0..)),
            totals = orders >> by(key) >> buffer(8) >> inspect(|_: &u64| cost(10.millis())) * 3,
            totals >> buffer(8) >> sink(for_each(drop::<u64>)),
        );
        let config = Config::default().batch(4);
        let mut job = simulation::start_by(&clock, 7, topology, config).unwrap();
        let _watch = job.job.watch();
        job.work_until(&clock, 20.secs());
        assert!(job.job.why_slow().to_string().contains(PERSONAL), "{}", job.job.why_slow());
        job.job.pause("orders").unwrap();
        job.work_until(&clock, 30.secs());
    });
    let found = about_the_limit(lines);
    let [lasting, gone] = &found[..] else { panic!("{found:#?}") };
    let begin = "WARN one key has 7";
    assert!(lasting.starts_with(begin), "{lasting}");
    let fields = ["job=\"orders\"", "instance=", "reason=\"hot key\"", "share="];
    assert!(fields.iter().all(|field| lasting.contains(field)), "{lasting}");
    assert!(gone.starts_with("INFO `totals` no longer limits the job"), "{gone}");
    assert!(!found.concat().contains(PERSONAL), "{found:#?}");
}

#[test]
fn a_limit_that_does_not_last_and_a_job_that_is_not_watched_log_nothing() {
    for (is_watched, time) in [(true, 4.secs()), (false, 20.secs())] {
        let lines = Log::of(|| {
            let clock = Virtual::default();
            let topology = topology!(
                orders = source(from_iter(0..)),
                totals = orders >> buffer(8) >> inspect(|_: &u64| cost(10.millis())),
                totals >> buffer(8) >> sink(for_each(drop::<u64>)),
            );
            let config = Config::default().batch(4);
            let mut job = simulation::start_by(&clock, 7, topology, config).unwrap();
            let _watch = is_watched.then(|| job.job.watch());
            job.work_until(&clock, time);
        });
        assert_eq!(about_the_limit(lines), [""; 0]);
    }
}
