//! The height of the items in each column, so that edges are straight where they can be.
//!
//! Each link is a spring that pulls its ends to one height; items of a column keep their order and
//! their distance. Columns are relaxed one after the other, in rounds. The springs of edges that
//! should be straight become stiffer in later rounds: first the whole is balanced, then edges are
//! straightened.

use super::align::align;
use super::grid::{Grid, Link, What};
use super::{row, set, value};

/// The number of stiffness levels, and of rounds for each.
const ROUNDS: usize = 9;
const SWEEPS: usize = 12;
/// The round in which the whole is balanced.
const BALANCED: usize = 3;
/// The pull of a link of a node with several, and of one that does not belong to the main flow.
const ONE_OF_SEVERAL: f64 = 1.0;
const ASIDE: f64 = 0.05;
/// The tolerance within which an edge is straightened at the end.
const NEARLY: f64 = 4.0;
/// The tolerance within which one of several edges of a node becomes the straight one.
const CHOSEN: f64 = 16.0;

/// The heights of the middles of all items; the least upper side is at 0.
pub(super) fn heights(grid: &Grid) -> Vec<f64> {
    let mut springs = Springs::new(grid);
    let mut heights = stacked(grid);
    let mut stiffness = 2.0;
    for round in 0..ROUNDS {
        if round == BALANCED {
            springs.stiffen(grid, &heights);
        }
        for _ in 0..SWEEPS {
            for column in grid.columns.iter().chain(grid.columns.iter().rev()) {
                rest(grid, column, (&springs, stiffness), &mut heights);
            }
        }
        stiffness *= 2.0;
    }
    align(grid, &springs.nearly_straight(&heights), &mut heights);
    let top = grid.items.iter().zip(&heights).map(|(item, height)| height - item.above);
    let top = top.min_by(f64::total_cmp).unwrap_or_default();
    heights.into_iter().map(|height| height - top).collect()
}

/// How much an item is pulled to each of its neighbours.
struct Springs {
    /// For each item its neighbours, whether that link should be straight, and how much it pulls.
    pulls: Vec<Vec<Pull>>,
}

#[derive(Debug, Clone, Copy)]
struct Pull {
    to: usize,
    straight: bool,
    weight: f64,
}

impl Springs {
    fn new(grid: &Grid) -> Self {
        let mut ahead = vec![0_usize; grid.items.len()];
        let mut behind = vec![0_usize; grid.items.len()];
        for link in grid.links.iter().filter(|link| link.main) {
            let (out, into) = (value(&ahead, link.left) + 1, value(&behind, link.right) + 1);
            set(&mut ahead, link.left, out);
            set(&mut behind, link.right, into);
        }
        let mut pulls = vec![Vec::new(); grid.items.len()];
        for link in &grid.links {
            let alone = |item: usize, main: usize, all: &[usize]| {
                !is_node(grid, item) || all.len() == 1 || (link.main && main == 1)
            };
            let straight = alone(link.left, value(&ahead, link.left), row(&grid.rights, link.left))
                && alone(link.right, value(&behind, link.right), row(&grid.lefts, link.right));
            let weight = weight(grid, link, straight);
            for (item, to) in [(link.left, link.right), (link.right, link.left)] {
                if let Some(pulls) = pulls.get_mut(item) {
                    pulls.push(Pull { to, straight, weight });
                }
            }
        }
        Self { pulls }
    }

    /// Makes one of several main edges of a node the straight one, if it is almost straight.
    fn stiffen(&mut self, grid: &Grid, heights: &[f64]) {
        let rise = |link: &Link| (value(heights, link.left) - value(heights, link.right)).abs();
        let mut near: Vec<&Link> =
            grid.links.iter().filter(|link| link.main && rise(link) < CHOSEN).collect();
        near.sort_by(|a, b| rise(a).total_cmp(&rise(b)));
        for link in near {
            let column = |item: usize| grid.items.get(item).map_or(0, |item| item.column);
            let taken = |item: usize, other: usize| {
                let pulls = self.of(item).iter();
                pulls.filter(|pull| column(pull.to) == column(other)).any(|pull| pull.straight)
            };
            if taken(link.left, link.right) || taken(link.right, link.left) {
                continue;
            }
            for (item, to) in [(link.left, link.right), (link.right, link.left)] {
                let pulls = self.pulls.get_mut(item).into_iter().flatten();
                pulls.filter(|pull| pull.to == to).for_each(|pull| pull.straight = true);
            }
        }
    }

