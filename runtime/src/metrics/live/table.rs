//! What a job does right now, as a table for a terminal.

use super::{LiveMetrics, LiveNode, PhaseShares, Share};
use crate::time::EventTime;
use std::fmt;
use std::time::Duration;

/// The narrowest column of names, and the widest.
const NAMES: (usize, usize) = (12, 32);

/// One line for the job, and one for each node: rates over all instances; the phases of the
/// instance that is most at work; the fill of the fullest input; how far the least watermark is
/// behind the greatest of the job; keys over all instances.
impl fmt::Display for LiveMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (job, state) = (if self.job.is_empty() { "job" } else { &self.job }, self.state);
        writeln!(f, "{job}: {state} for {}", TimeText(self.uptime))?;
        let longest = self.nodes.iter().map(|node| node.name.chars().count()).max();
        let width = longest.unwrap_or(0).clamp(NAMES.0, NAMES.1);
        writeln!(
            f,
            "{:<width$} {:>3} {:>11} {:>11} {:>6} {:>8} {:>7} {:>6} {:>6} {:>8} {:>9}",
            "node", "×", "in", "out", "busy", "awaiting", "blocked", "idle", "fill", "lag", "keys"
        )?;
        let furthest = self.nodes.iter().flat_map(watermarks).max();
        for node in &self.nodes {
            let PhaseShares { busy, awaiting, blocked, idle } = node.busiest().unwrap_or_default();
            let (times, received, emitted) =
                (node.instances.len(), node.received(), node.emitted());
            write!(f, "{:<width$} {times:>3}", node.name)?;
            write!(f, " {:>11} {:>11}", received.to_string(), emitted.to_string())?;
            write!(f, " {:>6} {:>8}", busy.to_string(), awaiting.to_string())?;
            write!(f, " {:>7} {:>6}", blocked.to_string(), idle.to_string())?;
            write!(f, " {:>6} {:>8}", fullest(node).to_string(), lag(node, furthest))?;
            writeln!(f, " {:>9}", keys(node).map_or("-".to_owned(), |keys| keys.to_string()))?;
        }
        Ok(())
    }
}

/// A time to two or three digits.
struct TimeText(Duration);

impl fmt::Display for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, exact) = (self.0.as_secs(), self.0.as_secs_f64());
        match whole {
            0 => write!(f, "{} ms", self.0.as_millis()),
            1..=9 => write!(f, "{exact:.1} s"),
            10..=119 => write!(f, "{whole} s"),
            120..=7_199 => write!(f, "{} min", whole / 60),
            _ => write!(f, "{} h", whole / 3_600),
        }
    }
}

fn fullest(node: &LiveNode) -> Share {
    Share::greatest(node.instances.iter().map(|one| one.fill))
}

fn keys(node: &LiveNode) -> Option<u64> {
    node.instances.iter().filter_map(|one| one.keys).reduce(|sum, keys| sum + keys)
}

/// The watermarks of the instances, without that of the end.
fn watermarks(node: &LiveNode) -> impl Iterator<Item = EventTime> {
    let all = node.instances.iter().filter_map(|one| one.watermark);
    all.filter(|watermark| *watermark < EventTime::MAX)
}

fn lag(node: &LiveNode, furthest: Option<EventTime>) -> String {
    let Some((least, furthest)) = watermarks(node).min().zip(furthest) else {
        return "-".to_owned();
    };
    let behind = furthest.as_micros().saturating_sub(least.as_micros());
    TimeText(Duration::from_micros(u64::try_from(behind).unwrap_or(0))).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::{LiveInstance, PerSecond};
    use super::*;

    #[test]
    fn a_table_shows_the_worst_instance_of_each_node() {
        let instance = |busy, received, keys, seconds| LiveInstance {
            phases: PhaseShares {
                busy: Share(busy),
                idle: Share(1.0 - busy),
                ..Default::default()
            },
            received: PerSecond(received),
            watermark: Some(EventTime::from_secs(seconds)),
            fill: Share(busy / 2.0),
            keys: Some(keys),
            ..LiveInstance::default()
        };
        let source = LiveInstance {
            emitted: PerSecond(1_000.0),
            watermark: Some(EventTime::from_secs(100)),
            ..LiveInstance::default()
        };
        let nodes = vec![
            LiveNode { name: "tx".into(), instances: vec![source], ..LiveNode::default() },
            LiveNode {
                name: "scores".into(),
                instances: vec![instance(0.2, 100.0, 3, 98), instance(0.96, 900.0, 4, 97)],
                ..LiveNode::default()
            },
        ];
        let uptime = Duration::from_millis(61_234);
        let live = LiveMetrics { job: "fraud".into(), uptime, nodes, ..LiveMetrics::default() };
        let lines: Vec<_> = live.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "fraud: running for 61 s");
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&lines[1]), "node × in out busy awaiting blocked idle fill lag keys");
        assert_eq!(words(&lines[2]), "tx 1 0/s 1.00 k/s 0 % 0 % 0 % 0 % 0 % 0 ms -");
        assert_eq!(words(&lines[3]), "scores 2 1.00 k/s 0/s 96 % 0 % 0 % 4 % 48 % 3.0 s 7");
        assert!(lines[1..].iter().all(|line| line.chars().count() == lines[1].chars().count()));
    }
}
