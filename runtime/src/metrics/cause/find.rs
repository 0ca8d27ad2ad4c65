//! Which node limits a job, and which others are at their limit too.

use super::loads::{StageLoads, TaskLoad};
use super::reason::{Explained, explain};

/// A source is held back if it waits for room for this share of the time.
const HELD_BACK: f64 = 0.10;

/// Below this share of time at work, a node has bursts, but is no lasting limit.
const LASTING: f64 = 0.75;

/// A stage with a source is a limit by itself if it is at work for this share of the time.
const SATURATED: f64 = 0.95;

/// A further node is at its limit too if it is at work for this share of the time, with this much
/// waiting for it.
const ALSO_AT_WORK: f64 = 0.90;
const ALSO_FILLED: f64 = 0.30;

/// What limits a job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    pub(super) stage: usize,
    pub(super) instance: usize,
    pub(super) task: TaskLoad,
    pub(super) why: Explained,
}

/// What is found about a job.
pub(super) struct LimitsFound {
    /// The limits, the most certain first.
    pub(super) limits: Vec<Limit>,
    /// The greatest share of time for which a source waits for room.
    pub(super) held_back: f64,
}

impl LimitsFound {
    /// Whether sources wait for room, although nothing is at its limit for long.
    pub(super) fn is_bursty(&self) -> bool {
        self.limits.is_empty() && self.held_back >= HELD_BACK
    }
}

/// A task, and how certain it is that it is the limit.
#[derive(Clone, Copy)]
struct Suspect {
    stage: usize,
    instance: usize,
    score: f64,
}

/// Finds the limits of a job.
///
/// Downstream of a source that is held back, it is the task at work for most of the time, with full
/// inputs, that is not blocked itself. No path is followed: at a fan-in the fullest edge may lead
/// away from the limit.
pub(super) fn find(loads: &StageLoads<'_>) -> LimitsFound {
    let mut suspects: Vec<Suspect> = Vec::new();
    let mut reached: Vec<usize> = Vec::new();
    let mut held_back: f64 = 0.0;
    for source in loads.sources() {
        let blocked = blocked(loads, source);
        if blocked < HELD_BACK && !has_ended(loads, source) {
            suspects.extend(saturated(loads, source));
            continue;
        }
        held_back = held_back.max(blocked);
        let downstream = loads.reached(source);
        suspects.extend(best(loads, &downstream));
        reached.extend(downstream);
    }
    suspects.sort_by(|one, other| other.score.total_cmp(&one.score));
    suspects.extend(also(loads, &reached));
    let mut limits: Vec<Limit> = Vec::new();
    for suspect in suspects {
        if limits.iter().all(|limit| limit.stage != suspect.stage) {
            limits.extend(limit(loads, suspect));
        }
    }
    LimitsFound { limits, held_back }
}

fn limit(loads: &StageLoads<'_>, suspect: Suspect) -> Option<Limit> {
    let Suspect { stage, instance, .. } = suspect;
    let why = explain(loads, stage, instance)?;
    Some(Limit { stage, instance, task: loads.task(stage, instance), why })
}

fn blocked(loads: &StageLoads<'_>, stage: usize) -> f64 {
    let tasks = loads.stage(stage).map(|stage| stage.tasks.as_slice()).unwrap_or_default();
    tasks.iter().map(|task| task.blocked).fold(0.0, f64::max)
}

/// Whether a source is exhausted, while the job still processes its events.
fn has_ended(loads: &StageLoads<'_>, stage: usize) -> bool {
    let mut instances = loads.nodes(stage).flat_map(|(_, node)| &node.instances).peekable();
    instances.peek().is_some() && instances.all(|instance| instance.has_ended)
}

/// The most certain limit among stages.
fn best(loads: &StageLoads<'_>, stages: &[usize]) -> Option<Suspect> {
    let suspects = loads.tasks().filter(|(at, _, _)| stages.contains(at));
    let scored = suspects.map(|(stage, instance, task)| {
        let score = task.at_work() * task.fill * (1.0 - task.blocked);
        Suspect { stage, instance, score }
    });
    let best = scored.max_by(|one, other| one.score.total_cmp(&other.score))?;
    let is_lasting = loads.task(best.stage, best.instance).at_work() >= LASTING;
    (is_lasting && best.score > 0.0).then_some(best)
}

/// A stage that reads by itself what it processes: it is never held back, but may be at its limit.
fn saturated(loads: &StageLoads<'_>, source: usize) -> Option<Suspect> {
    let tasks = loads.stage(source)?.tasks.iter().map(|task| task.at_work());
    let (instance, score) = tasks.enumerate().max_by(|one, other| one.1.total_cmp(&other.1))?;
    let is_more = loads.stage(source)?.nodes.len() > 1;
    (is_more && score >= SATURATED).then_some(Suspect { stage: source, instance, score })
}

/// The tasks that are at their limit besides.
fn also(loads: &StageLoads<'_>, reached: &[usize]) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = Vec::new();
    for (at, stage) in loads.stages.iter().enumerate().filter(|(at, _)| reached.contains(at)) {
        let tasks = stage.tasks.iter().enumerate();
        let most = tasks.max_by(|one, other| one.1.at_work().total_cmp(&other.1.at_work()));
        let Some((instance, task)) = most else { continue };
        let at_limit = task.at_work() >= ALSO_AT_WORK && task.blocked < HELD_BACK;
        if at_limit && task.fill >= ALSO_FILLED {
            suspects.push(Suspect { stage: at, instance, score: task.at_work() });
        }
    }
    suspects
}
