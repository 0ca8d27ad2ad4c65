//! The columns of a drawing, and their items.

use super::rank::Ranks;
use super::{LOOP, Line, Room, Size, Way, row, value};

/// The space above and below an edge without text.
const EDGE: f64 = 7.0;
/// The space above and below a node.
const AROUND: f64 = 11.0;

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum What {
    /// A node.
    Node(usize),
    /// The text along an edge.
    Label,
    /// An edge that crosses the column.
    #[default]
    Bend,
}

/// An item in a column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Item {
    /// Its kind.
    pub(super) what: What,
    /// Its column.
    pub(super) column: usize,
    /// Its width.
    pub(super) width: f64,
    /// Its height above the middle, where edges meet it.
    pub(super) above: f64,
    /// Its height below the middle.
    pub(super) below: f64,
}

/// A part of an edge, between two adjacent columns.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Link {
    /// The item on its left.
    pub(super) left: usize,
    /// The item on its right.
    pub(super) right: usize,
    /// Whether it belongs to the main flow, not to a side output or a loop.
    pub(super) main: bool,
}

/// The items of an edge, from left to right.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Chain {
    /// The number of the line.
    pub(super) line: usize,
    /// Its direction.
    pub(super) way: Way,
    /// Its items; the first and the last are nodes.
    pub(super) items: Vec<usize>,
}

/// All columns. The items of the nodes come first, in the order of the nodes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Grid {
    /// The sizes of the nodes.
    pub(super) sizes: Vec<Size>,
    /// The items.
    pub(super) items: Vec<Item>,
    /// The columns, each with its items from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// The links between items in adjacent columns.
    pub(super) links: Vec<Link>,
    /// For each item, the items to its left.
    pub(super) lefts: Vec<Vec<usize>>,
    /// For each item, the items to its right.
    pub(super) rights: Vec<Vec<usize>>,
    /// The edges.
    pub(super) chains: Vec<Chain>,
}

impl Grid {
    /// The columns of nodes with these ranks.
    pub(super) fn new(sizes: &[Size], lines: &[Line], ranks: &Ranks) -> Self {
        let mut grid = Self { sizes: sizes.to_vec(), ..Self::default() };
        let columns = Columns::new(lines, ranks);
        for (node, size) in sizes.iter().enumerate() {
            let column = value(&columns.of_nodes, value(&ranks.of, node));
            grid.items.push(node_item(node, column, size));
        }
        for (index, (line, way)) in lines.iter().zip(&ranks.ways).enumerate() {
            match way {
                None => {}
                Some(Way::Around) => grid.make_room_for_loop(line),
                Some(way) => grid.add_chain(index, line, (*way, ranks, &columns)),
            }
            if let Some(Way::Around) = way {
                let items = vec![line.from];
                grid.chains.push(Chain { line: index, way: Way::Around, items });
            }
        }
        grid.columns = vec![Vec::new(); columns.count];
        grid.connect();
        grid.fill_columns();
        grid
    }

    fn make_room_for_loop(&mut self, line: &Line) {
        if let (Some(item), Some(size)) = (self.items.get_mut(line.from), self.sizes.get(line.from))
        {
            let first = size.height / 2.0 + size.behind + LOOP + AROUND;
            item.above = item.above.max(first) + line.room.above + line.room.below;
            item.width = item.width.max(line.room.width);
        }
    }

    fn add_chain(&mut self, index: usize, line: &Line, at: (Way, &Ranks, &Columns)) {
        let (way, ranks, columns) = at;
        let (left, right) =
            if way == Way::Back { (line.to, line.from) } else { (line.from, line.to) };
        let (first, last) = (value(&ranks.of, left), value(&ranks.of, right));
        let mut items = vec![left];
        for rank in first..last {
            if rank > first {
                items.push(self.add(What::Bend, value(&columns.of_nodes, rank), &Room::default()));
            }
            if let Some(column) = value(&columns.of_labels, rank) {
                let labelled = rank == first && !line.room.is_empty();
                let what = if labelled { What::Label } else { What::Bend };
                let room = if labelled { line.room } else { Room::default() };
                items.push(self.add(what, column, &room));
            }
        }
        items.push(right);
        let main = way == Way::On && line.output.is_none();
        for (left, right) in items.iter().zip(items.iter().skip(1)) {
            self.links.push(Link { left: *left, right: *right, main });
        }
        self.chains.push(Chain { line: index, way, items });
    }

    fn add(&mut self, what: What, column: usize, room: &Room) -> usize {
        let (above, below) = (room.above + EDGE, room.below + EDGE);
        self.items.push(Item { what, column, width: room.width, above, below });
        self.items.len() - 1
    }

    fn connect(&mut self) {
        self.lefts = vec![Vec::new(); self.items.len()];
        self.rights = vec![Vec::new(); self.items.len()];
        for link in &self.links {
            if let Some(rights) = self.rights.get_mut(link.left) {
                rights.push(link.right);
            }
            if let Some(lefts) = self.lefts.get_mut(link.right) {
                lefts.push(link.left);
            }
        }
    }

    /// Fills the columns from the top by following the edges, so that related items are close; the
    /// main flow comes before side outputs.
    fn fill_columns(&mut self) {
        let mut seen = vec![false; self.items.len()];
        let mut aside = vec![Vec::new(); self.items.len()];
        for link in self.links.iter().filter(|link| !link.main) {
            if let Some(aside) = aside.get_mut(link.left) {
                aside.push(link.right);
            }
        }
        for start in 0..self.items.len() {
            if !row(&self.lefts, start).is_empty() {
                continue;
            }
            let mut ahead = vec![start];
            while let Some(item) = ahead.pop() {
                if value(&seen, item) {
                    continue;
                }
                super::set(&mut seen, item, true);
                let column = self.items.get(item).map_or(0, |item| item.column);
                if let Some(column) = self.columns.get_mut(column) {
                    column.push(item);
                }
                let aside = row(&aside, item);
                ahead.extend(aside.iter().rev());
                let rights = row(&self.rights, item).iter().rev();
                ahead.extend(rights.filter(|right| !aside.contains(right)));
            }
        }
    }
}

fn node_item(node: usize, column: usize, size: &Size) -> Item {
    let half = size.height / 2.0 + AROUND;
    Item {
        what: What::Node(node),
        column,
        width: size.width + size.behind,
        above: half + size.behind,
        below: half,
    }
}

/// The columns: one for each rank, and one after it if edges from it have a text.
struct Columns {
    of_nodes: Vec<usize>,
    of_labels: Vec<Option<usize>>,
    count: usize,
}

impl Columns {
    fn new(lines: &[Line], ranks: &Ranks) -> Self {
        let count = ranks.of.iter().max().map_or(0, |last| last + 1);
        let mut labelled = vec![false; count];
        for (line, way) in lines.iter().zip(&ranks.ways) {
            let left = match way {
                Some(Way::On) => line.from,
                Some(Way::Back) => line.to,
                _ => continue,
            };
            if !line.room.is_empty() {
                super::set(&mut labelled, value(&ranks.of, left), true);
            }
        }
        let mut columns = Self { of_nodes: Vec::new(), of_labels: Vec::new(), count: 0 };
        for labelled in labelled {
            columns.of_nodes.push(columns.count);
            columns.count += 1;
            columns.of_labels.push(labelled.then_some(columns.count));
            columns.count += usize::from(labelled);
        }
        columns
    }
}
