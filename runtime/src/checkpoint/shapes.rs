//! The shapes of what a node keeps, as a manifest has them, and what has changed since.
//!
//! ```text
//! rows key: u64
//! rows state: Mean { n: u64, sum: f64 }
//! ```

use super::part::PartKind;
use crate::state::{KeptType, StateShape, TypeFate, WrittenShapes};
use std::collections::BTreeMap;

/// The types that a node keeps, each in one kind of rows.
pub(crate) type NodeTypes = Vec<(PartKind, KeptType)>;

/// The text of the shapes of a node.
pub(crate) fn text_of(types: &NodeTypes) -> String {
    let line = |(kind, kept): &(PartKind, KeptType)| {
        format!("{}: {}", name(*kind, kept.part), kept.of.shape)
    };
    types.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn name(kind: PartKind, part: &str) -> String {
    format!("{kind} {part}")
}

/// What has changed in what a node keeps since a checkpoint was written.
#[derive(Debug, Clone)]
pub(crate) struct NodeChange {
    pub(crate) fate: TypeFate,
    /// Each change, in words.
    pub(crate) words: Vec<String>,
    /// The shapes of kinds of rows that are not the present ones.
    pub(crate) written: BTreeMap<PartKind, WrittenShapes>,
}

/// Compares what a node keeps with the shapes that a checkpoint has for it; there are none if it
/// was written before they were noted.
pub(crate) fn compare(saved: &str, now: &NodeTypes) -> NodeChange {
    let mut change =
        NodeChange { fate: TypeFate::Kept, words: Vec::new(), written: BTreeMap::new() };
    let saved: Vec<_> = saved.lines().filter_map(|line| line.split_once(": ")).collect();
    if saved.is_empty() {
        if now.iter().any(|(_, kept)| kept.of.shape.has_versions()) {
            change.refuse("the checkpoint does not have the version of its state".to_owned());
        }
        return change;
    }
    for (kind, kept) in now {
        let line = saved.iter().find(|(known, _)| *known == name(*kind, kept.part));
        let Some((_, text)) = line.filter(|(_, text)| *text != kept.of.shape.to_string()) else {
            continue;
        };
        let Some(shape) = StateShape::parse(text) else {
            change.refuse(format!("{}: its shape cannot be read: {text}", kept.part));
            continue;
        };
        let of_type = kept.compare(&shape);
        change.fate = change.fate.max(of_type.fate);
        change.words.extend(of_type.words);
        if of_type.fate == TypeFate::ByName {
            change.written.entry(*kind).or_default().add(kept.part, shape);
        }
    }
    let gone = saved
        .iter()
        .filter(|(known, _)| now.iter().all(|(kind, kept)| *known != name(*kind, kept.part)));
    for (known, text) in gone {
        change.refuse(format!("{known} is not kept any more: {text}"));
    }
    change
}

impl NodeChange {
    fn refuse(&mut self, words: String) {
        self.fate = TypeFate::Refused;
        self.words.push(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Durable, KEY, STATE};

    fn types<K, S>() -> NodeTypes
    where
        K: crate::state::Kept<Durable>,
        S: crate::state::Kept<Durable>,
    {
        let key = KeptType::of::<K, Durable>(KEY).unwrap();
        let state = KeptType::of::<S, Durable>(STATE).unwrap();
        vec![(PartKind::Rows, key), (PartKind::Rows, state)]
    }

    #[test]
    fn what_is_noted_is_compared() {
        let text = text_of(&types::<u64, (u8, String)>());
        assert_eq!(text, "rows key: u64\nrows state: (u8, String)");
        let same = compare(&text, &types::<u64, (u8, String)>());
        assert!(same.fate == TypeFate::Kept && same.words.is_empty() && same.written.is_empty());
        let wider = compare(&text, &types::<u64, (u16, String)>());
        assert_eq!(wider.words, ["state changed: `0` was `u8` and is `u16`"]);
        assert_eq!(wider.fate, TypeFate::ByName);
        let written = wider.written.get(&PartKind::Rows).unwrap();
        assert_eq!(written.of(STATE).unwrap().to_string(), "(u8, String)");
        assert!(written.of(KEY).is_none());
    }

    #[test]
    fn a_key_that_has_changed_is_refused() {
        let text = text_of(&types::<u32, u8>());
        let wider = compare(&text, &types::<u64, u8>());
        assert_eq!(wider.words, ["key changed: it was `u32` and is `u64`"]);
        assert_eq!(wider.fate, TypeFate::Refused);
    }

    #[test]
    fn nothing_is_known_of_a_checkpoint_without_shapes() {
        let unknown = compare("", &types::<u64, u8>());
        assert!(unknown.fate == TypeFate::Kept && unknown.words.is_empty());
    }

    #[test]
    fn what_is_not_kept_any_more_is_told() {
        let text = text_of(&types::<u64, u8>());
        let gone = compare(&text, &NodeTypes::new());
        assert_eq!(gone.fate, TypeFate::Refused);
        assert_eq!(gone.words[1], "rows state is not kept any more: u8");
    }
}
