//! Straightens links that are nearly straight.

use super::grid::Grid;
use super::{row, set, value};

/// Moves the items of each link to one height; all others keep their order and their distance.
///
/// Linked items move as a group, and push down the items below them. Links that form a cycle cannot
/// all be straight: then all heights remain unchanged.
pub(super) fn align(grid: &Grid, links: &[(usize, usize)], heights: &mut [f64]) {
    let groups = groups(grid.items.len(), links);
    let below = below(grid, &groups);
    let (mut sums, mut counts) = (vec![0.0; groups.len()], vec![0.0_f64; groups.len()]);
    for (item, group) in groups.iter().enumerate() {
        let (sum, count) =
            (value(&sums, *group) + value(heights, item), value(&counts, *group) + 1.0);
        set(&mut sums, *group, sum);
        set(&mut counts, *group, count);
    }
    let mut aligned: Vec<f64> =
        sums.iter().zip(&counts).map(|(sum, count)| sum / count.max(1.0)).collect();
    let mut open = vec![0_usize; groups.len()];
    for (lower, _) in below.iter().flatten() {
        let more = value(&open, *lower) + 1;
        set(&mut open, *lower, more);
    }
    let mut ready: Vec<usize> =
        (0..groups.len()).filter(|group| value(&open, *group) == 0).collect();
    let mut done = 0;
    while let Some(group) = ready.pop() {
        done += 1;
        for (lower, distance) in below.get(group).into_iter().flatten() {
            let least = value(&aligned, group) + distance;
            let height = value(&aligned, *lower).max(least);
            set(&mut aligned, *lower, height);
            let left = value(&open, *lower).saturating_sub(1);
            set(&mut open, *lower, left);
            if left == 0 {
                ready.push(*lower);
            }
        }
    }
    if done == groups.len() {
        for (item, group) in groups.iter().enumerate() {
            set(heights, item, value(&aligned, *group));
        }
    }
}

/// For each item, the first item of its group.
fn groups(items: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut linked = vec![Vec::new(); items];
    for (left, right) in links {
        for (item, other) in [(left, right), (right, left)] {
            if let Some(linked) = linked.get_mut(*item) {
                linked.push(*other);
            }
        }
    }
    let mut groups: Vec<usize> = (0..items).collect();
    let mut seen = vec![false; items];
    for first in 0..items {
        let mut ahead = vec![first];
        while let Some(item) = ahead.pop() {
            if !value(&seen, item) {
                set(&mut seen, item, true);
                set(&mut groups, item, first);
                ahead.extend_from_slice(row(&linked, item));
            }
        }
    }
    groups
}

/// For each group, the groups directly below it in a column, with the least distance.
fn below(grid: &Grid, groups: &[usize]) -> Vec<Vec<(usize, f64)>> {
    let mut below = vec![Vec::new(); groups.len()];
    for column in &grid.columns {
        for (upper, lower) in column.iter().zip(column.iter().skip(1)) {
            let (Some(above), Some(under)) = (grid.items.get(*upper), grid.items.get(*lower))
            else {
                continue;
            };
            if let Some(below) = below.get_mut(value(groups, *upper)) {
                below.push((value(groups, *lower), above.below + under.above));
            }
        }
    }
    below
}
