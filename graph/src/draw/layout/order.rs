//! The order of the items in each column, so that few edges cross.
//!
//! The least number of crossings is hard to find. As usual, columns are sorted in turn by the
//! positions of their neighbours, from left to right and back, and the best order is kept.

use super::grid::{Grid, Link};
use super::{row, set, value};

/// The greatest number of rounds, and of rounds without improvement.
const ROUNDS: usize = 24;
const PATIENCE: usize = 10;
/// How many times neighbours in a column are swapped in a round.
const SWAPS: usize = 4;

/// Which neighbours a column is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Sorts the columns, and returns the number of crossings that are left.
///
/// Of orders with equal crossings the one closer to the declaration is kept.
pub(super) fn sort(grid: &mut Grid) -> usize {
    let mut best = grid.columns.clone();
    let mut least = (crossings(grid), disorder(grid));
    let mut worse = 0;
    for round in 0..ROUNDS {
        if least == (0, 0) || worse == PATIENCE {
            break;
        }
        sweep(grid, round);
        swap_neighbours(grid, round % 2 == 1);
        worse += 1;
        // Upside down, the number of crossings is the same.
        let crossings = crossings(grid);
        for _ in 0..2 {
            let now = (crossings, disorder(grid));
            if now < least {
                least = now;
                best.clone_from(&grid.columns);
                worse = 0;
            }
            grid.columns.iter_mut().for_each(|column| column.reverse());
        }
    }
    grid.columns = best;
    least.0
}

/// The distance of the order from the declaration: nodes directly above one that is declared
/// earlier, and side outputs above the main flow.
fn disorder(grid: &Grid) -> usize {
    let positions = positions(grid);
    let mut count = 0;
    for column in &grid.columns {
        let nodes: Vec<usize> =
            column.iter().copied().filter(|item| *item < grid.sizes.len()).collect();
        count += nodes.iter().zip(nodes.iter().skip(1)).filter(|(a, b)| a > b).count();
    }
    let mut lowest = vec![0; grid.items.len()];
    for link in grid.links.iter().filter(|link| link.main) {
        let low = value(&lowest, link.left).max(value(&positions, link.right));
        set(&mut lowest, link.left, low);
    }
    let above = |link: &&Link| value(&positions, link.right) < value(&lowest, link.left);
    count + grid.links.iter().filter(|link| !link.main).filter(above).count()
}

