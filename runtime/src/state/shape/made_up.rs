//! Values that are made up, for types that refuse some of them.

/// A value of each kind; a type may refuse a number or a text, and accept another.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadeUp {
    pub(super) number: u8,
    pub(super) text: &'static str,
    pub(super) bytes: &'static [u8],
}

/// One after the other, until a type accepts one: nothing, something, and texts that are often
/// asked for.
const VALUES: [(u8, &str); 11] = [
    (0, ""),
    (1, "1"),
    (2, "a"),
    (7, "2000-01-01T00:00:00Z"),
    (12, "2000-01-01"),
    (100, "00:00:01"),
    (3, "PT1S"),
    (4, "UTC"),
    (5, "127.0.0.1"),
    (6, "00000000-0000-0000-0000-000000000001"),
    (8, "http://example.com/"),
];

/// How many values there are.
pub(super) const MADE_UP: usize = VALUES.len();

impl MadeUp {
    pub(super) fn letter(self) -> char {
        self.text.chars().next().unwrap_or('a')
    }

    /// The value with this number; the last one beyond.
    pub(super) fn at(number: usize) -> Self {
        let [.., last] = VALUES;
        let (at, text) = VALUES.get(number).copied().unwrap_or(last);
        let bytes: &[u8] = if number == 0 { &[] } else { &[0; 16] };
        Self { number: at, text, bytes }
    }
}
