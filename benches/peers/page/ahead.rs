//! Who is ahead, and why: from the figures, with the reasons of `reasons.md`.

use crate::figures::{Runs, Short, Spread};
use crate::goals::{LEVEL, Place};
use crate::systems::System;
use std::fmt;

/// A section for each work, for the case that another system is ahead there.
const REASONS: &str = include_str!("reasons.md");

/// What the figures say, in two sentences.
pub struct Summary<'a>(pub &'a Runs);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(runs) = self;
        let (one, two): (Vec<Place>, Vec<Place>) =
            Place::all(runs).into_iter().partition(|place| place.instances == 1);
        let medians = one.iter().filter_map(|place| Some(place.ratio(runs)?.median));
        if let Some(all) = Spread::of(medians) {
            let (least, half, most) = (Short(all.least), Short(all.median), Short(all.most));
            writeln!(
                f,
                "At one instance millstream takes {least} to {most} times the CPU time of a loop \
                 by hand, and {half} times in the median of the works."
            )?;
        }
        let level =
            |places: &[Place]| places.iter().filter(|place| !is_behind(**place, runs)).count();
        let (level_one, level_two) = (level(&one), level(&two));
        let (one, two, share) = (one.len(), two.len(), (LEVEL - 1.0) * 100.0);
        write!(
            f,
            "Of the five systems it is the fastest, or less than {share:.0} % behind the fastest, \
             on\n{level_one} of {one} works at one instance, and on {level_two} of {two} at two."
        )
    }
}

/// Whether a peer is ahead in some run.
fn is_behind(place: Place, runs: &Runs) -> bool {
    place.best_peer(runs).is_some_and(|(_, by)| by > LEVEL)
}

/// The works on which a peer is ahead, each with the reason.
pub struct Ahead<'a>(pub &'a Runs);

impl fmt::Display for Ahead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(runs) = self;
        let behind: Vec<Place> =
            Place::all(runs).into_iter().filter(|place| is_behind(*place, runs)).collect();
        if behind.is_empty() {
            return writeln!(f, "None of the four is more than 3 % ahead on any work.");
        }
        behind.into_iter().try_for_each(|place| one(f, place, runs))
    }
}

fn one(f: &mut fmt::Formatter<'_>, place: Place, runs: &Runs) -> fmt::Result {
    let ratio = |system: System| runs.cpu_ratio(place.work, system, System::LOOP);
    let Some(ours) = place.ratio(runs) else { return Ok(()) };
    let peers = System::PEERS.map(|peer| place.with(peer));
    let mut ahead: Vec<(System, Spread)> =
        peers.into_iter().filter_map(|peer| Some((peer, ratio(peer)?))).collect();
    ahead.retain(|(_, theirs)| theirs.median < ours.median);
    ahead.sort_by(|(_, one), (_, two)| one.median.total_cmp(&two.median));
    let mut ahead: Vec<String> =
        ahead.iter().map(|(peer, theirs)| format!("{peer} {theirs}")).collect();
    if ahead.is_empty()
        && let Some((peer, by)) = place.best_peer(runs)
    {
        ahead.push(format!("in one of the runs {} times {peer}", Short(by)));
    }
    let reason = reason(&place.to_string());
    let reason = reason.unwrap_or("The reason has not been looked for.").replace('\n', "\n  ");
    writeln!(f, "- **{place}**: millstream {ours}, {}.\n  {reason}", ahead.join(", "))
}

/// The text of a section.
fn reason(name: &str) -> Option<&'static str> {
    let mut sections = REASONS.split("\n## ").skip(1);
    let section = sections.find(|section| section.lines().next() == Some(name))?;
    Some(section.split_once('\n')?.1.trim())
}
