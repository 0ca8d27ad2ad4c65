//! From a source through a keyed exchange and an operator with state to a sink in the instance of
//! the key.
//!
//! The source behaves like the engine's own for channels: it sends events in batches, and emits
//! `FlushBatch` once when it has none, which sends partial batches too. `BatchMode::adaptive` and
//! `single` had no shorter delays, and with `single` one instance did not keep up with 500,000
//! events a second.

use super::{Ready, batch, run};
use crate::systems::delays::Delays;
use crate::systems::pace::{Due, Pace};
use crate::work::Work;
use renoir::ExecutionMetadata;
use renoir::block::structure::{BlockStructure, OperatorKind, OperatorStructure};
use renoir::operator::source::Source;
use renoir::operator::{Operator, StreamElement};
use renoir::prelude::*;
use std::collections::VecDeque;
use std::fmt;

/// Events as they become due.
#[derive(Clone)]
struct Paced {
    pace: Pace,
    due: VecDeque<Due>,
    is_flushed: bool,
    is_over: bool,
}

impl fmt::Display for Paced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Paced")
    }
}

impl Source for Paced {
    fn replication(&self) -> Replication {
        Replication::One
    }
}

impl Operator for Paced {
    type Out = Due;

    fn setup(&mut self, _: &mut ExecutionMetadata) {}

    fn next(&mut self) -> StreamElement<Due> {
        loop {
            if let Some(event) = self.due.pop_front() {
                self.is_flushed = false;
                return StreamElement::Item(event);
            }
            if self.pace.is_due() && !self.pace.has_ended() {
                self.due.extend(self.pace.due());
            } else if !self.is_flushed {
                self.is_flushed = true;
                return StreamElement::FlushBatch;
            } else if self.is_over {
                return StreamElement::Terminate;
            } else if self.pace.has_ended() {
                self.is_over = true;
                return StreamElement::FlushAndRestart;
            }
        }
    }

    fn structure(&self) -> BlockStructure {
        let mut operator = OperatorStructure::new::<Due, _>("Paced");
        operator.kind = OperatorKind::Source;
        BlockStructure::default().add_operator(operator)
    }
}

pub fn latency(work: Work, quick: bool, instances: usize) -> Ready {
    Box::new(move || {
        let pace = Pace::of(work, quick);
        let delays = Delays::since(pace.start());
        let mut seen = delays.clone();
        run(instances, |context| {
            let source = Paced { pace, due: VecDeque::new(), is_flushed: true, is_over: false };
            let mut count = 0;
            let counted =
                context.stream(source).batch_mode(batch()).group_by(|event| event.key).rich_map(
                    move |(_, event)| {
                        count += 1;
                        Due { count, ..event }
                    },
                );
            counted.drop_key().for_each(move |event| {
                let seen = &mut seen;
                seen.arrived(&event);
            });
        });
        delays.take()
    })
}
