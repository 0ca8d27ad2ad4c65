//! What becomes of the state in a checkpoint of before.

use super::file::{GraphFile, NodeLine};
use super::line::{DiffLine, Sign};
use super::nodes::Pairs;
use crate::checkpoint::{NodeTypes, compare};
use crate::job::cli::keeps::NodeKeeps;
use crate::state::TypeFate;

/// Promised by a job without checkpoints.
const AT_MOST_ONCE: &str = "at_most_once";

/// What becomes of the state. A node finds it by its name.
pub(super) fn lines(
    pairs: &Pairs<'_>,
    (old, new): (&GraphFile, &GraphFile),
    keeps: &[NodeKeeps],
    forgotten: &[String],
) -> Vec<DiffLine> {
    match (&*old.delivery == AT_MOST_ONCE, &*new.delivery == AT_MOST_ONCE) {
        (true, true) => return Vec::new(),
        (true, false) => {
            let text = "the job keeps checkpoints now, and begins without one";
            return vec![DiffLine::new(Sign::New, text)];
        }
        (false, true) => {
            let text = "the job keeps no checkpoints any more: what it knows is lost when it ends";
            return vec![DiffLine::new(Sign::Gone, text)];
        }
        (false, false) => {}
    }
    let mut lines = job(old, new);
    if old.paths.is_none() {
        // Without a plan nothing is known of what was kept.
        return lines;
    }
    let is_forgotten = |node: &NodeLine| forgotten.contains(&node.name);
    let without_node = pairs.gone.iter().map(|was| (*was, None));
    let renamed = pairs.renamed.iter().map(|(was, is)| (*was, Some(*is)));
    for (was, is) in without_node.chain(renamed) {
        lines.extend(SavedKind::of(was).map(|saved| saved.lost(was, is, is_forgotten(was))));
    }
    let begun = pairs.new.iter().filter_map(|is| SavedKind::of(is)?.begun(is));
    lines.extend(begun);
    let none = NodeTypes::new();
    for (was, is) in &pairs.both {
        let at = new.nodes.iter().position(|node| node.name == is.name);
        let types = at.and_then(|at| keeps.get(at)).map_or(&none, |keeps| &keeps.types);
        lines.extend(changed(was, is, types, is_forgotten(was)));
    }
    lines
}

/// What a change of the job does to all of its state.
fn job(old: &GraphFile, new: &GraphFile) -> Vec<DiffLine> {
    let mut lines = Vec::new();
    if old.name != new.name {
        let text = format!(
            "checkpoints of `{}` are refused by `{}`: a job finds its own by its name",
            old.name, new.name
        );
        lines.push(DiffLine::new(Sign::Gone, text));
    }
    if old.key_groups.is_some() && old.key_groups != new.key_groups {
        let text = "checkpoints are refused: their keys are in another number of groups, which \
                    cannot change";
        lines.push(DiffLine::new(Sign::Gone, text));
    }
    lines
}

/// What a node has in checkpoints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SavedKind {
    Position,
    Output,
    State,
}

impl SavedKind {
    fn of(node: &NodeLine) -> Option<Self> {
        let mut lines = node.keeps.as_deref()?.lines();
        Some(match (lines.next()?, lines.next()) {
            ("source", None) => Self::Position,
            ("sink", None) => Self::Output,
            _ => Self::State,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Output => "progress",
            Self::State => "state",
        }
    }

    /// That of a node that is gone, or has another name.
    fn lost(self, was: &NodeLine, is: Option<&NodeLine>, is_forgotten: bool) -> DiffLine {
        let (name, what) = (&was.name, self.word());
        if is_forgotten {
            let text = format!("the {what} of `{name}` is given up, as `Config::forget` asks");
            return DiffLine::new(Sign::Changed, text);
        }
        let why = match is {
            None => "has no node any more".to_owned(),
            Some(is) => format!("is not found by `{}`", is.name),
        };
        let text = format!(
            "the {what} of `{name}` {why}: a checkpoint with it is refused, unless \
             `Config::forget(\"{name}\")` gives it up or a node has the name"
        );
        DiffLine::new(Sign::Gone, text)
    }

    /// That of a new node.
    fn begun(self, is: &NodeLine) -> Option<DiffLine> {
        let text = match self {
            Self::Position => format!("`{}` begins at its start", is.name),
            Self::State => format!("`{}` begins without state", is.name),
            Self::Output => return None,
        };
        Some(DiffLine::new(Sign::New, text))
    }
}

/// That of a node that is there still.
fn changed(
    was: &NodeLine,
    is: &NodeLine,
    types: &NodeTypes,
    is_forgotten: bool,
) -> Option<DiffLine> {
    let name = &is.name;
    let (Some(keeps), Some(_)) = (&was.keeps, SavedKind::of(was)) else {
        return SavedKind::of(is)?.begun(is);
    };
    let change = compare(keeps, types);
    let words = change.words.join("; ");
    let moved = match (was.count, is.count) {
        (Some(before), Some(now)) if before != now => Some((before, now)),
        _ => None,
    };
    let (sign, text) = match (change.fate, moved) {
        (TypeFate::Refused, _) if is_forgotten => (
            Sign::Changed,
            format!("the state of `{name}` is given up, as `Config::forget` asks: {words}"),
        ),
        (TypeFate::Refused, _) => (
            Sign::Gone,
            format!(
                "the state of `{name}` cannot be read, and a checkpoint with it is refused: {words}"
            ),
        ),
        (TypeFate::ByName, None) => {
            (Sign::Changed, format!("the state of `{name}` is migrated: {words}"))
        }
        (TypeFate::ByName, Some((before, now))) => (
            Sign::Changed,
            format!(
                "the state of `{name}` is migrated, and moves from {before} to {now} instances: \
                 {words}"
            ),
        ),
        (TypeFate::Kept, Some((before, now))) => {
            (Sign::Changed, format!("the state of `{name}` moves from {before} to {now} instances"))
        }
        (TypeFate::Kept, None) => return None,
    };
    Some(DiffLine::new(sign, text))
}
