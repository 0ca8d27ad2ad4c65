//! Text for a terminal: measured in columns, cut to a width, free of control characters.

use crate::metrics::grouped;
use std::time::Duration;
use unicode_width::UnicodeWidthChar;

/// What follows a text that is cut.
const CUT: char = '…';

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// The text without what a terminal would obey: a name or a key may contain anything.
pub(super) fn clean(text: &str) -> String {
    let obeyed = |c: char| {
        let turns = matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
        c.is_control() || turns || matches!(c, '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// The text in at most `width` columns; where it is cut, it ends with an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = clean(text);
    if columns(&text) <= width {
        return text;
    }
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| match room.checked_sub(c.width().unwrap_or(0)) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.truncate(kept.trim_end().len());
    if width > 0 {
        kept.push(CUT);
    }
    kept
}

/// The text in exactly `width` columns, at the right if `right`.
pub(super) fn padded(text: &str, width: usize, right: bool) -> String {
    let text = cut(text, width);
    let space = " ".repeat(width.saturating_sub(columns(&text)));
    if right { space + &text } else { text + &space }
}

/// A count and its noun, in the plural unless it is 1.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A duration in two digits or three: `40 ms`, `3.2 s`, `12 s`, `4.1 min`.
pub(super) fn brief(time: Duration) -> String {
    const UNITS: [(f64, &str); 4] = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];
    let seconds = time.as_secs_f64();
    // What would be rounded up to the next unit is shown in it.
    let unit = UNITS.into_iter().find(|(unit, _)| seconds >= unit * 0.9995);
    let (number, unit) = match unit {
        Some((unit, name)) => (seconds / unit, name),
        None => return format!("{:.0} ms", seconds * 1e3),
    };
    let digits = usize::from(number < 9.95);
    format!("{number:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_columns_not_at_bytes() {
        for (text, width, expected) in [
            ("scores", 6, "scores"),
            ("scores", 5, "scor…"),
            ("scores", 1, "…"),
            ("scores", 0, ""),
            ("点数点数", 8, "点数点数"),
            ("点数点数", 7, "点数点…"),
            ("点数点数", 6, "点数…"),
            ("cafe\u{301} noir", 5, "cafe\u{301}…"),
            ("a b", 2, "a…"),
            ("ab cd", 4, "ab…"),
        ] {
            assert_eq!(cut(text, width), expected, "{text} in {width}");
            assert!(columns(&cut(text, width)) <= width);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_not_sent() {
        assert_eq!(
            clean("a\u{1b}[2Jb\nc\u{202e}d\u{9b}"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}"
        );
    }

    #[test]
    fn durations_are_short() {
        for (millis, expected) in [
            (0, "0 ms"),
            (40, "40 ms"),
            (999, "999 ms"),
            (1_000, "1.0 s"),
            (3_240, "3.2 s"),
            (9_960, "10 s"),
            (59_990, "1.0 min"),
            (246_000, "4.1 min"),
            (5_400_000, "1.5 h"),
            (864_000_000, "10 d"),
        ] {
            assert_eq!(brief(Duration::from_millis(millis)), expected);
        }
        let grouped = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(grouped, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(|count| counted(count, "call")), ["1 call", "2 calls"]);
    }
}
