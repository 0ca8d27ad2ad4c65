//! The width of a text, estimated without a font.

/// The width of a text in the given size, about that of a wide sans-serif font.
///
/// Too wide is harmless, too narrow is not: the text of a box would stick out of it.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The width of a text in bold letters.
pub(super) fn width_bold(text: &str, size: f64) -> f64 {
    width(text, size) * 1.1
}

/// The text, truncated to a number of letters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let begin: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", begin.trim_end())
}

/// The width of a letter as a share of the size.
fn advance(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' | 'I' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '{' | '}' | '/' | '\\' | '-' | ' ' | '"' => 0.41,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        '<' | '>' | '+' | '=' | '×' | '#' | '~' | '&' => 0.82,
        'A'..='Z' => 0.72,
        '\u{0}'..='\u{7f}' => 0.63,
        // Marks that are set above or below the letter before.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        '\u{80}'..='\u{10ff}' => 0.68,
        // Beyond these scripts most letters are as wide as they are high.
        _ => 1.05,
    }
}

#[cfg(test)]
mod tests {
    use super::{shortened, width, width_bold};

    #[test]
    fn wide_letters_count_for_more_than_narrow_ones() {
        assert_eq!(width("", 12.0), 0.0);
        assert!(width("ill", 12.0) < width("abc", 12.0));
        assert!(width("abc", 12.0) < width("WWW", 12.0));
        assert!(width("取引先", 10.0) > 30.0);
        assert!(width_bold("abc", 12.0) > width("abc", 12.0));
        assert_eq!(width("e\u{301}", 12.0), width("e", 12.0));
    }

    #[test]
    fn a_long_text_is_cut_at_a_letter() {
        assert_eq!(shortened("größe", 5), "größe");
        assert_eq!(shortened("größer", 5), "größ…");
        assert_eq!(shortened("a bcd", 3), "a…");
        assert_eq!(shortened("abc", 0), "…");
    }
}
