//! The metrics of a job as a whole, and of its checkpoints.

use super::family::Labels;
use super::{MetricFamily, MetricKind, MetricValue};
use crate::metrics::{CheckpointMetrics, JobState, LiveMetrics};

/// All states, for a sample each.
const STATES: [JobState; 6] = [
    JobState::Running,
    JobState::Restarting,
    JobState::Draining,
    JobState::Suspending,
    JobState::Ended,
    JobState::Failed,
];

pub(super) fn families(live: &LiveMetrics) -> Vec<MetricFamily> {
    let job = || vec![("job", live.job.clone())];
    let with = |name, value: &str| [job(), vec![(name, value.to_owned())]].concat();
    let mut info = with("version", env!("CARGO_PKG_VERSION"));
    info.push(("delivery", live.delivery.clone()));
    let states = STATES.map(|state| {
        (with("state", &state.to_string()), Some(MetricValue::flag(state == live.state)))
    });
    let mut families = vec![
        MetricFamily::new(MetricKind::Info, "millstream_job", "The job and what runs it.")
            .with([(info, Some(MetricValue::Count(1)))]),
        MetricFamily::new(MetricKind::Gauge, "millstream_job_state", "1 for the state of the job.")
            .with(states),
        MetricFamily::new(
            MetricKind::Gauge,
            "millstream_uptime_seconds",
            "Time since the start of the job.",
        )
        .with([(job(), Some(MetricValue::seconds(live.uptime)))]),
    ];
    if let Some(checkpoints) = &live.checkpoints {
        families.extend(of_checkpoints(checkpoints, &job, &with));
    }
    families
}

fn of_checkpoints(
    checkpoints: &CheckpointMetrics,
    job: &dyn Fn() -> Labels,
    with: &dyn Fn(&'static str, &str) -> Labels,
) -> [MetricFamily; 6] {
    let count = |count| Some(MetricValue::Count(count));
    let last = checkpoints.last;
    let seconds = |time: Option<_>| time.map(MetricValue::seconds);
    [
        MetricFamily::new(
            MetricKind::Counter,
            "millstream_checkpoints",
            "Checkpoints that have become durable, or could not be written.",
        )
        .with([
            (with("result", "durable"), count(checkpoints.durable)),
            (with("result", "failed"), count(checkpoints.failed)),
        ]),
        MetricFamily::new(
            MetricKind::Counter,
            "millstream_commits_failed",
            "Attempts to make output visible that have failed; they are repeated.",
        )
        .with([(job(), count(checkpoints.commits_failed))]),
        MetricFamily::new(
            MetricKind::Counter,
            "millstream_restarts",
            "Restarts within the process, after failures.",
        )
        .with([(job(), count(checkpoints.restarts))]),
        MetricFamily::new(
            MetricKind::Gauge,
            "millstream_checkpoint_seconds",
            "How long the last durable checkpoint took.",
        )
        .with([
            (with("phase", "aligning"), seconds(last.map(|last| last.alignment))),
            (with("phase", "writing"), seconds(last.map(|last| last.writing))),
        ]),
        MetricFamily::new(
            MetricKind::Gauge,
            "millstream_checkpoint_bytes",
            "The size of the last durable checkpoint.",
        )
        .with([(job(), last.map(|last| MetricValue::Count(last.bytes)))]),
        MetricFamily::new(
            MetricKind::Gauge,
            "millstream_checkpoint_age_seconds",
            "Time since the last durable checkpoint.",
        )
        .with([(job(), seconds(last.map(|last| last.age)))]),
    ]
}
