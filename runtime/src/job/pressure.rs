//! The line in the log about what holds a job back.

use crate::metrics::{Cause, LimitReason, LiveMetrics, Pressure, PressureChange};

/// Logs a limit once it has lasted for 5 s, and once it has been gone for 3 s.
///
/// The value of a hot key is left out: keys may be personal, and logs are kept and shared.
#[derive(Debug, Default)]
pub(super) struct PressureLog(Pressure);

impl PressureLog {
    /// Whether anybody reads it. Who accepts what is logged at `info` accepts this too.
    pub(super) fn is_read() -> bool {
        tracing::enabled!(tracing::Level::WARN)
    }

    /// Adds the next second.
    pub(super) fn note(&mut self, live: &LiveMetrics) {
        let cause = Cause::of(live).without_key();
        let name = |node: usize| live.nodes.get(node).map_or("?", |node| node.name.as_str());
        match self.0.observe(&cause) {
            PressureChange::None => {}
            PressureChange::Lasting(node) => log(&live.job, name(node), &cause),
            PressureChange::Gone(node) => {
                let (job, node) = (live.job.as_str(), name(node));
                tracing::info!(job, node, "`{node}` no longer limits the job");
            }
        }
    }
}

/// Logs a limit; one that is declared is no fault.
fn log(job: &str, node: &str, cause: &Cause) {
    if cause.reason == LimitReason::DeclaredRate {
        return log_rate(job, node, cause);
    }
    let (instance, reason, share) = (cause.instance, cause.reason.name(), cause.share.0);
    tracing::warn!(job, node, instance, reason, share, "{cause}");
}

fn log_rate(job: &str, node: &str, cause: &Cause) {
    let (instance, reason, share) = (cause.instance, cause.reason.name(), cause.share.0);
    tracing::info!(job, node, instance, reason, share, "{cause}");
}
