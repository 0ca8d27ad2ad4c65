//! Edges declared as calls, or as channels.

use super::{decided, text, tokens};

/// The declared edges of a list contain these calls.
fn assert_decided(list: &str, expected: &str) {
    let expected = text(&tokens(expected));
    assert!(decided(list).contains(&expected), "{list}\n{}\n{expected}", decided(list));
}

#[test]
fn an_edge_between_nodes_of_one_instance_is_a_call() {
    assert_decided(
        "source(x) >> a >> by(k) >> b >> sink(y)",
        "__job.source(x).then(a {}).as_call().by(k).then(b {}).as_call().sink(y);",
    );
    assert_decided(
        "source(x) >> a >> by(k) >> window(w) >> b >> ignore",
        ".then(a {}).as_call().by(k).window(w).then(b {}).as_call().ignore();",
    );
}

#[test]
fn an_edge_between_different_numbers_of_instances_is_a_channel() {
    assert_decided(
        "source(x) >> a >> by(k) >> b * 2 >> c >> sink(y)",
        ".then(a {}).as_channel().by(k).instances(2).then(b {})
            .as_channel().default_instances().then(c {}).as_call().sink(y);",
    );
    assert_decided(
        "source(x) >> a * 2 >> to_one >> b >> sink(y)",
        "__job.source(x).as_channel().instances(2).then(a {})
            .as_channel().to_one().then(b {}).as_call().sink(y);",
    );
}

#[test]
fn what_is_known_only_at_start_is_decided_at_start() {
    for list in [
        "source(x) >> a * n >> sink(y)",
        "source(x).with(b) >> by(k) >> a >> sink(y)",
        "source(x) >> map(f).with(b) >> by(k) >> a >> sink(y)",
        "source(x) >> by(k) >> buffer(5) >> a * auto >> sink(y)",
        "source(x) >> buffer(5) >> sink(y)",
        "source(x) >> buffer(5) >> a * 2 >> buffer(5) >> sink(y)",
        "source(x) >> overflow(block) >> sink(y)",
        "source(x) >> weaken(\"to watch\") >> sink(y)",
        "a = source(x), a >> buffer(n) >> sink(y)",
        "#[cfg(a)] s = source(x), s >> by(k) >> a >> sink(y)",
        "source(x) >> through(part) >> sink(y)",
        "job(\"j\").instances(n), source(x) >> by(k) >> a >> sink(y)",
    ] {
        assert!(!decided(list).contains(".as_c"), "{list}\n{}", decided(list));
    }
}

#[test]
fn references_to_outputs_are_left_alone() {
    assert_decided(
        "s = source(x) >> a, s >> by(k) >> b >> ignore, [s, s] >> by(k) >> c >> ignore",
        "s.tap().by(k).then(b {}).as_call().ignore();",
    );
}