/// Sorts all columns once: in even rounds by those to the left, in odd ones by those to the right,
/// some by the mean and some by the median.
///
/// In some rounds equal items swap in some columns, to escape an order that sorting cannot improve.
fn sweep(grid: &mut Grid, round: usize) {
    let side = if round.is_multiple_of(2) { Side::Left } else { Side::Right };
    let median = (round / 8) % 2 == 1;
    let mut positions = positions(grid);
    let count = grid.columns.len();
    for step in 0..count {
        let column = if side == Side::Left { step } else { count - 1 - step };
        let Some(items) = grid.columns.get(column) else { continue };
        let mut keyed: Vec<(f64, usize)> = Vec::with_capacity(items.len());
        for item in items {
            let key = target(neighbours(grid, side, *item), &positions, median);
            keyed.push((key.unwrap_or_else(|| half(value(&positions, *item))), *item));
        }
        let turned = if column.is_multiple_of(2) { 4 } else { 2 };
        if round & turned != 0 {
            keyed.reverse();
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sorted: Vec<usize> = keyed.into_iter().map(|(_, item)| item).collect();
        for (position, item) in sorted.iter().enumerate() {
            set(&mut positions, *item, position);
        }
        set(&mut grid.columns, column, sorted);
    }
}

/// The position that an item's neighbours suggest; `None` if it has none.
fn target(neighbours: &[usize], positions: &[usize], median: bool) -> Option<f64> {
    let mut places: Vec<usize> = neighbours.iter().map(|item| value(positions, *item)).collect();
    if places.is_empty() {
        return None;
    }
    if !median {
        return Some(half(places.iter().sum::<usize>()) / half(places.len()));
    }
    places.sort_unstable();
    let low = value(&places, (places.len() - 1) / 2);
    let high = value(&places, places.len() / 2);
    Some(half(low + high) / 2.0)
}

/// A position as a number that can be divided; positions are far below the end of `u32`.
fn half(position: usize) -> f64 {
    f64::from(u32::try_from(position).unwrap_or(u32::MAX))
}

fn neighbours(grid: &Grid, side: Side, item: usize) -> &[usize] {
    match side {
        Side::Left => row(&grid.lefts, item),
        Side::Right => row(&grid.rights, item),
    }
}

fn positions(grid: &Grid) -> Vec<usize> {
    let mut positions = vec![0; grid.items.len()];
    for column in &grid.columns {
        for (position, item) in column.iter().enumerate() {
            set(&mut positions, *item, position);
        }
    }
    positions
}

/// Swaps neighbours where that removes crossings, and at first also where it adds none, if that is
/// `free`: later swaps may then remove some.
fn swap_neighbours(grid: &mut Grid, free: bool) {
    let mut positions = positions(grid);
    for pass in 0..SWAPS {
        let mut better = false;
        for column in 0..grid.columns.len() {
            let mut items = row(&grid.columns, column).to_vec();
            for upper in 1..items.len() {
                let (a, b) = (value(&items, upper - 1), value(&items, upper));
                let least = crossed(grid, &positions, b, a) + usize::from(!free || pass > 0);
                if crossed(grid, &positions, a, b) >= least {
                    items.swap(upper - 1, upper);
                    set(&mut positions, b, upper - 1);
                    set(&mut positions, a, upper);
                    better = true;
                }
            }
            set(&mut grid.columns, column, items);
        }
        if !better {
            break;
        }
    }
}

/// The crossings of the edges of two items if the first is above the second.
fn crossed(grid: &Grid, positions: &[usize], upper: usize, lower: usize) -> usize {
    let sorted = |side, item| {
        let mut places: Vec<usize> =
            neighbours(grid, side, item).iter().map(|other| value(positions, *other)).collect();
        places.sort_unstable();
        places
    };
    let mut count = 0;
    for side in [Side::Left, Side::Right] {
        let below = sorted(side, lower);
        for place in sorted(side, upper) {
            count += below.partition_point(|other| *other < place);
        }
    }
    count
}

/// The number of crossings between columns.
pub(super) fn crossings(grid: &Grid) -> usize {
    let positions = positions(grid);
    let mut between = vec![Vec::new(); grid.columns.len()];
    for link in &grid.links {
        let column = grid.items.get(link.left).map_or(0, |item| item.column);
        if let Some(pairs) = between.get_mut(column) {
            pairs.push((value(&positions, link.left), value(&positions, link.right)));
        }
    }
    between.into_iter().map(inversions).sum()
}

/// The number of pairs, ordered by their first, whose seconds are in reverse order.
fn inversions(mut pairs: Vec<(usize, usize)>) -> usize {
    pairs.sort_unstable();
    let size = pairs.iter().map(|pair| pair.1 + 1).max().unwrap_or_default();
    // A tree of sums: how many were seen up to a place is found in few steps.
    let mut tree = vec![0_usize; size + 1];
    let mut count = 0;
    for (seen, (_, place)) in pairs.iter().enumerate() {
        let mut not_above = 0;
        let mut at = place + 1;
        while at > 0 {
            not_above += value(&tree, at);
            at &= at - 1;
        }
        count += seen - not_above;
        let mut at = place + 1;
        while at <= size {
            let more = value(&tree, at) + 1;
            set(&mut tree, at, more);
            at += at & at.wrapping_neg();
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn edges_cross_if_their_ends_are_in_reverse_order() {
        assert_eq!(inversions(vec![]), 0);
        assert_eq!(inversions(vec![(0, 0), (1, 1)]), 0);
        assert_eq!(inversions(vec![(0, 1), (1, 0)]), 1);
        assert_eq!(inversions(vec![(0, 0), (0, 1), (1, 0), (1, 1)]), 1);
        assert_eq!(inversions(vec![(2, 0), (1, 1), (0, 2)]), 3);
        assert_eq!(inversions(vec![(0, 5), (1, 5), (2, 5)]), 0);
    }
}
