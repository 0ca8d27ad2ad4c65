//! What an edge that drops may do: which events it drops is open, but each is kept or dropped.

use super::cases::{DROPPED, KEPT, both};
use super::events::Event;
use crate::support::counted;
use std::collections::BTreeMap;

/// How many events a node that drops has dropped, or what is wrong with what it has emitted: rows
/// in the order of their emission.
///
/// Where sinks commit, each event is kept or dropped, once. Otherwise it may be both, in two lives;
/// the state, of which the last row of each key tells, has it once all the same.
pub fn dropped(
    events: &[Event],
    rows: impl Iterator<Item = (u64, u64)> + Clone,
    exact: bool,
) -> Result<u64, String> {
    let ids = counted(events.iter().map(|event| event.id));
    let with = |bit: u64| counted(rows.clone().filter(|row| row.1 == bit).map(|row| row.0));
    let (kept, dropped) = (with(KEPT), with(DROPPED));
    let of = |counts: &BTreeMap<u64, u64>, id| counts.get(&id).copied().unwrap_or(0);
    for id in kept.keys().chain(dropped.keys()).chain(ids.keys()) {
        let (kept, dropped, there) = (of(&kept, *id), of(&dropped, *id), of(&ids, *id));
        let is_right = if exact { kept + dropped == there } else { kept + dropped >= there };
        if !is_right || there == 0 {
            return Err(format!("event {id} of {there}: {kept} kept, {dropped} dropped"));
        }
    }
    let sums = rows.filter(|row| ![KEPT, DROPPED].contains(&row.1));
    let (times, last) = (counted(sums.clone().map(|row| row.0)), sums.collect());
    let (times, last): (BTreeMap<u64, u64>, BTreeMap<u64, u64>) = (times, last);
    let all = counted(events.iter().map(|event| event.key));
    for key in all.keys().chain(last.keys()) {
        let (there, sum) = (of(&all, *key), of(&last, *key));
        let (kept_there, dropped_there) = (sum >> 32, sum & u64::from(u32::MAX));
        if kept_there + dropped_there != there || (exact && of(&times, *key) != 1) {
            return Err(format!("key {key} of {there}: {kept_there} + {dropped_there}"));
        }
    }
    if exact {
        let ids = |of: &BTreeMap<u64, u64>| of.values().sum::<u64>();
        let in_state = last.values().sum::<u64>();
        if in_state != both(ids(&kept), ids(&dropped)) {
            return Err(format!("the state has {in_state:x}, the sinks {kept:?} and {dropped:?}"));
        }
    }
    Ok(dropped.values().sum())
}
