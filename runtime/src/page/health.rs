//! Whether a job is alive, and whether it is ready.

use super::answer::Answer;
use crate::metrics::{JobState, LiveInstance, LiveMetrics};
use std::time::Duration;

/// How long a task may be busy with one batch, and how old the newest figures may be.
const PATIENCE: Duration = Duration::from_secs(30);

/// The least share of time that counts as being busy all along.
const ALL_ALONG: f64 = 0.99;

/// The answer of `/healthz`; `age` is that of the figures.
pub(super) fn alive(live: &LiveMetrics, age: Duration) -> Answer {
    if live.state == JobState::Failed {
        return Answer::text(503, "the job has failed\n");
    }
    if !live.state.has_ended() && age >= PATIENCE {
        let text = format!("the job has given no figures for {} s\n", age.as_secs());
        return Answer::text(503, text);
    }
    let instances = live.nodes.iter().flat_map(|node| {
        node.instances.iter().enumerate().map(move |(at, one)| (&node.name, at, one))
    });
    let stuck = instances.filter_map(|(name, at, one)| Some((name, at, stuck_for(one)?)));
    if live.state != JobState::Running {
        return Answer::text(200, format!("{}\n", live.state));
    }
    match stuck.max_by_key(|(_, _, time)| *time) {
        Some((name, at, time)) => {
            let time = time.as_secs();
            let text =
                format!("instance {at} of {name} has been busy with one batch for {time} s\n");
            Answer::text(503, text)
        }
        None => Answer::text(200, "running\n"),
    }
}

/// How long an instance has been busy without receiving or emitting a batch, if for too long.
fn stuck_for(one: &LiveInstance) -> Option<Duration> {
    let quiet = [one.since_received, one.since_emitted].into_iter().flatten().min()?;
    (one.phases.busy.0 >= ALL_ALONG && quiet >= PATIENCE).then_some(quiet)
}

/// The answer of `/readyz` once sources are open and state is restored.
pub(super) fn ready(live: &LiveMetrics) -> Answer {
    let status = match live.state {
        JobState::Running | JobState::Draining | JobState::Suspending => 200,
        JobState::Restarting | JobState::Ended | JobState::Failed => 503,
    };
    Answer::text(status, format!("{}\n", live.state))
}

#[cfg(test)]
mod tests {
    use super::{PATIENCE, alive, ready};
    use crate::metrics::{JobState, LiveInstance, LiveMetrics, LiveNode, PhaseShares, Share};
    use std::time::Duration;

    fn with_instance(busy: f64, quiet: u64) -> LiveMetrics {
        let phases = PhaseShares { busy: Share(busy), ..PhaseShares::default() };
        let since_received = Some(Duration::from_secs(quiet));
        let one = LiveInstance { phases, since_received, ..LiveInstance::default() };
        let instances = vec![LiveInstance::default(), one];
        let node = LiveNode { name: "scores".into(), instances, ..LiveNode::default() };
        LiveMetrics { nodes: vec![node], ..LiveMetrics::default() }
    }

    fn status(live: &LiveMetrics) -> u16 {
        alive(live, Duration::ZERO).status
    }

    #[test]
    fn a_task_that_is_busy_without_a_batch_is_not_alive() {
        assert_eq!(status(&with_instance(1.0, 29)), 200);
        assert_eq!(status(&with_instance(0.5, 31)), 200, "it waits for input");
        let answer = alive(&with_instance(1.0, 31), Duration::ZERO);
        let text = "instance 1 of scores has been busy with one batch for 31 s\n";
        assert_eq!((answer.status, answer.body().as_str()), (503, text));
    }

    #[test]
    fn a_job_that_has_failed_or_says_nothing_is_not_alive() {
        let failed = LiveMetrics { state: JobState::Failed, ..LiveMetrics::default() };
        assert_eq!(status(&failed), 503);
        let ended = LiveMetrics { state: JobState::Ended, ..LiveMetrics::default() };
        assert_eq!(alive(&ended, PATIENCE).status, 200);
        assert_eq!(alive(&LiveMetrics::default(), PATIENCE).status, 503);
    }

    #[test]
    fn a_job_is_ready_unless_it_restarts_or_has_ended() {
        let status = |state| ready(&LiveMetrics { state, ..LiveMetrics::default() }).status;
        assert_eq!((status(JobState::Running), status(JobState::Draining)), (200, 200));
        assert_eq!((status(JobState::Restarting), status(JobState::Ended)), (503, 503));
    }
}
