//! The customers and terminals of the simulated town.

use super::Terminal;
use super::rng::{Purpose, Random, exponential};

/// Length of one side of the town.
const SIDE: f64 = 100.0;
/// The distance from home within which a customer buys.
const RADIUS: f64 = 5.0;
/// Squares of the search grid along one side: each as wide as the radius, so nine of them contain
/// everything near.
const SQUARES: u32 = 20;

/// A customer and the terminals where this customer buys.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    /// Mean number of purchases per day.
    pub(super) purchases: f64,
    /// Probability of a day without purchases.
    pub(super) no_purchase: f64,
    /// Mean amount of a purchase.
    pub(super) amount: f64,
    /// Terminals near home, never empty.
    near: Box<[u32]>,
}

impl Customer {
    fn new(random: &mut Random, grid: &Grid<'_>) -> Self {
        let (x, y) = (random.between(0.0, SIDE), random.between(0.0, SIDE));
        let amount = random.between(5.0, 100.0);
        let purchases = random.between(0.0, 4.0);
        Self { purchases, no_purchase: exponential(-purchases), amount, near: grid.near(x, y) }
    }

    /// One of the terminals near home.
    pub(super) fn terminal(&self, random: &mut Random) -> u32 {
        let count = u32::try_from(self.near.len()).unwrap_or(u32::MAX);
        let choice = random.below(count) as usize;
        self.near.get(choice).copied().unwrap_or(0)
    }
}

/// Customers of a seed, each with the terminals near home.
pub(super) fn customers(seed: u64, count: u32, terminals: &[Terminal]) -> Vec<Customer> {
    let grid = Grid::new(terminals);
    let mut random = Random::new(seed, Purpose::Customers, 0);
    (0..count).map(|_| Customer::new(&mut random, &grid)).collect()
}

/// Terminals of a seed, in the order of their ids.
pub(super) fn terminals(seed: u64, count: u32) -> Vec<Terminal> {
    let mut random = Random::new(seed, Purpose::Terminals, 0);
    (0..count)
        .map(|terminal_id| Terminal {
            terminal_id,
            x: random.between(0.0, SIDE),
            y: random.between(0.0, SIDE),
        })
        .collect()
}

/// Square of the distance of a terminal from a place.
pub(super) fn square_distance(terminal: &Terminal, x: f64, y: f64) -> f64 {
    let (width, height) = (terminal.x - x, terminal.y - y);
    width * width + height * height
}

/// Terminals by square, to find the near ones without a scan of all.
struct Grid<'a> {
    terminals: &'a [Terminal],
    squares: Vec<Vec<&'a Terminal>>,
}

impl<'a> Grid<'a> {
    fn new(terminals: &'a [Terminal]) -> Self {
        let mut squares = vec![Vec::new(); (SQUARES * SQUARES) as usize];
        for terminal in terminals {
            let square = position(column(terminal.x), column(terminal.y));
            if let Some(square) = squares.get_mut(square) {
                square.push(terminal);
            }
        }
        Self { terminals, squares }
    }

    /// The terminals within the radius, or else the nearest one.
    fn near(&self, x: f64, y: f64) -> Box<[u32]> {
        let (column_here, row_here) = (column(x), column(y));
        let rows = row_here.saturating_sub(1)..=(row_here + 1).min(SQUARES - 1);
        let columns = column_here.saturating_sub(1)..=(column_here + 1).min(SQUARES - 1);
        let near: Box<[u32]> = rows
            .flat_map(|row| columns.clone().map(move |column| position(column, row)))
            .filter_map(|square| self.squares.get(square))
            .flatten()
            .filter(|terminal| square_distance(terminal, x, y) < RADIUS * RADIUS)
            .map(|terminal| terminal.terminal_id)
            .collect();
        if near.is_empty() { self.nearest(x, y).into_iter().collect() } else { near }
    }

    fn nearest(&self, x: f64, y: f64) -> Option<u32> {
        self.terminals
            .iter()
            .min_by(|a, b| square_distance(a, x, y).total_cmp(&square_distance(b, x, y)))
            .map(|terminal| terminal.terminal_id)
    }
}

fn position(column: u32, row: u32) -> usize {
    (row * SQUARES + column) as usize
}

fn column(coordinate: f64) -> u32 {
    let column = super::whole(coordinate / RADIUS);
    u32::try_from(column).unwrap_or(0).min(SQUARES - 1)
}
