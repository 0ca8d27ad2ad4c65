//! Short names of types.

/// Shortens the name of a type for display: removes all paths in it.
///
/// # Examples
/// ```
/// use millstream_graph::short_name;
///
/// assert_eq!(short_name("alloc::vec::Vec<my::job::Tx>"), "Vec<Tx>");
/// assert_eq!(short_name("(u64, &str)"), "(u64, &str)");
/// ```
#[must_use]
pub fn short_name(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut word = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
        } else if letter == ':' && letters.next_if_eq(&':').is_some() {
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(letter);
        }
    }
    short + &word
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn paths_are_left_out_wherever_they_stand() {
        for (name, expected) in [
            ("u64", "u64"),
            ("a::b::C", "C"),
            ("core::option::Option<(a::B, &mut c::D)>", "Option<(B, &mut D)>"),
            ("[a::B; 4]", "[B; 4]"),
            ("dyn a::B + core::marker::Send", "dyn B + Send"),
            ("a::f::{{closure}}", "{{closure}}"),
        ] {
            assert_eq!(short_name(name), expected);
        }
    }
}
