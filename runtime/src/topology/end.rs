//! Where a stream ends.

use super::Stream;
use super::declared::Declared;
use super::draft::{Carried, Fate, IGNORE, Naming};
use super::{Instances, Lowering, NodeId, NodeKind, Port, Wiring};
use crate::error::{Error, Result};
use crate::grouping::Forward;
use crate::sink::{Repeat, Sink};
use crate::stage::{Segment, SinkTail};
use millstream_graph::sentence::outcome;

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    /// Ends the stream in a sink, which has one instance.
    #[track_caller]
    pub fn sink<S: Sink<T>>(self, sink: S) {
        let name = format!("{}_sink", self.source_name());
        self.end(sink, &name, Naming::Engine);
    }

    /// Ends the stream in a sink of this name.
    #[track_caller]
    pub fn sink_named<S: Sink<T>>(self, sink: S, name: &str) {
        self.end(sink, name, Naming::Given);
    }

    /// Ends the stream in nothing: its events are dropped, and counted.
    #[track_caller]
    pub fn ignore(self) {
        let name = format!("{}_ignored", self.source_name());
        let draft = self.draft.clone();
        let node = self.end(crate::connector::memory::ignore(), &name, Naming::Engine);
        draft.borrow_mut().work(node, IGNORE);
    }

    /// Ends a stream of errors by ending the job: the first one is its error.
    ///
    /// The error names the operator, its instance and the event. Nothing but the errors of a node
    /// can end in this way; another stream breaks a rule.
    pub fn fail(self) {
        let (name, output) = (self.source_name(), self.endpoint());
        let mut draft = self.draft.borrow_mut();
        let side = draft.sides.iter_mut().find(|side| side.output == output);
        match side {
            _ if output.port != Port::Errors => draft.broken.push(outcome::only_errors_fail(&name)),
            Some(side) => side.fate = Fate::Fails,
            // The errors of a source, which end the job anyway.
            None => {}
        }
    }

    #[track_caller]
    fn end<S: Sink<T>>(mut self, sink: S, name: &str, naming: Naming) -> NodeId {
        self.next.instances = Instances::Exactly(1);
        let node = self.add_node(name, naming, NodeKind::Sink);
        self.draft.borrow_mut().repeating.push((node, S::Repeat::REPEATING));
        self.draft.borrow_mut().work(node, &Carried::of::<S>().base_name());
        let Self { draft, chain, from, .. } = self;
        let grouping = Forward::default();
        let wiring = Wiring { from, to: node, grouping, clone: None };
        let layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let chain = chain.connect(wiring, lowering)?.into_iter().next();
            lowering.last.0.push(Box::new(move |lowering| {
                let name = lowering.name(node);
                let writer = sink.open(&lowering.env).map_err(|error| {
                    let message = format!("sink `{name}`: {error}");
                    Error::new(error.kind(), message).caused_by(error)
                })?;
                if let Some(chain) = chain {
                    let epochs = lowering.control.epochs.add_tail();
                    let tail = SinkTail::new(writer, name, lowering.counters(node, 0), epochs);
                    lowering.place(node, 0, Segment::new(chain, tail));
                }
                Ok(())
            }));
            Ok(())
        });
        draft.borrow_mut().layouts.push((node, layout));
        node
    }
}
