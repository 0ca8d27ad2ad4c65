//! The name of an output.

/// The name of a variant in snake case: `HttpError` becomes `http_error`.
pub(super) fn snake_case(variant: &str) -> String {
    let letters: Vec<char> = variant.chars().collect();
    let mut name = String::with_capacity(variant.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        // The last capital of several belongs to the word that follows: `HTTPError`.
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                let word = before.is_uppercase() && after.is_some_and(|after| after.is_lowercase());
                before.is_lowercase() || before.is_numeric() || word
            });
        if begins {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// Whether the name is a keyword of Rust, which cannot name a field.
pub(super) fn is_keyword(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::{is_keyword, snake_case};

    #[test]
    fn words_start_with_capitals() {
        for (variant, name) in [
            ("Order", "order"),
            ("HttpError", "http_error"),
            ("HTTPError", "http_error"),
            ("V2", "v2"),
            ("V2Order", "v2_order"),
            ("A", "a"),
            ("AB", "ab"),
            ("Snake_Case", "snake_case"),
            ("Größe", "größe"),
        ] {
            assert_eq!(snake_case(variant), name, "{variant}");
        }
    }

    #[test]
    fn words_of_rust_are_known() {
        for word in ["type", "crate", "super", "move", "async", "_"] {
            assert!(is_keyword(word), "{word}");
        }
        assert!(!is_keyword("order") && !is_keyword("union"));
    }
}
