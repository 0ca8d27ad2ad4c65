//! The city: hexagonal zones, in rings around a centre.

/// Rings around the central zone.
const RINGS: i32 = 3;

/// The number of zones.
pub const ZONES: u8 = 37;

/// The distance between the centres of adjacent zones, in metres.
pub const WIDTH: u32 = 2_000;

/// The position of a zone: column and row of a grid whose rows are each shifted by half a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    column: i32,
    row: i32,
}

/// All places in the order of zone numbers: row by row.
fn places() -> impl Iterator<Item = Place> {
    (-RINGS..=RINGS).flat_map(|row| {
        let (first, last) = ((-RINGS).max(-RINGS - row), RINGS.min(RINGS - row));
        (first..=last).map(move |column| Place { column, row })
    })
}

impl Place {
    /// The place of a zone; the city centre if there is no such zone.
    pub fn of(zone: u8) -> Self {
        places().nth(zone.into()).unwrap_or(Self { column: 0, row: 0 })
    }

    /// The zone at a place; `None` outside the city.
    pub fn zone(self) -> Option<u8> {
        places().position(|place| place == self).and_then(|at| u8::try_from(at).ok())
    }

    /// The name of the zone: a letter for the row, a number for the position in it.
    pub fn name(self) -> String {
        let row = (b'A'..).nth((self.row + RINGS).unsigned_abs() as usize).map_or('?', char::from);
        let first = (-RINGS).max(-RINGS - self.row);
        format!("{row}{}", self.column - first + 1)
    }

    /// The distance in zones.
    pub fn distance(self, other: Self) -> u32 {
        let (columns, rows) = (other.column - self.column, other.row - self.row);
        (columns.unsigned_abs() + rows.unsigned_abs() + (columns + rows).unsigned_abs()) / 2
    }

    /// The ring of the zone, 0 for the centre.
    pub fn ring(self) -> u32 {
        self.distance(Self { column: 0, row: 0 })
    }

    /// The neighbours that are closer to a place.
    pub fn towards(self, place: Self) -> impl Iterator<Item = Self> {
        let steps = [(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)];
        let next =
            move |(columns, rows)| Self { column: self.column + columns, row: self.row + rows };
        steps.map(next).into_iter().filter(move |next| next.distance(place) < self.distance(place))
    }

    /// The centre of the zone on the map, in zone widths from the city centre.
    pub fn middle(self) -> (f64, f64) {
        let (column, row) = (f64::from(self.column), f64::from(self.row));
        (column + row / 2.0, row * 0.75_f64.sqrt())
    }
}
