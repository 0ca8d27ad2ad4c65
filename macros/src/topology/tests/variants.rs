//! Nodes whose outputs are the variants of an enum.

use super::{calls, sentences, text, tokens};

/// The codes of the mistakes in the lines after `a = source(x)`.
fn said(lines: &str) -> Vec<String> {
    let said = sentences(&format!("a = source(x), {lines}"));
    said.iter().map(|said| said.split(['[', ']']).nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_output_with_a_name_of_its_own_splits_the_node() {
    let calls = calls("a = source(x), a.order >> ignore, [a.errors, a.refund] >> ignore");
    for expected in [
        r#"let a = {
            let a = __job.source(x).named("a").splitting();
            let __places = a.places();
            let a = a.using(__places.order).using(__places.refund);
            a.places().all_used(a).outputs()
        };"#,
        "a.stream.order.ignore();",
        "a.errors.ignore(); a.stream.refund.ignore();",
    ] {
        assert!(calls.contains(&text(&tokens(expected))), "{expected}\n{calls}");
    }
}

#[test]
fn the_stream_of_a_node_that_is_split_need_not_be_used() {
    assert_eq!(said("a.order >> ignore, a.refund >> ignore"), [""; 0]);
    assert_eq!(said("a.late >> ignore"), ["M0107"]);
}

#[test]
fn a_stream_is_used_as_a_whole_or_by_its_outputs() {
    assert_eq!(said("a.order >> ignore, a >> ignore"), ["M0271"]);
    assert_eq!(said("a >> ignore, a.errors >> ignore"), [""; 0]);
}

#[test]
fn an_output_is_used_once() {
    assert_eq!(said("a.order >> ignore, [a.order, a.refund] >> ignore"), ["M0272"]);
    assert_eq!(said("a >> ignore, a.errors >> ignore, a.errors >> fail"), ["M0272"]);
    assert_eq!(said("b = a.order, b >> ignore, b >> sink(y)"), [""; 0]);
}

#[test]
fn a_word_like_late_is_a_variant_unless_all_else_speaks_for_late() {
    assert_eq!(said("a >> ignore, a.error >> ignore"), ["M0123"]);
    assert_eq!(said("a.error >> ignore, a.value >> ignore"), [""; 0]);
    assert_eq!(said("a.rate >> ignore, a.date >> ignore"), [""; 0]);
    assert_eq!(said("a.rate >> ignore"), [""; 0]);
}

#[test]
fn a_half_written_output_of_a_node_that_is_used_is_one_that_every_node_has() {
    for half in ["", "e", "lat", "overfl"] {
        let word = format!("{half}raCompletionMarker");
        let calls = calls(&format!("a = source(x), a >> ignore, a.{word} >> ignore"));
        assert!(calls.contains(".outputs();"), "{calls}");
        assert!(calls.contains(&format!(";a.{word}.ignore()")), "{calls}");
    }
}
