//! What a job's sinks receive in the end, computed without it.

use super::cases::{
    Case, GAP, LATE, LATER, NEAR, ROUND, SIZE, SLIDE, TTL, is_kept, mapped, ordered, rounds,
};
use super::events::Event;
use super::nodes::{Node, Shape};
use super::outputs::Row;
use std::collections::{BTreeMap, BTreeSet};

/// The events of a stream.
pub fn stream_of(case: &Case, at: usize) -> Vec<Event> {
    match case.nodes[at] {
        Node::Source(count) => case.events(at, count).to_vec(),
        Node::Map(from) => {
            let events = stream_of(case, from).into_iter();
            events.map(|event| Event { id: mapped(at, event.id), ..event }).collect()
        }
        Node::Filter(from) => {
            let events = stream_of(case, from).into_iter();
            events.filter(|event| is_kept(at, event.id)).collect()
        }
        Node::Merge(one, other) => [stream_of(case, one), stream_of(case, other)].concat(),
        ref node => panic!("{node:?} has no stream"),
    }
}

/// All rows of all sinks, in order; without those of edges that drop, which are not known.
pub fn rows_of(case: &Case) -> Vec<Row> {
    let (mut streams, mut rows) = (Vec::<Vec<Event>>::new(), Vec::new());
    for (at, node) in case.nodes.iter().enumerate() {
        match *node {
            Node::Source(_) | Node::Map(_) | Node::Filter(_) | Node::Merge(..) => {
                streams.push(stream_of(case, at));
            }
            Node::Drops(..) => {}
            Node::Expires(from) => {
                let mut counts = BTreeMap::<u64, (u64, i64)>::new();
                for event in &streams[from] {
                    let passed = event.before.map(|second| second - case.lateness.cast_signed());
                    let now = passed.map_or(event.second, |passed| event.second.max(passed));
                    let (count, used) = counts.entry(event.key).or_insert((0, now));
                    *count = if now >= *used + TTL { 1 } else { *count + 1 };
                    *used = now.max(*used);
                    rows.push((at, event.id, *count, 0));
                }
            }
            Node::Count(from) | Node::AwaitingCount(from) => {
                let mut counts = BTreeMap::<u64, u64>::new();
                for event in &streams[from] {
                    *counts.entry(event.key).or_default() += 1;
                }
                let of_key = |(key, count)| (1..=count).map(move |number| (at, key, number, 0));
                rows.extend(counts.into_iter().flat_map(of_key));
            }
            Node::Loop(from) => {
                let mut counts = BTreeMap::<u64, u64>::new();
                for event in &streams[from] {
                    for round in 0..=rounds(event.id) {
                        let count = counts.entry(event.key).or_default();
                        *count += 1;
                        rows.push((at, event.key, *count, 0));
                        rows.push((at, event.id, ROUND | round, 0));
                    }
                }
            }
            Node::Window(from, shape) => {
                let (windows, late) = windows_of(&streams[from], shape, case.lateness);
                rows.extend(late.into_iter().map(|id| (at, LATE, id, 0)));
                rows.extend(
                    windows
                        .into_iter()
                        .map(|((key, end), count)| (at, key << 32 | end.cast_unsigned(), count, 0)),
                );
            }
            Node::Join(one, other) => {
                for event in &streams[one] {
                    let partners = streams[other].iter().filter(|partner| {
                        partner.key == event.key && (partner.second - event.second).abs() <= NEAR
                    });
                    rows.extend(partners.map(|partner| (at, event.id, partner.id, 0)));
                }
            }
            Node::InOrder(from) => {
                let mut events = streams[from].clone();
                events.sort_by_key(|event| (event.second, event.id));
                let mut orders = BTreeMap::<u64, u64>::new();
                for event in events {
                    let order = orders.entry(event.key).or_default();
                    *order = ordered(*order, event.id);
                    rows.push((at, event.key, *order, 0));
                }
            }
            Node::Forgets(from) => {
                let mut counts = BTreeMap::<u64, u64>::new();
                for event in &streams[from] {
                    let count = counts.entry(event.key).or_default();
                    *count += 1;
                    rows.push((at, event.id, *count, 0));
                    if event.id.is_multiple_of(4) {
                        counts.remove(&event.key);
                    }
                }
            }
            Node::Timers(from) => {
                let due = |event: &Event| (event.second + LATER).cast_unsigned() * 1_000_000;
                // A time for which a key has a timer already adds none.
                let due: BTreeSet<_> =
                    streams[from].iter().map(|event| (at, event.key, due(event), 0)).collect();
                rows.extend(due);
            }
        }
    }
    rows.sort_unstable();
    rows
}

/// The number of events of each key and end of a window, and the late events: those whose windows
/// have all ended by what their own source had passed before them.
fn windows_of(
    events: &[Event],
    shape: Shape,
    lateness: u64,
) -> (BTreeMap<(u64, i64), u64>, Vec<u64>) {
    let (mut counts, mut late) = (BTreeMap::new(), Vec::new());
    let mut count = |key, end, events| *counts.entry((key, end)).or_default() += events;
    match shape {
        Shape::Tumbling | Shape::Sliding => {
            let slide = if shape == Shape::Sliding { SLIDE } else { SIZE };
            for event in events {
                let passed = event.before.map(|second| second - lateness.cast_signed());
                let first = (event.second.div_euclid(slide) + 1) * slide;
                let ends = (0..).map(|n| first + n * slide);
                let ends = ends.take_while(|end| end - SIZE <= event.second);
                let open: Vec<_> = ends.filter(|end| passed < Some(*end)).collect();
                if open.is_empty() {
                    late.push(event.id);
                }
                open.into_iter().for_each(|end| count(event.key, end, 1));
            }
        }
        Shape::Session => {
            let mut times = BTreeMap::<u64, Vec<i64>>::new();
            for event in events {
                times.entry(event.key).or_default().push(event.second);
            }
            for (key, mut times) in times {
                times.sort_unstable();
                for session in times.chunk_by(|one, next| next - one < GAP) {
                    if let Some(last) = session.last() {
                        count(key, last + GAP, session.len() as u64);
                    }
                }
            }
        }
    }
    (counts, late)
}
