//! The positions of columns, and the courses of the edges between them.

use super::grid::{Chain, Grid, What};
use super::{Course, Frame, LOOP, Layout, Line, Point, Way, set, value};

/// The most room between two columns.
const WIDEST_GAP: f64 = 180.0;
/// The distance between two edges that meet a side of a node apart from each other.
const APART: f64 = 12.0;
/// The distance of the text of a loop from the loop.
const BESIDE: f64 = 3.0;
/// How much a node narrower than others in its column may be widened to be like them.
const WIDENED: f64 = 1.6;

/// The layout of a sorted grid whose items have these heights.
pub(super) fn route(grid: &Grid, lines: &[Line], heights: &[f64], gap: (f64, f64)) -> Layout {
    let columns = columns(grid, heights, gap);
    let frames = frames(grid, heights, &columns);
    let ports = ports(grid, lines, heights);
    let mut courses = Vec::new();
    let mut looped = vec![0.0; frames.len()];
    for (chain, (left, right)) in grid.chains.iter().zip(ports) {
        courses.push(match chain.way {
            Way::Around => around(chain, lines, &frames, &mut looped),
            _ => course(chain, (left, right), (grid, heights), (&columns, &frames)),
        });
    }
    let bottom = grid.items.iter().zip(heights).map(|(item, height)| height + item.below);
    Layout {
        width: columns.last().map_or(0.0, |column| column.0 + column.1),
        height: bottom.max_by(f64::total_cmp).unwrap_or_default(),
        frames,
        courses,
        crossings: 0,
    }
}

/// The left side and the width of each column.
fn columns(grid: &Grid, heights: &[f64], (gap, slope): (f64, f64)) -> Vec<(f64, f64)> {
    let mut steepest = vec![0.0_f64; grid.columns.len()];
    for link in &grid.links {
        let column = grid.items.get(link.left).map_or(0, |item| item.column);
        let rise = (value(heights, link.left) - value(heights, link.right)).abs();
        let most = value(&steepest, column).max(rise);
        set(&mut steepest, column, most);
    }
    let mut left = 0.0;
    let mut columns = Vec::with_capacity(grid.columns.len());
    for (items, steepest) in grid.columns.iter().zip(steepest) {
        let widths = items.iter().filter_map(|item| Some(grid.items.get(*item)?.width));
        let width = widths.max_by(f64::total_cmp).unwrap_or_default();
        columns.push((left, width));
        left += width + (steepest * slope).clamp(gap, WIDEST_GAP);
    }
    columns
}

/// The frames of the nodes, on the left of their columns.
fn frames(grid: &Grid, heights: &[f64], columns: &[(f64, f64)]) -> Vec<Frame> {
    let mut frames = Vec::with_capacity(grid.sizes.len());
    let mut widest = vec![0.0_f64; columns.len()];
    for (item, size) in grid.items.iter().zip(&grid.sizes) {
        let most = value(&widest, item.column).max(size.width);
        set(&mut widest, item.column, most);
    }
    for ((item, size), height) in grid.items.iter().zip(&grid.sizes).zip(heights) {
        let mut size = *size;
        let (left, room) = value(columns, item.column);
        // Boxes of equal width look calmer than boxes of nearly equal width.
        let wished = value(&widest, item.column).min(room - size.behind);
        if wished <= size.width * WIDENED {
            size.width = size.width.max(wished);
        }
        let corner = Point { x: left, y: height - size.height / 2.0 };
        frames.push(Frame { corner, size });
    }
    frames
}

/// How far from the middle of its nodes each chain meets them, on its left and on its right end.
///
/// What comes out of the main output, and what goes in, meets a node in the middle; each other
/// output and each edge that leads back has a place of its own, on the side it comes from.
fn ports(grid: &Grid, lines: &[Line], heights: &[f64]) -> Vec<(f64, f64)> {
    let mut out = vec![Vec::new(); grid.sizes.len()];
    let mut into = vec![Vec::new(); grid.sizes.len()];
    for (index, chain) in grid.chains.iter().enumerate() {
        let (Some(left), Some(right)) = (chain.items.first(), chain.items.last()) else { continue };
        let (Some(next), Some(before)) = (chain.items.get(1), chain.items.iter().rev().nth(1))
        else {
            continue;
        };
        let output = lines.get(chain.line).and_then(|line| line.output.as_deref());
        let (out_key, into_key) = match chain.way {
            Way::Back => (Some((1, "", index)), Some((1, "", index))),
            _ => (output.map(|output| (0, output, 0)), None),
        };
        if let Some(out) = out.get_mut(*left) {
            out.push((out_key, value(heights, *next), index));
        }
        if let Some(into) = into.get_mut(*right) {
            into.push((into_key, value(heights, *before), index));
        }
    }
    let mut ports = vec![(0.0, 0.0); grid.chains.len()];
    for (node, size) in grid.sizes.iter().enumerate() {
        let middle = value(heights, node);
        let out = out.get(node).map_or(&[][..], Vec::as_slice);
        for (chain, offset) in spread(out, middle, size.height) {
            let right = value(&ports, chain).1;
            set(&mut ports, chain, (offset, right));
        }
        let into = into.get(node).map_or(&[][..], Vec::as_slice);
        for (chain, offset) in spread(into, middle, size.height) {
            let left = value(&ports, chain).0;
            set(&mut ports, chain, (left, offset));
        }
    }
    ports
}

