//! What holds the job back, in a sentence.

use crate::metrics::LiveMetrics;

/// The node that limits the job, and the sentence that says so.
pub(super) struct Limit {
    pub(super) node: Option<usize>,
    pub(super) sentence: String,
    /// The same without the value of a key.
    pub(super) for_logs: String,
}

impl Limit {
    pub(super) fn of(live: &LiveMetrics) -> Self {
        let busiest = |(at, node): (usize, &crate::metrics::LiveNode)| {
            let shares = node.instances.iter().map(|one| one.phases.at_work().0);
            (at, shares.fold(0.0, f64::max))
        };
        let busiest = live.nodes.iter().enumerate().map(busiest).max_by(|a, b| a.1.total_cmp(&b.1));
        let named = busiest.and_then(|(at, share)| Some((at, share, live.nodes.get(at)?)));
        let Some((at, share, node)) = named else {
            return Self { node: None, sentence: String::new(), for_logs: String::new() };
        };
        let share = crate::metrics::Share(share);
        let sentence = format!("`{}` is at work for {share} of the time", node.name);
        Self { node: (share.0 >= 0.75).then_some(at), for_logs: sentence.clone(), sentence }
    }
}
