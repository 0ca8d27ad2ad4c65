//! Works without state.

use super::run::{Input, run};
use super::{Part, Ready, Records, sum};
use crate::steps;
use millstream_benches::stateless::Event;
use timely::dataflow::operators::vec::{Filter, Map};
use timely::dataflow::operators::{Concatenate, Inspect};

type Events<'scope> = Records<'scope, Event>;

pub fn chain(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    fn dataflow(events: Events<'_>, mut part: Part) -> Events<'_> {
        events
            .map_in_place(|event| *event = steps::scaled(*event))
            .filter(steps::kept)
            .map_in_place(|event| *event = steps::shifted(*event))
            .inspect(move |event| part.add(steps::digest(event)))
    }
    sum(|part| run(1, Input::shared(input), part, dataflow))
}

pub fn flat_map(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    fn dataflow(events: Events<'_>, mut part: Part) -> Events<'_> {
        events
            .flat_map(|event| (0..10).map(move |n| steps::copied(&event, n)))
            .inspect(move |event| part.add(steps::digest(event)))
    }
    sum(|part| run(1, Input::few(input), part, dataflow))
}

pub fn fan_out(input: impl Iterator<Item = Event> + Send + 'static) -> Ready {
    fn dataflow(events: Events<'_>, mut part: Part) -> Records<'_, u64> {
        let quarter = |n| events.clone().map(move |event| steps::quarter(&event, n));
        let quarters = [0, 1, 2, 3].map(quarter);
        events.scope().concatenate(quarters).inspect(move |value| part.add(*value))
    }
    sum(|part| run(1, Input::few(input), part, dataflow))
}
