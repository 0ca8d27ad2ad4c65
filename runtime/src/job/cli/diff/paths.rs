//! The guarantees of before, and the present ones.

use super::file::{GraphFile, PathLine};
use super::line::{DiffLine, Sign};
use super::nodes::Pairs;

/// Promised by a job without checkpoints: no path has another guarantee.
const AT_MOST_ONCE: &str = "at_most_once";

/// What has changed in the guarantees.
pub(super) fn lines(pairs: &Pairs<'_>, old: &GraphFile, new: &GraphFile) -> Vec<DiffLine> {
    let (Some(before), Some(now)) = (&old.paths, &new.paths) else { return Vec::new() };
    if [&*old.delivery, &*new.delivery] == [AT_MOST_ONCE; 2] {
        return Vec::new();
    }
    let name = |path: &PathLine| format!("{} >> {}", pairs.now(&path.from), pairs.now(&path.to));
    let mut before: Vec<(String, &PathLine)> =
        before.iter().map(|path| (name(path), path)).collect();
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for is in now {
        let name = name(is);
        let Some(at) = before.iter().position(|(was, _)| *was == name) else {
            let text = format!("`{name}` is new: {}{}", is.guarantee, because(is));
            added.push(DiffLine::new(Sign::New, text));
            continue;
        };
        let (_, was) = before.remove(at);
        if was.guarantee != is.guarantee {
            let text = format!(
                "`{name}` guarantees {}{}, and guaranteed {}",
                is.guarantee,
                because(is),
                was.guarantee
            );
            changed.push(DiffLine::new(Sign::Changed, text));
        } else if pairs.renamed.is_empty() && was.weaker != is.weaker {
            let text = match is.weaker.is_empty() {
                true => format!("`{name}` has nothing on it any more that weakens it"),
                false => format!("`{name}` is weaker by something else:{}", because(is)),
            };
            changed.push(DiffLine::new(Sign::Changed, text));
        }
    }
    let gone =
        before.iter().map(|(name, _)| DiffLine::new(Sign::Gone, format!("`{name}` is gone")));
    gone.chain(added).chain(changed).collect()
}

/// What makes a path weaker.
fn because(path: &PathLine) -> String {
    if path.weaker.is_empty() {
        return String::new();
    }
    format!(" ({})", path.weaker.join("; "))
}
