//! Cycles, with `feedback` and without.

use super::{calls, sentences};

#[test]
fn a_loop_is_begun_merged_and_closed() {
    let written = calls(
        "tx = source(s), again = feedback(1_000, drop_oldest), tried = [again, tx] >> attempt, \
         tried >> feedback(again)",
    );
    for part in [
        "let (again, __feeds_again) = { let (__fed, __feeds_again) = __job.feedback(1_000,",
        "drop_oldest },); (__fed.named(\"again\"), __feeds_again) };",
        // Streams without a type come last.
        "merge((tx, again)).then(attempt {})",
        "tried.feedback(__feeds_again);",
    ] {
        let part: String = part.split_whitespace().collect();
        assert!(written.contains(&part), "{part}\n{written}");
    }
}

fn codes(input: &str) -> Vec<String> {
    let code = |sentence: &String| sentence.split(['[', ']']).nth(1).unwrap_or("?").to_owned();
    sentences(input).iter().map(code).collect()
}

#[test]
fn a_loop_with_a_type_or_a_time_of_its_own_may_be_used_in_any_way() {
    for input in [
        "a = source(s), b = feedback::<T>(9, drop_newest), b >> x >> ignore, a >> feedback(b)",
        "a = source(s), b = feedback::<T>(9, p) >> event_time(f, l), [a, b] >> x >> feedback(b)",
        "a = source(s), b = feedback::<T>(n, p), b >> ignore, [a, b] >> x >> feedback(b)",
        "a = source(s), b = feedback(n, p), c = feedback(n, p), d = [a, b, c] >> x, \
         d >> feedback(b), d >> y >> feedback(c)",
    ] {
        assert_eq!(sentences(input), [""; 0], "{input}");
    }
}

#[test]
fn every_cycle_is_reported_once() {
    for (input, ways) in [
        ("s = source(x), a = [s, b] >> o, b = a >> o, b >> ignore", vec!["a >> b >> a"]),
        ("s = source(x), a = [s, a] >> o, a >> ignore", vec!["a >> a"]),
        ("s = source(x), a = [s, b.errors] >> o, b = a >> o, b >> ignore", vec!["a >> b >> a"]),
        ("s = source(x), a = b >> o, b = c >> o, c = [s, a] >> o", vec!["a >> c >> b >> a"]),
        (
            "s = source(x), a = [s, b, c] >> o, b = a >> o, c = a >> o",
            vec!["a >> b >> a", "a >> c >> a"],
        ),
    ] {
        let told = sentences(input);
        assert_eq!(told.len(), ways.len(), "{input}: {told:#?}");
        for (told, way) in told.iter().zip(ways) {
            assert!(told.contains(&format!("`{way}` [M0131]")), "{told}");
        }
    }
}

#[test]
fn a_line_that_only_stands_too_low_is_no_circle() {
    assert_eq!(codes("a = b >> o, b = source(x), a >> ignore"), ["M0105"]);
    assert_eq!(codes("a >> ignore, a = source(x)"), ["M0105"]);
    assert_eq!(
        codes("a = source(x), a >> feedback(b), b = feedback::<T>(9, p), b >> ignore"),
        ["M0105"]
    );
}

#[test]
fn what_is_wrong_with_a_loop_is_reported_once() {
    for (lines, code) in [
        ("b = feedback(9, block), [a, b] >> x >> feedback(b)", "M0132"),
        ("b = feedback(9, sample(3)), [a, b] >> x >> feedback(b)", "M0132"),
        ("b = feedback(0, p), [a, b] >> x >> feedback(b)", "M0133"),
        ("b = feedback(9, p), [a, b] >> x >> ignore", "M0134"),
        ("b = feedback(9, p), c = [a, b] >> x, c >> feedback(b), c >> feedback(b)", "M0135"),
        ("a >> x >> feedback(a)", "M0136"),
        ("again = feedback(9, p), [a, again] >> x >> feedback(agian)", "M0137"),
        ("b = feedback(9, p), b >> x >> ignore, a >> feedback(b)", "M0138"),
        ("b = feedback(9, p), [a, b] >> ignore, [a, b] >> x >> feedback(b)", "M0138"),
        ("b = feedback(9, p) >> y, [a, b] >> x >> feedback(b)", "M0138"),
        ("b = feedback(9), [a, b] >> x >> feedback(b)", "M0139"),
        ("b = feedback(), [a, b] >> x >> feedback(b)", "M0139"),
        ("[a, feedback(9, p)] >> x >> ignore", "M0140"),
        ("b = feedback(9, p), c = [a, b] >> x >> feedback(b)", "M0141"),
        ("b = feedback::<T>(9, p), a >> x >> feedback(b)", "M0107"),
        ("b = feedback, [a, b] >> x >> feedback(b)", "M0114"),
        ("b = feedbak(9, p), [a, b] >> x >> feedback(b)", "M0106"),
    ] {
        assert_eq!(codes(&format!("a = source(s), {lines}")), [code], "{lines}");
    }
}