    /// The links that should be straight and nearly are.
    fn nearly_straight(&self, heights: &[f64]) -> Vec<(usize, usize)> {
        let mut links = Vec::new();
        for (item, pulls) in self.pulls.iter().enumerate() {
            let near = |to: usize| (value(heights, item) - value(heights, to)).abs() < NEARLY;
            let straight = pulls.iter().filter(|pull| pull.straight && near(pull.to));
            links.extend(straight.map(|pull| (item, pull.to)));
        }
        links
    }

    fn of(&self, item: usize) -> &[Pull] {
        self.pulls.get(item).map_or(&[], Vec::as_slice)
    }
}

fn is_node(grid: &Grid, item: usize) -> bool {
    grid.items.get(item).is_some_and(|item| matches!(item.what, What::Node(_)))
}

fn weight(grid: &Grid, link: &Link, straight: bool) -> f64 {
    // What is set aside hangs on its node lightly, even where nothing else does; the node is not
    // moved by it, but the far end goes along.
    let lonely = |item: usize| row(&grid.lefts, item).len() + row(&grid.rights, item).len() == 1;
    match (link.main, straight) {
        (_, true) | (true, false) => ONE_OF_SEVERAL,
        (false, false) if lonely(link.right) || lonely(link.left) => ONE_OF_SEVERAL,
        (false, false) => ASIDE,
    }
}

/// One item below the other in each column, all columns about one middle.
fn stacked(grid: &Grid) -> Vec<f64> {
    let mut heights = vec![0.0; grid.items.len()];
    for column in &grid.columns {
        let room = column.iter().filter_map(|item| grid.items.get(*item));
        let whole: f64 = room.map(|item| item.above + item.below).sum();
        let mut top = -whole / 2.0;
        for item in column {
            let Some(room) = grid.items.get(*item) else { continue };
            set(&mut heights, *item, top + room.above);
            top += room.above + room.below;
        }
    }
    heights
}

/// Moves the items of a column to where their springs are at rest, as far as their distances allow.
///
/// Measured from where it stood if the column were packed, an item must not stand above the one
/// before. So items that would are put together, at the mean of where they are pulled.
fn rest(grid: &Grid, column: &[usize], springs: (&Springs, f64), heights: &mut [f64]) {
    let (springs, stiffness) = springs;
    let mut groups: Vec<(f64, f64, usize)> = Vec::with_capacity(column.len());
    let mut packed = 0.0;
    let mut offsets = Vec::with_capacity(column.len());
    for item in column {
        let Some(room) = grid.items.get(*item) else { continue };
        packed += room.above;
        offsets.push(packed);
        // One that nothing pulls stays, but gives way to all others.
        let (mut weight, mut sum) = (1e-6, 1e-6 * value(heights, *item));
        for pull in springs.of(*item) {
            let pull_weight = pull.weight * if pull.straight { stiffness } else { 1.0 };
            weight += pull_weight;
            sum += pull_weight * value(heights, pull.to);
        }
        let mut group = (sum - packed * weight, weight, 1);
        while let Some(last) = groups.last().copied()
            && last.0 / last.1 >= group.0 / group.1
        {
            group = (group.0 + last.0, group.1 + last.1, group.2 + last.2);
            groups.pop();
        }
        groups.push(group);
        packed += room.below;
    }
    let rested = groups
        .into_iter()
        .flat_map(|(sum, weight, count)| std::iter::repeat_n(sum / weight, count));
    for ((item, offset), base) in column.iter().zip(offsets).zip(rested) {
        set(heights, *item, base + offset);
    }
}
