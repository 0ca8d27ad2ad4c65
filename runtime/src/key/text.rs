//! Keys as text, for those who watch a job.

/// The most characters of a string that are shown.
const CHARACTERS: usize = 64;

/// A string, without what makes it long.
pub(super) fn text(key: &str) -> Option<String> {
    let mut shown: String = key.chars().take(CHARACTERS).collect();
    if shown.len() < key.len() {
        shown.push('…');
    }
    Some(shown)
}

/// Bytes, in hexadecimal.
pub(super) fn bytes(key: &[u8]) -> Option<String> {
    let mut shown = String::from("0x");
    key.iter().take(CHARACTERS / 2).for_each(|byte| shown.push_str(&format!("{byte:02x}")));
    if key.len() > CHARACTERS / 2 {
        shown.push('…');
    }
    Some(shown)
}

/// A key of several parts, as `name(part, part)`; none if a part has none.
#[must_use]
pub fn text_of_parts<const N: usize>(name: &str, parts: [Option<String>; N]) -> Option<String> {
    let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
    Some(match parts.as_slice() {
        [] => name.to_owned(),
        [part] if name.is_empty() => part.clone(),
        _ => format!("{name}({})", parts.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use crate::key::Key;
    use std::net::Ipv4Addr;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn every_key_of_the_standard_library_has_a_text() {
        let texts = [
            (7_u64.key_text(), "7"),
            ((-7_i32).key_text(), "-7"),
            (true.key_text(), "true"),
            ('x'.key_text(), "x"),
            ("card 7".key_text(), "card 7"),
            (String::from("card 7").key_text(), "card 7"),
            (u128::MAX.key_text(), "340282366920938463463374607431768211455"),
            (Arc::<[u8]>::from([1, 255]).key_text(), "0x01ff"),
            (().key_text(), "()"),
            (None::<u64>.key_text(), "none"),
            (Some(7).key_text(), "7"),
            (Err::<u8, _>("lost").key_text(), "lost"),
            ((7, "a").key_text(), "(7, a)"),
            ([1, 2].key_text(), "(1, 2)"),
            (Ipv4Addr::LOCALHOST.key_text(), "127.0.0.1"),
            (Duration::from_millis(1_500).key_text(), "1.5s"),
            (Box::new(7).key_text(), "7"),
        ];
        for (text, expected) in texts {
            assert_eq!(text.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_long_key_is_cut() {
        let text = "ä".repeat(100).key_text().unwrap();
        assert_eq!((text.chars().count(), text.chars().last()), (65, Some('…')));
        assert_eq!(vec![0_u8; 40].key_text().unwrap().chars().count(), 2 + 64 + 1);
    }
}
