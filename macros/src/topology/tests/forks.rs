//! Names whose consumers meet again.

use super::{paths, text};

/// Whether the name `s` of this list is a fork.
fn is_fork(list: &str) -> bool {
    let calls = text(&paths(list));
    let fork = calls.contains(".fork();");
    assert_eq!(fork, calls.contains("::paths(s,"), "{calls}");
    assert_eq!(fork, calls.contains("s.path()") && !calls.contains("s.tap()"), "{calls}");
    fork
}

#[test]
fn a_name_whose_consumers_are_merged_by_one_line_is_a_fork() {
    for list in [
        "s = source(x), a = s >> f, b = s >> map(g), [a, b] >> sink(y)",
        "s = source(x) >> h, a = s >> f >> filter(g), b = s >> inspect(g) >> f, \
         [b, a] >> e >> ignore",
        "s = source(x), a = s >> by(k) >> f, b = s >> by(k) >> f, c = s >> f, \
         m = [a, b, c] >> by(k) >> f, m >> sink(y)",
    ] {
        assert!(is_fork(list), "{list}");
    }
}

#[test]
fn any_other_name_with_consumers_is_a_fan_out() {
    for list in [
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> sink(y), s >> ignore",
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> sink(y), a >> ignore",
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> sink(y), a.errors >> ignore",
        "s = source(x), a = s >> f, b = s >> f * 2, [a, b] >> sink(y)",
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> by(k) >> g * n >> sink(y)",
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> shuffle >> g * 2 >> sink(y)",
        "s = source(x), a = s >> f, b = s >> f, m = [a, b], m >> by(k) >> g * 2 >> ignore",
        "s = source(x), a = s >> f, b = s >> buffer(5) >> f, [a, b] >> sink(y)",
        "s = source(x), a = s >> f, b = s >> f.in_flight(5), [a, b] >> sink(y)",
        "s = source(x), a = s >> f, b = s >> throttle(r), [a, b] >> sink(y)",
        "s = source(x), a = s >> f, b = s >> f, [a, b] >> throttle(r) >> sink(y)",
        "s = source(x), a = s >> f, [a, s] >> sink(y)",
        "#[cfg(a)] s = source(x), a = s >> f, b = s >> f, [a, b] >> sink(y)",
        "job(\"j\").instances(4), s = source(x), a = s >> f, b = s >> f, [a, b] >> sink(y)",
    ] {
        assert!(!is_fork(list), "{list}");
    }
}
