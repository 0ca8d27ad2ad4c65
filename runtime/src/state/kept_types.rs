//! The types that a node keeps in checkpoints, and the shapes with which a checkpoint has them.

use super::memory::{Kept, TypeShape};
use super::shape::{Change, Extent, StateShape};

/// The key of a row.
pub(crate) const KEY: &str = "key";
/// The state of a key.
pub(crate) const STATE: &str = "state";
/// Events that wait for something.
pub(crate) const WAITING_EVENT: &str = "waiting event";
/// What a store has made of the events of a window.
pub(crate) const CONTENTS: &str = "window contents";
/// The events of the sides of a join.
pub(crate) const SIDES: [&str; 2] = ["first event", "second event"];
/// In which rows something is kept.
const ROWS: &str = "rows";

/// A type that a node keeps, and what it is to the node.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct KeptType {
    pub(crate) part: &'static str,
    pub(crate) of: TypeShape,
}

impl KeptType {
    /// The type `T` in a job with the memory `D`; nothing if that is volatile.
    pub(crate) fn of<T: Kept<D>, D>(part: &'static str) -> Option<Self> {
        T::shape().map(|of| Self { part, of })
    }

    /// The kind of rows, so that those of another kind are not taken for them.
    pub(crate) fn rows(kind: &str) -> Self {
        let check = |_: &StateShape| Err("the rows are of another kind".to_owned());
        Self { part: ROWS, of: TypeShape { shape: StateShape::opaque(kind), check } }
    }

    /// Compares the type with the shape that a checkpoint has for it.
    pub(crate) fn compare(&self, saved: &StateShape) -> TypeChange {
        let Self { part, of } = self;
        if *part == ROWS && *saved != of.shape {
            let words = format!("the rows are of the kind {}, not {}", of.shape, saved);
            return TypeChange { fate: TypeFate::Refused, words: vec![words] };
        }
        let Change { extent, words } = saved.changes_to(&of.shape);
        let of_part = |words: Vec<String>| {
            words.into_iter().map(|words| format!("{part} changed: {words}")).collect::<Vec<_>>()
        };
        let fate = match extent {
            Extent::Same | Extent::Renamed => TypeFate::Kept,
            // The hash of a key decides which instance has it.
            Extent::ByName if *part == KEY => TypeFate::Refused,
            Extent::ByName => match (of.check)(saved) {
                Ok(()) => TypeFate::ByName,
                Err(why) => {
                    let words =
                        of_part(words).into_iter().chain([format!("{part}: {why}")]).collect();
                    return TypeChange { fate: TypeFate::Refused, words };
                }
            },
            Extent::Other => TypeFate::Refused,
        };
        TypeChange { fate, words: of_part(words) }
    }
}

/// What has changed in a type that a node keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeChange {
    pub(crate) fate: TypeFate,
    /// Each change, in words.
    pub(crate) words: Vec<String>,
}

/// Whether what was kept can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeFate {
    /// As it is.
    Kept,
    /// By the names of fields and variants.
    ByName,
    /// Not at all.
    Refused,
}

/// The shapes with which rows were written, where they are not the present ones.
#[derive(Debug, Clone, Default)]
pub struct WrittenShapes(Vec<(&'static str, StateShape)>);

impl WrittenShapes {
    /// Rows that were written with the present shapes.
    pub(crate) const PRESENT: Self = Self(Vec::new());

    pub(crate) fn add(&mut self, part: &'static str, shape: StateShape) {
        self.0.push((part, shape));
    }

    /// The shape of a part, if it is not the present one.
    pub(crate) fn of(&self, part: &str) -> Option<&StateShape> {
        self.0.iter().find(|(other, _)| *other == part).map(|(_, shape)| shape)
    }

    /// Whether the rows are to be written anew, all of them.
    pub(crate) fn are_old(&self) -> bool {
        !self.0.is_empty()
    }
}
