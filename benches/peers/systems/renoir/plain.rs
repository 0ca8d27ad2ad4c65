//! Works without state.

use super::{Ready, add, batch, sum};
use crate::steps;
use millstream_benches::stateless::Event;

pub fn chain(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |context, part| {
        let chain =
            context.stream_iter(input).map(steps::scaled).filter(steps::kept).map(steps::shifted);
        add(chain.map(|event| steps::digest(&event)), part);
    })
}

pub fn flat_map(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |context, part| {
        let copies = context
            .stream_iter(input)
            .flat_map(|event| (0..10).map(move |n| steps::copied(&event, n)));
        add(copies.map(|event| steps::digest(&event)), part);
    })
}

pub fn fan_out(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    sum(1, |context, part| {
        let events = context.stream_iter(input).batch_mode(batch());
        let mut all = (0..).zip(events.split(4));
        let mut quarter =
            || all.next().map(|(n, events)| events.map(move |event| steps::quarter(&event, n)));
        if let (Some(a), Some(b), Some(c), Some(d)) = (quarter(), quarter(), quarter(), quarter()) {
            add(a.merge(b).merge(c.merge(d)), part);
        }
    })
}
