//! Where the nodes of a topology are drawn, and where the edges run.
//!
//! Events run from left to right. The steps, each in a file:
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

/// The height of the loop of an edge to where it comes from.
pub(super) const LOOP: f64 = 24.0;

/// How much room a node takes, without what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Size {
    /// From its left to its right side.
    pub(super) width: f64,
    /// From its upper to its lower side.
    pub(super) height: f64,
    /// How far the outlines behind it stick out, above and to the right.
    pub(super) behind: f64,
}

/// How much room the text along an edge takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Room {
    /// The width of the longest line.
    pub(super) width: f64,
    /// The height of what stands above the edge.
    pub(super) above: f64,
    /// The height of what stands below the edge.
    pub(super) below: f64,
}

impl Room {
    fn is_empty(&self) -> bool {
        self.width <= 0.0
    }
}

/// An edge, as far as it matters where it runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Line {
    /// The node it begins at.
    pub(super) from: usize,
    /// The node it ends at.
    pub(super) to: usize,
    /// The output it begins at, if it is not the main one.
    pub(super) output: Option<String>,
    /// The room for its text.
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

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Frame {
    /// Its upper left corner.
    pub(super) corner: Point,
    /// How large it is.
    pub(super) size: Size,
}

/// Which way an edge leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Way {
    /// To the right.
    #[default]
    On,
    /// To the left: what it takes there has been there before.
    Back,
    /// To where it comes from.
    Around,
}

/// Where an edge runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Course {
    /// Its number among the lines.
    pub(super) line: usize,
    /// Which way it leads.
    pub(super) way: Way,
    /// The points it goes through, two for each column: it is level within a column and bent
    /// between two. Those of an edge that leads back run from its end to its beginning.
    pub(super) points: Vec<Point>,
    /// The middle of its text, on the edge.
    pub(super) label: Point,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Layout {
    /// The frames of the nodes.
    pub(super) frames: Vec<Frame>,
    /// The courses of the lines between them.
    pub(super) courses: Vec<Course>,
    /// The width of it all.
    pub(super) width: f64,
    /// The height of it all.
    pub(super) height: f64,
    /// How many times two edges cross between columns.
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
    let ranks = rank::rank(sizes.len(), lines);
    let mut grid = grid::Grid::new(sizes, lines, &ranks);
    let crossings = order::sort(&mut grid);
    let heights = place::heights(&grid);
    Layout { crossings, ..route::route(&grid, lines, &heights) }
}

/// The numbers that belong to another number; none if there are none.
fn row(rows: &[Vec<usize>], at: usize) -> &[usize] {
    rows.get(at).map_or(&[], Vec::as_slice)
}

/// The value that belongs to a number; the default one if there is none.
fn value<T: Copy + Default>(values: &[T], at: usize) -> T {
    values.get(at).copied().unwrap_or_default()
}

/// Changes the value that belongs to a number, if there is one.
fn set<T>(values: &mut [T], at: usize, to: T) {
    if let Some(value) = values.get_mut(at) {
        *value = to;
    }
}