/// What meets a side of a node: which of its places, the height it comes from, and its number.
type Meeting<'a> = (Option<(usize, &'a str, usize)>, f64, usize);

/// The distance from the middle of a node for each that meets one of its sides.
fn spread(meeting: &[Meeting<'_>], middle: f64, height: f64) -> Vec<(usize, f64)> {
    let mut places: Vec<(f64, Vec<&Meeting<'_>>)> = Vec::new();
    let has_main = meeting.iter().any(|one| one.0.is_none());
    for one in meeting {
        match places.iter_mut().find(|(_, those)| those.iter().all(|other| other.0 == one.0)) {
            Some((_, those)) => those.push(one),
            None => places.push((0.0, vec![one])),
        }
    }
    for (mean, those) in &mut places {
        // The main place is in the middle whatever it leads to.
        if those.iter().any(|one| one.0.is_some()) {
            let count: f64 = those.iter().map(|_| 1.0).sum();
            *mean = those.iter().map(|one| one.1).sum::<f64>() / count - middle;
        }
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let above = if has_main {
        places.iter().position(|place| place.1.iter().any(|one| one.0.is_none())).unwrap_or(0)
    } else {
        0
    };
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let zero = if has_main { number(above) } else { number(places.len().saturating_sub(1)) / 2.0 };
    let furthest = zero.max(number(places.len().saturating_sub(1)) - zero).max(1.0);
    let step = APART.min((height / 2.0 - 7.0).max(0.0) / furthest);
    let mut spread = Vec::new();
    for (index, (_, those)) in places.into_iter().enumerate() {
        let offset = (number(index) - zero) * step;
        spread.extend(those.into_iter().map(|one| (one.2, offset)));
    }
    spread
}

/// The course of a chain between two nodes.
fn course(
    chain: &Chain,
    ports: (f64, f64),
    (grid, heights): (&Grid, &[f64]),
    (columns, frames): (&[(f64, f64)], &[Frame]),
) -> Course {
    let mut course = Course { line: chain.line, way: chain.way, ..Course::default() };
    let last = chain.items.len().saturating_sub(1);
    for (index, number) in chain.items.iter().enumerate() {
        let (Some(item), y) = (grid.items.get(*number), value(heights, *number)) else { continue };
        let (left, width) = value(columns, item.column);
        let frame = value(frames, *number);
        let right = frame.corner.x + frame.size.width + frame.size.behind;
        if index == 0 {
            let y = y + ports.0;
            course.points.extend([Point { x: right, y }, Point { x: left + width, y }]);
        } else if index == last {
            let y = y + ports.1;
            course.points.extend([Point { x: left, y }, Point { x: left, y }]);
        } else {
            course.points.extend([Point { x: left, y }, Point { x: left + width, y }]);
        }
        if item.what == What::Label {
            course.label = Point { x: left + width / 2.0, y };
        }
    }
    course
}

/// The course of an edge to where it comes from: a loop above the node, from right to left.
///
/// The text of a second loop stands above that of the first; `looped` is how high they are.
fn around(chain: &Chain, lines: &[Line], frames: &[Frame], looped: &mut [f64]) -> Course {
    let node = chain.items.first().copied().unwrap_or_default();
    let Frame { corner, size } = value(frames, node);
    let room = lines.get(chain.line).map(|line| line.room).unwrap_or_default();
    let top = corner.y - size.behind;
    let third = size.width / 3.0;
    let points = vec![
        Point { x: corner.x + size.width - third + size.behind, y: top },
        Point { x: corner.x + third + size.behind, y: top },
    ];
    let middle = (size.width / 2.0 + size.behind).max(room.width / 2.0);
    let below = value(looped, node);
    set(looped, node, below + room.above + room.below);
    let label = Point { x: corner.x + middle, y: top - LOOP - below - room.below - BESIDE };
    Course { line: chain.line, way: Way::Around, points, label }
}
