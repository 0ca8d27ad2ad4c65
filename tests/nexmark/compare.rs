//! Rows in any order, with numbers that may differ in their last digits.

use serde_json::Value;

const TOLERANCE: f64 = 1e-9;

/// What must be equal of a row, and what must be nearly so.
type Normal = (Vec<(String, String)>, Vec<f64>);

fn normal(row: &Value) -> Normal {
    let fields = row.as_object().expect("a row is an object");
    let (mut exact, mut near) = (Vec::new(), Vec::new());
    for (name, value) in fields {
        match value {
            Value::Number(number) if number.is_f64() => {
                // The name is kept: a field that is missing is a difference.
                exact.push((name.clone(), "a float".into()));
                near.push(value.as_f64().expect("this is a float"));
            }
            _ => exact.push((name.clone(), value.to_string())),
        }
    }
    exact.sort();
    (exact, near)
}

fn sorted(rows: &[Value]) -> Vec<Normal> {
    let mut rows: Vec<_> = rows.iter().map(normal).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.partial_cmp(&b.1).expect("no NaN")));
    rows
}

fn alike(a: &Normal, b: &Normal) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
    a.0 == b.0 && a.1.len() == b.1.len() && a.1.iter().zip(&b.1).all(near)
}

/// Fails unless both have the same rows, as often.
pub fn assert_same_rows(found: &[Value], expected: &[Value], what: impl Fn() -> String) {
    let (found, expected) = (sorted(found), sorted(expected));
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            alike(found, expected),
            "{}\nfirst difference:\n   found {found:?}\nexpected {expected:?}",
            what()
        );
    }
    let (found, expected) = (found.len(), expected.len());
    assert_eq!(found, expected, "{}: found {found} rows, expected {expected}", what());
}

fn row(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn rows_are_the_same_in_any_order() {
    let (a, b) = (row(r#"{"id":1,"mean":0.1}"#), row(r#"{"id":2,"mean":0.2}"#));
    let nearly = row(r#"{"id":2,"mean":0.20000000000000001}"#);
    assert_same_rows(&[a.clone(), b], &[nearly, a], String::new);
}

#[test]
#[should_panic = "expected 2"]
fn a_row_that_is_missing_is_a_difference() {
    let a = row(r#"{"id":1}"#);
    assert_same_rows(std::slice::from_ref(&a), &[a.clone(), a.clone()], String::new);
}

#[test]
#[should_panic = "first difference"]
fn another_number_is_a_difference() {
    let (a, b) = (row(r#"{"mean":0.1}"#), row(r#"{"mean":0.1000001}"#));
    assert_same_rows(&[a], &[b], String::new);
}

#[test]
#[should_panic = "first difference"]
fn another_field_is_a_difference() {
    let (a, b) = (row(r#"{"mean":0.1}"#), row(r#"{"average":0.1}"#));
    assert_same_rows(&[a], &[b], String::new);
}
