//! Where the nodes of a topology are drawn, and where the edges run.
//!
//! Events flow from left to right. The steps, each in a file:
//!
//! 1. [`rank`] finds the edges that lead back, and how far to the right each node stands.
//! 2. [`grid`] puts nodes into columns, and between them columns for what is written along edges.
//!    Where an edge crosses a column, it has a place in it like a node: it never runs over one.
//! 3. [`order`] sorts each column so that few edges cross.
//! 4. [`place`] gives all in a column its height, so that edges are straight where they can be, and
//!    [`align`] makes exact what is nearly so.
//! 5. [`route`] spreads the columns, and bends the edges between them.
//!
//! All of it is arithmetic on the numbers of nodes and edges: the same topology has the same
//! layout.

mod align;
mod grid;
mod order;
mod place;
mod rank;
mod route;

#[cfg(test)]
mod tests;

/// The least room between two columns, and how much of the height of the steepest edge between them
/// it takes.
const GAP: f64 = 38.0;
const SLOPE: f64 = 0.35;
/// The height of the loop of an edge to its own node.
pub(super) const LOOP: f64 = 24.0;

/// The size of a node, without the space around it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Size {
    /// From its left to its right side.
    pub(super) width: f64,
    /// From its upper to its lower side.
    pub(super) height: f64,
    /// How far the outlines behind it extend, above and to the right.
    pub(super) behind: f64,
}

/// The size of the text along an edge.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Room {
    /// The width of the longest line.
    pub(super) width: f64,
    /// The height of the part above the edge.
    pub(super) above: f64,
    /// The height of the part below the edge.
    pub(super) below: f64,
}

impl Room {
    fn is_empty(&self) -> bool {
        self.width <= 0.0
    }
}

/// An edge, as input of the layout.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Line {
    /// The node where it starts.
    pub(super) from: usize,
    /// The node where it ends.
    pub(super) to: usize,
    /// The output where it starts, if it is not the main one.
    pub(super) output: Option<String>,
    /// The size of its text.
    pub(super) room: Room,
}

/// A point of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    /// From the left side of the drawing.
    pub(super) x: f64,
    /// From its upper side.
    pub(super) y: f64,
}

/// The position of a node.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Frame {
    /// Its upper left corner.
    pub(super) corner: Point,
    /// Its size.
    pub(super) size: Size,
}

/// The direction of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Way {
    /// To the right.
    #[default]
    On,
    /// To the left: it feeds events back.
    Back,
    /// To its own node.
    Around,
}

/// The course of an edge.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Course {
    /// Its number among the lines.
    pub(super) line: usize,
    /// Its direction.
    pub(super) way: Way,
    /// The points it goes through, two for each column: it is level within a column and bent
    /// between two. Those of an edge that leads back run from its end to its beginning.
    pub(super) points: Vec<Point>,
    /// The middle of its text, on the edge.
    pub(super) label: Point,
}

/// A complete layout.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Layout {
    /// The frames of the nodes.
    pub(super) frames: Vec<Frame>,
    /// The courses of the lines between them.
    pub(super) courses: Vec<Course>,
    /// The total width.
    pub(super) width: f64,
    /// The total height.
    pub(super) height: f64,
    /// The number of crossings between columns.
    pub(super) crossings: usize,
}

impl Layout {
    /// Moves everything to the right and down.
    pub(super) fn move_by(&mut self, by: Point) {
        let corners = self.frames.iter_mut().map(|frame| &mut frame.corner);
        let courses = self.courses.iter_mut();
        let points = courses.flat_map(|course| course.points.iter_mut().chain([&mut course.label]));
        for point in corners.chain(points) {
            point.x += by.x;
            point.y += by.y;
        }
    }
}

/// The layout of nodes of the given sizes, with the lines between them.
///
/// Lines that lead from or to no node are left out. The upper left corner of the whole is 0, 0.
pub(super) fn lay_out(sizes: &[Size], lines: &[Line]) -> Layout {
    lay_out_apart(sizes, lines, (GAP, SLOPE))
}

/// The same with at least this room between two columns, and steeper edges.
pub(super) fn lay_out_apart(sizes: &[Size], lines: &[Line], gap: (f64, f64)) -> Layout {
    let ranks = rank::rank(sizes.len(), lines);
    let mut grid = grid::Grid::new(sizes, lines, &ranks);
    let crossings = order::sort(&mut grid);
    let heights = place::heights(&grid);
    Layout { crossings, ..route::route(&grid, lines, &heights, gap) }
}

/// The row with this index; empty if there is none.
fn row(rows: &[Vec<usize>], at: usize) -> &[usize] {
    rows.get(at).map_or(&[], Vec::as_slice)
}

/// The value with this index; the default if there is none.
fn value<T: Copy + Default>(values: &[T], at: usize) -> T {
    values.get(at).copied().unwrap_or_default()
}

/// Sets the value with this index, if there is one.
fn set<T>(values: &mut [T], at: usize, to: T) {
    if let Some(value) = values.get_mut(at) {
        *value = to;
    }
}
