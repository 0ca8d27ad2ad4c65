//! Cycles of small crates.

use crate::cycles::cycles;
use crate::tree::Files;

/// The cycles of a crate whose files are given, each as `a.rs -> b.rs (path)`.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let files: Files = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
    let all = cycles(&files).into_iter().flat_map(|cycle| cycle.edges);
    all.map(|(file, other, path)| format!("{file} -> {other} ({path})")).collect()
}

#[test]
fn two_files_that_name_each_other_are_a_cycle() {
    let a = "use crate::b::B; pub struct A;";
    let b = "pub struct B; fn f() -> super::a::A { super::a::A }";
    assert_eq!(
        edges(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)]),
        ["a.rs -> b.rs (crate::b::B)", "b.rs -> a.rs (super::a::A)"]
    );
    let b = "pub struct B; // crate::a::A\nconst TEXT: &'static str = \"super::a::A\";";
    assert!(edges(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)]).is_empty());
}

#[test]
fn a_cycle_of_three_is_found_without_those_that_only_use_it() {
    let lib = "mod above; mod a; mod b; mod c; mod below;";
    let files = [
        ("lib.rs", lib),
        ("above.rs", "use crate::a::A;"),
        ("a.rs", "use crate::{b::B, below::Below}; pub struct A;"),
        ("b.rs", "use crate::c; pub type B = c::C;"),
        ("c.rs", "pub struct C(crate::a::A);"),
        ("below.rs", "pub struct Below;"),
    ];
    assert_eq!(
        edges(&files),
        ["a.rs -> b.rs (crate::b::B)", "b.rs -> c.rs (c::C)", "c.rs -> a.rs (crate::a::A)"]
    );
}

#[test]
fn a_cycle_is_found_through_what_is_passed_on() {
    let files = [
        ("lib.rs", "mod inner; mod outer;"),
        ("outer/mod.rs", "mod a; mod b; pub use a::A; pub(super) use self::b::*;"),
        ("outer/a.rs", "use super::B; pub struct A;"),
        ("outer/b.rs", "pub use crate::inner::Within as Told; pub struct B(Told);"),
        ("inner/mod.rs", "mod within; pub(crate) use within::Within;"),
        ("inner/within.rs", "pub struct Within(crate::outer::A);"),
    ];
    assert_eq!(
        edges(&files),
        [
            "inner/within.rs -> outer/a.rs (crate::outer::A)",
            "outer/a.rs -> outer/b.rs (super::B)",
            "outer/b.rs -> inner/within.rs (crate::inner::Within)"
        ]
    );
}

#[test]
fn what_the_own_folder_says_ties_nothing() {
    let files = [
        ("lib.rs", "mod shape; mod user;"),
        ("shape/mod.rs", "mod edge; pub use edge::Edge; pub trait Shape { fn edge() -> Edge; }"),
        ("shape/edge.rs", "use super::Shape; pub struct Edge; impl Shape for Edge {}"),
        ("user.rs", "use crate::shape::Shape;"),
    ];
    assert!(edges(&files).is_empty());
}

#[test]
fn a_folder_depends_on_what_its_own_code_uses_of_what_it_passes_on() {
    let shape = |code: &str| {
        edges(&[
            ("lib.rs", "mod shape; mod user;"),
            ("shape/mod.rs", &format!("mod edge; pub use edge::Edge; pub trait Shape {{}} {code}")),
            ("shape/edge.rs", "pub struct Edge(crate::user::User);"),
            ("user.rs", "pub struct User(Box<dyn crate::shape::Shape>);"),
        ])
    };
    assert!(shape("").is_empty());
    assert_eq!(
        shape("impl Shape for Edge {}"),
        [
            "shape/edge.rs -> user.rs (crate::user::User)",
            "shape/mod.rs -> shape/edge.rs (edge::Edge)",
            "user.rs -> shape/mod.rs (crate::shape::Shape)"
        ]
    );
}

#[test]
fn renames_and_nested_braces_are_followed() {
    let files = [
        ("lib.rs", "mod out; mod a; mod b;"),
        ("out.rs", "pub use crate::{a::{self as first, deep::{Deep as Low, self}}, b::B as Bee};"),
        ("a.rs", "use crate::out::Bee; pub mod deep { pub struct Deep; }"),
        ("b.rs", "use crate::out::{Low as Deepest}; pub struct B;"),
    ];
    assert_eq!(edges(&files), ["a.rs -> b.rs (crate::out::Bee)", "b.rs -> a.rs (crate::out::Low)"]);
}

#[test]
fn a_file_takes_what_it_uses_of_all_that_another_has() {
    let b = |code: &str| {
        edges(&[
            ("lib.rs", "mod a; mod b; mod all;"),
            ("all.rs", "pub use crate::a::{A, Other};"),
            ("a.rs", "pub struct A; pub struct Other(super::b::B);"),
            ("b.rs", &format!("use crate::all::*; pub struct B; {code}")),
        ])
    };
    assert!(b("").is_empty());
    assert_eq!(b("fn f(_: A) {}"), ["a.rs -> b.rs (super::b::B)", "b.rs -> a.rs (crate::all::A)"]);
}

#[test]
fn macros_and_what_they_write_stand_in_their_file() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "macro_rules! write { () => { $crate::b::Written } } pub(super) use write;"),
        ("b.rs", "crate::a::write!(struct Written;);"),
    ];
    assert_eq!(
        edges(&files),
        ["a.rs -> b.rs (crate::b::Written)", "b.rs -> a.rs (crate::a::write)"]
    );
}

#[test]
fn a_function_of_the_name_of_its_folder_is_found_in_its_file() {
    let files = [
        ("lib.rs", "mod dot; mod user;"),
        ("dot/mod.rs", "pub mod dot; pub use dot::dot;"),
        ("dot/dot.rs", "pub fn dot() { crate::user::user() }"),
        ("user.rs", "use crate::dot::dot; pub fn user() { dot() }"),
    ];
    assert_eq!(
        edges(&files),
        ["dot/dot.rs -> user.rs (crate::user::user)", "user.rs -> dot/dot.rs (crate::dot::dot)"]
    );
}

#[test]
fn tests_and_other_crates_tie_nothing() {
    let files = [
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod samples;"),
        ("a.rs", "use std::b::B; use ::b::B as C; pub struct A(::b::D, b::E);"),
        ("b.rs", "pub struct B<'a>(crate::a::A); #[cfg(test)] mod tests { use super::*; }"),
        ("samples.rs", "use crate::b::B;"),
    ];
    assert!(edges(&files).is_empty());
    let a = "#[cfg(test)] use crate::b::B; pub struct A; #[cfg(test)] impl A { fn b(_: B) {} }";
    let files = [files[0], ("a.rs", a), files[2], files[3]];
    assert!(edges(&files).is_empty());
}

#[test]
fn names_that_lead_to_each_other_come_to_an_end() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub use crate::b::*; pub use crate::b::Lost; fn f() -> Found {}"),
        ("b.rs", "pub use crate::a::*; pub use crate::a::Lost; pub struct Found(Lost);"),
    ];
    assert!(edges(&files).is_empty());
}
