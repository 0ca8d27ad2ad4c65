//! Shapes of types, and values that are read by them.

mod changed;

use super::{Extent, StateShape, check_readable, read_as};
use crate::state::append;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::num::{NonZeroI8, NonZeroU64};
use std::time::{Duration, SystemTime};

fn text<T: Serialize + DeserializeOwned>() -> String {
    let shape = StateShape::of::<T>();
    let text = shape.to_string();
    let parsed = StateShape::parse(&text);
    assert_eq!(parsed.as_ref().map(StateShape::to_string), Some(text.clone()), "{parsed:?}");
    text
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
struct Average {
    n: u64,
    sum: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair(u32, String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Paid {
    No,
    Card(Id),
    Parts(u8, i16),
    Cash { coins: Vec<u32>, change: Option<Average> },
    Twice(Box<Paid>, Box<Paid>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tree {
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
    all: Vec<Tree>,
    named: BTreeMap<String, Tree>,
    value: Paid,
}

#[test]
fn the_shape_of_a_type_is_written_as_its_definition() {
    assert_eq!(text::<u64>(), "u64");
    assert_eq!(text::<Average>(), "Average { n: u64, sum: f64 }");
    assert_eq!(text::<(Unit, Id, Pair)>(), "(Unit(), Id(u32), Pair(u32, String))");
    assert_eq!(text::<()>(), "()");
    assert_eq!(text::<(u8,)>(), "(u8,)");
    assert_eq!(text::<[f64; 3]>(), "(f64, f64, f64)");
    assert_eq!(text::<[u8; 32]>(), "[u8; 32]");
    assert_eq!(text::<Vec<Option<char>>>(), "[Option<char>]");
    assert_eq!(text::<HashMap<Id, BTreeSet<bool>>>(), "{Id(u32): [bool]}");
    assert_eq!(text::<Result<i8, i128>>(), "enum Result { Ok(i8), Err(i128) }");
    assert_eq!(text::<Duration>(), "Duration { secs: u64, nanos: u32 }");
    assert_eq!(text::<(Average, Average)>(), "(Average { n: u64, sum: f64 }, Average)");
    assert_eq!(
        text::<Paid>(),
        "enum Paid { No, Card(Id(u32)), Parts(u8, i16), Cash { coins: [u32], change: \
         Option<Average { n: u64, sum: f64 }> }, Twice(Paid, Paid) }"
    );
    assert_eq!(
        text::<Tree>(),
        "Tree { left: Option<Tree>, right: Option<Tree>, all: [Tree], named: {String: Tree}, \
         value: enum Paid { No, Card(Id(u32)), Parts(u8, i16), Cash { coins: [u32], change: \
         Option<Average { n: u64, sum: f64 }> }, Twice(Paid, Paid) } }"
    );
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapper<T> {
    inner: T,
}

#[test]
fn types_with_equal_names_are_told_apart() {
    assert_eq!(
        text::<(Wrapper<u8>, Wrapper<u64>, Wrapper<u8>, Wrapper<u64>)>(),
        "(Wrapper { inner: u8 }, Wrapper#2 { inner: u64 }, Wrapper, Wrapper#2)"
    );
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "of a \"kind\"")]
struct Renamed {
    #[serde(rename = "a: b")]
    a: bool,
}

#[test]
fn names_that_are_none_in_rust_are_quoted() {
    assert_eq!(text::<Renamed>(), r#""of a \"kind\"" { "a: b": bool }"#);
    assert_eq!(StateShape::parse("Average { n: u64"), None);
    assert_eq!(StateShape::parse("Average"), None);
    assert_eq!(StateShape::parse(&"[".repeat(100_000)), None);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Aliased {
    first: u8,
    #[serde(alias = "another", alias = "zero")]
    second: String,
    #[serde(alias = "a")]
    third: Which,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Which {
    #[serde(alias = "A", alias = "Z")]
    One,
    Two {
        #[serde(alias = "a")]
        x: u8,
        y: bool,
    },
    #[serde(alias = "B")]
    Three,
}

#[test]
fn other_names_that_are_accepted_are_left_out() {
    assert_eq!(
        text::<Aliased>(),
        "Aliased { first: u8, second: String, third: enum Which { One, Two { x: u8, y: bool }, \
         Three } }"
    );
}

/// Accepts only what begins with a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String")]
struct Dated(String);

impl TryFrom<String> for Dated {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.starts_with("20") { Ok(Self(text)) } else { Err("no year") }
    }
}

/// Accepts nothing that is made up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "u64")]
struct Picky(u64);

impl TryFrom<u64> for Picky {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        if number == 987_654 { Ok(Self(number)) } else { Err("another number") }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Validated {
    at: Dated,
    picky: Picky,
    some: Option<Picky>,
    list: Vec<Picky>,
    several: NonZeroU64,
    signed: NonZeroI8,
    since: SystemTime,
    all: [NonZeroU64; 8],
    many: [NonZeroI8; 32],
    last: Average,
}

#[test]
fn a_type_that_refuses_values_is_followed_as_far_as_it_can_be() {
    assert_eq!(
        text::<Validated>(),
        "Validated { at: String, picky: u64, some: Option<u64>, list: [u64], several: u64, \
         signed: i8, since: SystemTime { secs_since_epoch: u64, nanos_since_epoch: u32 }, \
         all: [u64; 8], many: [i8; 32], last: Average { n: u64, sum: f64 } }"
    );
    assert_eq!(text::<(Picky, u8)>(), "(u64, ?)");
}

/// Panics instead of refusing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "u64")]
struct Panics;

impl From<u64> for Panics {
    fn from(_: u64) -> Self {
        panic!("made up")
    }
}

/// Twice as many values as the one before; they take no room.
macro_rules! doubled {
    ($name:ident of $of:ty) => {
        type $name = ($of, $of);
    };
}
doubled!(D1 of ());
doubled!(D2 of D1);
doubled!(D3 of D2);
doubled!(D4 of D3);
doubled!(D5 of D4);
doubled!(D6 of D5);
doubled!(D7 of D6);
doubled!(D8 of D7);
doubled!(D9 of D8);
doubled!(D10 of D9);
doubled!(D11 of D10);
doubled!(D12 of D11);
doubled!(D13 of D12);
doubled!(D14 of D13);
doubled!(D15 of D14);
doubled!(D16 of D15);
doubled!(D17 of D16);
doubled!(D18 of D17);
doubled!(D19 of D18);

/// Cannot be made, whatever is tried.
#[derive(Debug, Serialize, Deserialize)]
struct Endless(Box<Endless>);

#[derive(Debug, Serialize, Deserialize)]
enum Never {
    Again(Box<Never>),
    Other(Box<Never>, Box<Never>),
}

#[test]
fn a_type_that_cannot_be_traced_is_opaque() {
    assert_eq!(text::<Panics>(), r#"opaque "Panics""#);
    let opaque = StateShape::opaque("(alloc::vec::Vec<some::Type>, u8)");
    assert_eq!(opaque.to_string(), r#"opaque "(Vec<Type>, u8)""#);
    assert!(text::<D19>().starts_with("opaque"));
    assert!(!text::<D4>().contains("opaque"));
    text::<Endless>();
    text::<Never>();
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(value, &mut bytes).unwrap();
    bytes
}

/// What a value is when it is read as another type.
fn read_again<Was, Now>(value: &Was) -> Result<Now, String>
where
    Was: Serialize + DeserializeOwned,
    Now: Serialize + DeserializeOwned,
{
    let written = StateShape::parse(&StateShape::of::<Was>().to_string()).unwrap();
    let mut bytes = bytes(value);
    bytes.push(77);
    let mut from = bytes.as_slice();
    let read = read_as(&written, &mut from).map_err(|error| error.to_string())?;
    assert_eq!(from, [77]);
    assert_eq!(check_readable::<Now>(&written), Ok(()));
    Ok(read)
}

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    assert_eq!(read_again::<T, T>(value).as_ref(), Ok(value));
    let shape = StateShape::of::<T>();
    assert_eq!(shape.changes_to(&shape).extent, Extent::Same);
}

#[expect(clippy::cast_possible_truncation, reason = "random numbers of any width")]
mod values {
    use super::*;
    use crate::env::Env;

    /// Makes values at random.
    struct Maker(Env);

    impl Maker {
        fn below(&self, most: u64) -> u64 {
            self.0.random() % most
        }

        /// Small numbers as often as large ones.
        fn number(&self) -> u64 {
            self.0.random() >> self.below(64)
        }

        fn text(&self) -> String {
            let letter = |_| char::from_u32(self.below(0xd800) as u32).unwrap();
            (0..self.below(4)).map(letter).collect()
        }

        fn mean(&self) -> Average {
            Average { n: self.number(), sum: self.number() as f64 / 3.0 }
        }

        fn paid(&self, depth: u64) -> Paid {
            match self.below(if depth == 0 { 4 } else { 5 }) {
                0 => Paid::No,
                1 => Paid::Card(Id(self.number() as u32)),
                2 => Paid::Parts(self.number() as u8, self.number() as i16),
                3 => Paid::Cash {
                    coins: (0..self.below(4)).map(|_| self.number() as u32).collect(),
                    change: (self.below(2) == 0).then(|| self.mean()),
                },
                _ => Paid::Twice(Box::new(self.paid(depth - 1)), Box::new(self.paid(depth - 1))),
            }
        }

        fn tree(&self, depth: u64) -> Tree {
            let some = || (depth > 0 && self.below(3) > 0).then(|| Box::new(self.tree(depth - 1)));
            let few = || 0..if depth > 0 { self.below(3) } else { 0 };
            Tree {
                left: some(),
                right: some(),
                all: few().map(|_| self.tree(depth - 1)).collect(),
                named: few().map(|_| (self.text(), self.tree(depth - 1))).collect(),
                value: self.paid(3),
            }
        }
    }

    type Plain = (u8, i8, u16, i16, u32, i32, u64, i64, u128, i128);
    type Mixed = (bool, char, f32, Option<Vec<(u8, String)>>, Result<[u16; 20], ()>);

    #[test]
    fn a_value_is_read_by_the_shape_of_its_type() {
        for seed in 0..200 {
            let make = Maker(Env::system().seeded(seed));
            let number = || make.number();
            let wide = u128::from(number()) << make.below(64);
            let plain: Plain = (
                number() as u8,
                number() as i8,
                number() as u16,
                number() as i16,
                number() as u32,
                number() as i32,
                number(),
                number() as i64,
                wide,
                (wide as i128).wrapping_neg(),
            );
            same(&plain);
            let list = (0..make.below(3)).map(|_| (number() as u8, make.text())).collect();
            let list = (make.below(2) == 0).then_some(list);
            let array = if make.below(2) == 0 { Ok([number() as u16; 20]) } else { Err(()) };
            let mixed: Mixed = (make.below(2) == 0, 'ä', number() as f32, list, array);
            same(&mixed);
            same(&make.tree(3));
            let third =
                if make.below(2) == 0 { Which::Three } else { Which::Two { x: 7, y: true } };
            same(&Aliased { first: 7, second: make.text(), third });
        }
    }

    #[test]
    fn reading_bytes_that_are_damaged_ends() {
        let shape = StateShape::of::<Tree>();
        for seed in 0..300 {
            let make = Maker(Env::system().seeded(seed));
            let mut bytes = bytes(&make.tree(3));
            let at = make.below(bytes.len() as u64) as usize;
            bytes[at] = make.number() as u8;
            let read = read_as::<Tree>(&shape, &mut bytes.as_slice());
            assert!(read.is_ok() || read.unwrap_err().to_string().contains("cannot read"));
            bytes.truncate(at);
            read_as::<Tree>(&shape, &mut bytes.as_slice()).unwrap_err();
        }
    }
}
