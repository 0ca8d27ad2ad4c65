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
    if live.state != JobState::Running {
        return Answer::text(200, format!("{}\n", live.state));
    }
    match stuck(live) {
        Some((node, instance, quiet)) => {
            let seconds = quiet.as_secs();
            let text = format!(
                "instance {instance} of {node} has been busy with one batch for {seconds} s\n"
            );
            Answer::text(503, text)
        }
        None => Answer::text(200, "running\n"),
    }
}

/// The task that has been busy with one batch for longest, if one has for too long: the node and
/// the instance of it that last received or emitted a batch, and how long ago.
fn stuck(live: &LiveMetrics) -> Option<(&str, usize, Duration)> {
    let tasks = live.nodes.iter().flat_map(|node| {
        let instances = node.instances.iter().enumerate();
        instances.filter(|(_, one)| is_busy(one)).map(move |(at, _)| (node.stage, at))
    });
    let stuck = tasks.filter_map(|task| Some((last_active(live, task)?, task.1)));
    let stuck = stuck.map(|((node, quiet), instance)| (node, instance, quiet));
    stuck.filter(|(.., quiet)| *quiet >= PATIENCE).max_by_key(|(.., quiet)| *quiet)
}

fn is_busy(one: &LiveInstance) -> bool {
    one.phases.busy.0 >= ALL_ALONG
}

/// The node of a task that last received or emitted a batch, and how long ago. Nodes of one stage
/// share their tasks, and the phases of these: what one of them does, its task does.
fn last_active(live: &LiveMetrics, (stage, instance): (usize, usize)) -> Option<(&str, Duration)> {
    let nodes = live.nodes.iter().filter(|node| node.stage == stage);
    let quiet = nodes.filter_map(|node| {
        let one = node.instances.get(instance)?;
        let quiet = [one.since_received, one.since_emitted].into_iter().flatten().min()?;
        Some((node.name.as_str(), quiet))
    });
    quiet.min_by_key(|(_, quiet)| *quiet)
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
    fn nodes_of_one_task_are_judged_together() {
        let quiet = |stage, seconds| {
            let node = with_instance(1.0, seconds).nodes.remove(0);
            LiveNode { stage, ..node }
        };
        let sink = || LiveNode { name: "rare".into(), ..quiet(0, 31) };
        let of = |nodes| LiveMetrics { nodes, ..LiveMetrics::default() };
        assert_eq!(status(&of(vec![quiet(0, 1), sink()])), 200, "the source of its task is active");
        assert_eq!(status(&of(vec![quiet(1, 1), sink()])), 503, "another task is");
        let mut elsewhere = quiet(0, 1);
        elsewhere.instances.reverse();
        assert_eq!(status(&of(vec![elsewhere, sink()])), 503, "another instance is");
        let text = alive(&of(vec![quiet(0, 40), sink()]), Duration::ZERO).body();
        assert_eq!(text, "instance 1 of rare has been busy with one batch for 31 s\n");
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
