//! A figure over several rounds.

use std::fmt;

/// The median of a figure, and its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// The spread of values; `None` without values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        Some(Self { median: *values.get(values.len() / 2)?, least, most })
    }

    /// The text of a cell: the median with its unit, and the range.
    pub fn cell(self, unit: &str) -> String {
        format!("{self}{unit} ({}–{})", Short(self.least), Short(self.most))
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Short(self.median).fmt(f)
    }
}

/// A number with three significant digits, at most two of them behind the point.
#[derive(Debug, Clone, Copy)]
pub struct Short(pub f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = self;
        match value.abs() {
            size if size < 9.995 => write!(f, "{value:.2}"),
            size if size < 99.95 => write!(f, "{value:.1}"),
            size if size < 999.5 => write!(f, "{value:.0}"),
            _ => {
                let whole = format!("{value:.0}");
                let (first, last) = whole.split_at(whole.len() - 3);
                write!(f, "{},{last}", Thousands(first))
            }
        }
    }
}

/// Digits in groups of three.
struct Thousands<'a>(&'a str);

impl fmt::Display for Thousands<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            ..=3 => f.write_str(self.0),
            size => {
                let (first, last) = self.0.split_at(size - 3);
                write!(f, "{},{last}", Self(first))
            }
        }
    }
}
