//! Why a job is not faster.

use super::find::{Limit, find};
use super::headroom::{NextLimit, amplification, next};
use super::loads::StageLoads;
use super::reason::LimitReason;
use super::sentence::{bursts, keeps_up, limited};
use crate::metrics::{LiveMetrics, Share};
use std::fmt;

/// Why a job is not faster: for a log line, an alert, or a decision to scale.
///
/// Returned by [`Job::why_slow`](crate::Job::why_slow). `Display` is the sentence: one line,
/// without a full stop. Nodes are given by their place in [`LiveMetrics::nodes`].
///
/// The node follows from measurements: downstream of a source that is held back, it is the one at
/// work for most of the time, with full inputs, and not blocked itself. Nodes that are fused into
/// one task cannot be told apart; the sentence lists them all.
///
/// # Examples
/// ```
/// use millstream::metrics::{
///     Cause, LimitReason, LiveEdge, LiveInstance, LiveMetrics, LiveNode, PhaseShares, Share,
/// };
/// use millstream_graph::shape::Kind;
///
/// let node = |stage, name: &str, kind, phases| LiveNode {
///     name: name.into(),
///     kind,
///     stage,
///     instances: vec![LiveInstance { phases, ..LiveInstance::default() }],
///     ..LiveNode::default()
/// };
/// let waiting = PhaseShares { blocked: Share(0.9), busy: Share(0.1), ..PhaseShares::default() };
/// let busy = PhaseShares { busy: Share(0.98), ..PhaseShares::default() };
/// let edge = LiveEdge { to: 1, is_channel: true, fill: Share(1.0), ..LiveEdge::default() };
/// let live = LiveMetrics {
///     window: std::time::Duration::from_secs(1),
///     nodes: vec![
///         node(0, "lines", Kind::Source, waiting),
///         node(1, "score", Kind::Operator, busy),
///     ],
///     edges: vec![edge],
///     ..LiveMetrics::default()
/// };
/// let cause = Cause::of(&live);
/// assert_eq!((cause.node, cause.reason), (Some(1), LimitReason::Cpu));
/// let text = "`score` is the limit: it is busy 98 % of the time (CPU); ";
/// assert!(cause.to_string().starts_with(text), "{cause}");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cause {
    /// The node that is the limit; none if the job keeps up with its sources.
    pub node: Option<usize>,
    /// Its instance that works most, from 0.
    pub instance: Option<usize>,
    /// Why it is the limit.
    pub reason: LimitReason,
    /// The share of time for which it is at work; without a limit, that of the busiest node.
    pub share: Share,
    /// The hot key, as text; it may be personal. None for other reasons.
    pub key: Option<String>,
    /// Other nodes that are at their limit too.
    pub also: Vec<usize>,
    /// How many times the rate the other nodes would carry, if the limit were gone.
    pub headroom: Option<f64>,
    /// The node that would be the limit then; without a limit, the busiest.
    pub next: Option<usize>,
    /// The edge on which events multiply, if the limit receives more than ten times what the
    /// sources emit.
    pub amplified: Option<usize>,
    /// The sentence, and the same without the key.
    pub(super) text: String,
    pub(super) keyless: String,
}

impl Cause {
    /// Finds why a job is not faster.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::{Cause, LimitReason, LiveMetrics};
    ///
    /// let cause = Cause::of(&LiveMetrics::default());
    /// assert_eq!(cause.reason, LimitReason::Unknown);
    /// assert_eq!(cause.to_string(), "nothing is measured yet");
    /// ```
    #[must_use]
    pub fn of(live: &LiveMetrics) -> Self {
        if live.state.has_ended() {
            return Self::plain(LimitReason::Ended, format!("the job has {}", live.state));
        }
        if live.window.is_zero() {
            return Self::plain(LimitReason::Unknown, "nothing is measured yet".to_owned());
        }
        let loads = StageLoads::of(live);
        let found = find(&loads);
        match found.limits.split_first() {
            Some((limit, also)) => Self::limited(&loads, limit, also),
            None => {
                let busiest = next(&loads, None);
                let (reason, text) = if found.is_bursty() {
                    (LimitReason::Bursts, bursts(live, found.held_back, busiest))
                } else {
                    (LimitReason::Source, keeps_up(live, busiest))
                };
                Self::plain(reason, text).with_next(busiest)
            }
        }
    }

    /// The same without the value of the key, also in the sentence: for logs and pages that others
    /// read. The log of a job has it so.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::{Cause, LiveMetrics};
    ///
    /// assert_eq!(Cause::of(&LiveMetrics::default()).without_key().key, None);
    /// ```
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { key: None, text: self.keyless.clone(), ..self }
    }

    fn plain(reason: LimitReason, text: String) -> Self {
        Self { reason, keyless: text.clone(), text, ..Self::default() }
    }

    fn with_next(self, next: Option<NextLimit>) -> Self {
        let share = next.map_or(self.share, |next| Share(next.at_work));
        let share = if self.node.is_none() { share } else { self.share };
        let headroom = next.map(NextLimit::headroom);
        Self { share, headroom, next: next.map(|next| next.node), ..self }
    }

    fn limited(loads: &StageLoads<'_>, limit: &Limit, also: &[Limit]) -> Self {
        let next = next(loads, Some(limit.stage));
        let amplified = amplification(loads.live, limit.why.node);
        let also: Vec<usize> = also.iter().map(|limit| limit.why.node).collect();
        let text = |shows_key| limited(loads, limit, (next, amplified, &also), shows_key);
        Self {
            node: Some(limit.why.node),
            instance: Some(limit.instance),
            share: Share(limit.task.at_work()),
            key: limit.why.key.as_ref().and_then(|hot| hot.key.clone()),
            amplified: amplified.map(|amplified| amplified.edge),
            keyless: text(false),
            also: also.clone(),
            ..Self::plain(limit.why.reason, text(true))
        }
        .with_next(next)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
