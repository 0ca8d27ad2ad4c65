//! Types that have changed.

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Limited {
    sum: f64,
    #[serde(default = "limit")]
    limit: u32,
    n: u64,
    last: Option<String>,
}

fn limit() -> u32 {
    9
}

#[test]
fn fields_are_found_by_their_names() {
    let mean = Average { n: 2, sum: 0.5 };
    let limited = Limited { sum: 0.5, limit: 9, n: 2, last: None };
    assert_eq!(read_again(&mean), Ok(limited));
    let limited = Limited { sum: 0.5, limit: 3, n: 2, last: Some("a".into()) };
    assert_eq!(read_again(&vec![limited]), Ok(vec![mean]));
    let change = StateShape::of::<Average>().changes_to(&StateShape::of::<Limited>());
    assert_eq!(change.extent, Extent::ByName);
    let words = [
        "`Average` is called `Limited` now",
        "field `limit: u32` is new",
        "field `last: Option<String>` is new",
        "the fields of it have another order",
    ];
    assert_eq!(change.words, words);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Required {
    n: u64,
    limit: u32,
}

#[test]
fn a_new_field_without_a_default_is_refused() {
    let why = check_readable::<Required>(&StateShape::of::<Average>());
    assert_eq!(why, Err("its field `limit` is new and has no default".to_owned()));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Payment {
    Later {
        days: u8,
    },
    #[serde(alias = "Parts")]
    Pieces(u16, i64),
    Cash {
        coins: Vec<u64>,
        change: Option<Average>,
    },
    No,
    Twice(Box<Payment>, Box<Payment>),
    Card(Id),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Fewer {
    No,
    Card(Id),
}

#[test]
fn variants_are_found_by_their_names() {
    let paid = Paid::Twice(Box::new(Paid::Parts(1, -2)), Box::new(Paid::No));
    let payment = Payment::Twice(Box::new(Payment::Pieces(1, -2)), Box::new(Payment::No));
    assert_eq!(read_again(&paid), Ok(payment));
    let change = StateShape::of::<Paid>().changes_to(&StateShape::of::<Payment>());
    assert_eq!(change.extent, Extent::ByName, "{change:?}");
    assert!(change.words.contains(&"variant `Later` is new".to_owned()), "{change:?}");
    assert!(change.words.contains(&"variant `Parts` is gone".to_owned()), "{change:?}");
    let why = check_readable::<Fewer>(&StateShape::of::<Paid>());
    assert_eq!(why, Err("it has no variant `Parts`".to_owned()));
}

#[test]
fn numbers_become_wider_and_never_narrower() {
    assert_eq!(read_again::<_, i64>(&7_u32), Ok(7));
    assert_eq!(read_again::<_, Option<f64>>(&0.5_f32), Ok(Some(0.5)));
    assert_eq!(read_again::<_, Id>(&7_u16), Ok(Id(7)));
    let extent = |was: StateShape, now: StateShape| was.changes_to(&now).extent;
    assert_eq!(extent(StateShape::of::<u32>(), StateShape::of::<u64>()), Extent::ByName);
    assert_eq!(extent(StateShape::of::<u32>(), StateShape::of::<i32>()), Extent::Other);
    assert_eq!(extent(StateShape::of::<u64>(), StateShape::of::<u32>()), Extent::Other);
    assert_eq!(extent(StateShape::of::<u64>(), StateShape::of::<f64>()), Extent::Other);
    assert_eq!(extent(StateShape::of::<u64>(), StateShape::of::<String>()), Extent::Other);
    assert_eq!(extent(StateShape::of::<Option<u8>>(), StateShape::of::<u8>()), Extent::Other);
    assert_eq!(extent(StateShape::of::<u64>(), StateShape::of::<NonZeroU64>()), Extent::Same);
    assert_eq!(extent(StateShape::of::<Id>(), StateShape::of::<u32>()), Extent::Same);
    assert_eq!(extent(StateShape::of::<Box<str>>(), StateShape::of::<String>()), Extent::Same);
}

#[test]
fn a_type_in_a_type_is_compared_too() {
    type Was = Wrapper<Vec<(u8, Average)>>;
    type Now = Wrapper<Vec<(u8, Required)>>;
    let change = StateShape::of::<Was>().changes_to(&StateShape::of::<Now>());
    assert_eq!(change.extent, Extent::ByName);
    assert!(change.words.contains(&"field `inner.1.limit: u32` is new".to_owned()));
    assert!(check_readable::<Now>(&StateShape::of::<Was>()).is_err());
}
