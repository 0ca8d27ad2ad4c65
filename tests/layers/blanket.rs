//! Implementations for every type, which rustdoc would list on the page of every type of a user.

/// The traits that a text implements for a type parameter.
pub(crate) fn blanket(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| blanket_of(line.trim_start().strip_prefix("impl<")?)).collect()
}

/// The trait of a line such as `T: Send> Event for T {`, if it is implemented for a parameter.
fn blanket_of(line: &str) -> Option<String> {
    let mut open = 1;
    let end = line.char_indices().find_map(|(at, letter)| {
        open += i32::from(letter == '<') - i32::from(letter == '>');
        (open == 0).then_some(at)
    })?;
    let (parameters, rest) = (&line[..end], line[end + 1..].trim_start());
    let (name, target) = rest.split_once(" for ")?;
    let target = target.trim_end_matches([' ', '{', '}']);
    let target = target.strip_suffix(" where").unwrap_or(target);
    let is_parameter = |parameter: &str| parameter.split(':').next().unwrap().trim() == target;
    parameters
        .split(',')
        .any(is_parameter)
        .then(|| name.split('<').next().unwrap().rsplit("::").next().unwrap().to_owned())
}

#[test]
fn an_implementation_for_a_parameter_is_found() {
    for (line, found) in [
        ("impl<T: Send + 'static> Event for T {}", Some("Event")),
        ("    impl<T, U: $bound> Alike<T, $marker> for U {", Some("Alike")),
        ("impl<In, Q, R, O> checks::Fits<In, Q, R> for O", Some("Fits")),
        ("impl<K, T, S> Stored<K, T> for S where", Some("Stored")),
        ("impl<T: Into<Vec<u8>>> Event for T {", Some("Event")),
        ("impl<T> Event for Vec<T> {}", None),
        ("impl<T> Stream<T> {", None),
        ("impl Event for u64 {}", None),
    ] {
        assert_eq!(blanket(line), found.into_iter().collect::<Vec<_>>(), "{line}");
    }
}
