//! Suggestions for misspelt words.

/// Finds the candidate that a misspelt word was meant to be.
///
/// A candidate is close if at most two letters are added, missing, changed or swapped with their
/// neighbour; in words of less than five letters, one. Of equally close candidates the first is
/// returned; the word itself is no suggestion.
///
/// # Examples
/// ```
/// use millstream_graph::suggest::closest;
///
/// assert_eq!(closest("shufle", ["shuffle", "sink"]), Some("shuffle"));
/// assert_eq!(closest("window", ["shuffle", "sink"]), None);
/// ```
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    within(if word.chars().count() < 5 { 1 } else { 2 }, word, candidates)
}

/// Finds the closest candidate that is at most `near` letters away; the word itself is no
/// suggestion.
#[must_use]
pub fn within<'a>(
    near: usize,
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| (1..=near).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The number of letters to add, remove, change or swap to turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut left = row + 1;
        for (column, other) in to.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(letter != *other);
            let mut best = changed.min(left + 1).min(at(&last, column + 1) + 1);
            if let Some(other_before) = column.checked_sub(1)
                && previous == Some(*other)
                && to.get(other_before) == Some(&letter)
            {
                best = best.min(at(&before_last, other_before) + 1);
            }
            current.push(best);
            left = best;
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn distance_counts_each_kind_of_slip_once() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("name", "name", 0),
            ("name", "nam", 1),
            ("name", "names", 1),
            ("name", "nome", 1),
            ("name", "anme", 1),
            ("name", "naem", 1),
            ("sink", "shuffle", 6),
            ("größe", "grösse", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} → {to}");
            assert_eq!(distance(to, from), expected, "{to} → {from}");
        }
    }

    #[test]
    fn a_word_too_far_away_is_not_suggested() {
        assert_eq!(closest("by", ["be"]), Some("be"));
        assert_eq!(closest("by", ["at"]), None);
        assert_eq!(closest("timout", ["timeout", "retry"]), Some("timeout"));
        assert_eq!(closest("tmout", ["timeout"]), Some("timeout"));
        assert_eq!(closest("tout", ["timeout"]), None);
        assert_eq!(closest("size", ["sink"]), None);
    }

    #[test]
    fn the_nearest_is_suggested_and_never_the_word_itself() {
        assert_eq!(closest("scores", ["score", "stores", "scares"]), Some("score"));
        assert_eq!(closest("scorse", ["score", "scores"]), Some("score"));
        assert_eq!(closest("score", ["score"]), None);
    }
}
