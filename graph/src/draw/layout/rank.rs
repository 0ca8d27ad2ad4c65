//! The rank of each node: its distance from the left.

use super::{Line, Way, row, set, value};

/// The ranks of the nodes, and the directions of the lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ranks {
    /// For each node, the length of the longest path to it.
    pub(super) of: Vec<usize>,
    /// For each line, its direction; `None` for one that is not between nodes.
    pub(super) ways: Vec<Option<Way>>,
}

/// Ranks the nodes by the longest path from a source.
///
/// A line leads back if it would close a cycle. All lines to a node declared later lead on; the
/// others are tried in turn.
pub(super) fn rank(nodes: usize, lines: &[Line]) -> Ranks {
    let mut after = vec![Vec::new(); nodes];
    let mut ways = vec![None; lines.len()];
    let within = |line: &Line| line.from < nodes && line.to < nodes;
    let later = |line: &Line| line.from < line.to;
    for pass in [true, false] {
        for (index, line) in lines.iter().enumerate() {
            if !within(line) || later(line) != pass {
                continue;
            }
            let way = if line.from == line.to {
                Way::Around
            } else if !pass && reaches(&after, line.to, line.from) {
                Way::Back
            } else {
                if let Some(after) = after.get_mut(line.from) {
                    after.push(line.to);
                }
                Way::On
            };
            set(&mut ways, index, Some(way));
        }
    }
    Ranks { of: longest_ways(&after), ways }
}

/// Whether there is a path from one node to another.
fn reaches(after: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; after.len()];
    let mut ahead = vec![from];
    while let Some(node) = ahead.pop() {
        if node == to {
            return true;
        }
        if !value(&seen, node) {
            set(&mut seen, node, true);
            ahead.extend_from_slice(row(after, node));
        }
    }
    false
}

fn longest_ways(after: &[Vec<usize>]) -> Vec<usize> {
    let mut open = vec![0_usize; after.len()];
    for to in after.iter().flatten() {
        let count = value(&open, *to) + 1;
        set(&mut open, *to, count);
    }
    let mut ranks = vec![0; after.len()];
    let mut ready: Vec<usize> = (0..after.len()).filter(|node| value(&open, *node) == 0).collect();
    while let Some(node) = ready.pop() {
        for to in row(after, node) {
            let further = value(&ranks, *to).max(value(&ranks, node) + 1);
            set(&mut ranks, *to, further);
            let left = value(&open, *to).saturating_sub(1);
            set(&mut open, *to, left);
            if left == 0 {
                ready.push(*to);
            }
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{Line, Way, rank};

    fn lines(pairs: &[(usize, usize)]) -> Vec<Line> {
        pairs.iter().map(|(from, to)| Line { from: *from, to: *to, ..Line::default() }).collect()
    }

    #[test]
    fn a_node_stands_behind_all_that_lead_to_it() {
        let ranks = rank(5, &lines(&[(0, 1), (1, 2), (0, 2), (3, 2), (2, 4)]));
        assert_eq!(ranks.of, [0, 1, 2, 0, 3]);
        assert!(ranks.ways.iter().all(|way| *way == Some(Way::On)));
    }

    #[test]
    fn a_line_leads_back_only_if_it_closes_a_circle() {
        let ranks = rank(4, &lines(&[(2, 0), (0, 1), (1, 2), (3, 0), (1, 1), (0, 9)]));
        assert_eq!(ranks.of, [1, 2, 3, 0]);
        let on = Some(Way::On);
        assert_eq!(ranks.ways, [Some(Way::Back), on, on, on, Some(Way::Around), None]);
    }
}
